import { expect, test } from 'vitest'
import { readText } from './workflows.ts'

const page = readText('docs/threat-model.md')
const rows = [...page.matchAll(/^\| (T\d+) \|.*\| (.+) \|$/gm)].map(([, id = '', tests = '']) => ({
  id,
  tests,
}))
const named = rows.flatMap(({ id, tests }) =>
  tests.split('<br>').map((text) => {
    const [, file = '', name = ''] = /^`([\w/.]+\.test\.ts)` › (.+)$/.exec(text) ?? []
    return { id, text, file, name }
  }),
)

test('there is a row for each threat, and a test in each row', () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, at) => `T${at + 1}`))
})

test.each(named)('$id: $text', ({ file, name }) => {
  const source = readText(`__tests__/${file}`)
  const titles = ["'", '"', '`'].map((mark) => `${mark}${name}${mark}`)
  expect(titles.some((title) => source.includes(title))).toBe(true)
})
