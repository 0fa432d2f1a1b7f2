import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readText } from './workflows.ts'

const source = resolve(import.meta.dirname, '../../src')
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|sh)$/.test(path) && !path.endsWith('explained.ts'))
  .map((path) => readFileSync(join(source, path), 'utf8'))
  .join('\n')

const page = readText('docs/troubleshooting.md').split('\n## It worked, but\n')[0] ?? ''
const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading)
const others = [...page.matchAll(/^Also: (.+?)\. /gm)].flatMap(([, list = '']) =>
  [...list.matchAll(/\*([^*]+)\*/g)].map(([, message = '']) => message),
)

// A message that was reworded would leave its explanation where nobody finds it.
test.each([...headings, ...others])('"%s" is a part of a message', (words) => {
  for (const part of words.split('…')) expect(code.includes(part.trim())).toBe(true)
})
