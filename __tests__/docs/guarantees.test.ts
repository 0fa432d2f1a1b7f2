import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readText } from './workflows.ts'

const tests = resolve(import.meta.dirname, '..')
const page = readText('docs/guarantees.md')
// `folder/file › the test's name`
const named = [...page.matchAll(/`([\w/]+) › ([^`]+)`/g)].map(([, file = '', name = '']) => ({ file, name }))

function sourceOf(file: string): string {
  const path = ['.test.ts', '.soak.ts']
    .map((end) => join(tests, `${file}${end}`))
    .find((each) => existsSync(each))
  return path === undefined ? '' : readFileSync(path, 'utf8').replaceAll("\\'", "'")
}

describe('each test that a guarantee leans on is there', () => {
  test.each(named)('$file › $name', ({ file, name }) => {
    const text = sourceOf(file)
    expect(text, `__tests__/${file}.test.ts`).not.toBe('')
    expect(["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`))).toBe(true)
  })
})

test('every guarantee and every fault has a test', () => {
  for (const number of [1, 2, 3, 4, 5, 6]) expect(page).toContain(`\n## ${number}. `)
  const rows = new Map(
    [...page.matchAll(/^\| F(\d+) \|(.*)$/gm)].map(([, n = '', row = '']) => [Number(n), row]),
  )
  for (let fault = 1; fault <= 35; fault++) expect(rows.get(fault), `F${fault}`).toMatch(/ › |\bnot\b/i)
  expect(named.length).toBeGreaterThan(60)
})
