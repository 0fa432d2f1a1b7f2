import { expect, test } from 'vitest'
import { words } from '../../../src/settings/values/words.ts'
import { faultOf } from '../faults.ts'

test.each([
  ['', []],
  ['  \n ', []],
  ['-z --stats', ['-z', '--stats']],
  ['-z\n--stats\n', ['-z', '--stats']],
  [`--exclude='a b' --include="c 'd'"`, ['--exclude=a b', "--include=c 'd'"]],
  [`--a='it'"'"'s'`, ["--a=it's"]],
  ['--exclude=\\* $HOME `id`', ['--exclude=\\*', '$HOME', '`id`']],
  [`''`, ['']],
])('%j is %j', (text, expected) => {
  expect(words(text)).toEqual(expected)
})

test.each([`--exclude='a`, `--exclude="a`, `'`, `a'b"c'"`, `'a' "b`])('%j has an open quote', (text) => {
  expect(faultOf(() => words(text))).toBe('has a quote that is never closed. Close it, or remove it.')
})
