import { describe, expect, test } from 'vitest'
import { rsyncFlags } from '../../../src/settings/values/flags.ts'
import { lines } from '../../../src/settings/values/lists.ts'
import { releaseNames } from '../../../src/settings/values/names.ts'
import { waves } from '../../../src/settings/values/shares.ts'
import { faultOf } from '../faults.ts'

describe('a list in an action input', () => {
  test.each([
    ['storage\npublic/uploads\n', ['storage', 'public/uploads']],
    ['- storage\n- public/uploads\n', ['storage', 'public/uploads']],
    ['  - storage # kept\n\n  # and\n  - "a b"', ['storage', 'a b']],
    ['[storage, public/uploads]', ['storage', 'public/uploads']],
    ['["storage"]', ['storage']],
    ['[\n  storage,\n  logs,\n]\n', ['storage', 'logs']],
    ['# what outlives releases\nstorage # c\n#\nlogs', ['storage', 'logs']],
    ['- 2026\n- 1.10', ['2026', '1.10']],
    ['- *.log\n- !keep', ['*.log', '!keep']],
    ['- ".env"\n- .npmrc # secrets\n- *.key', ['.env', '.npmrc', '*.key']],
    ['', []],
    ['[]', []],
  ])('%j', (text, expected) => {
    expect(lines(text)).toEqual(expected)
  })

  test.each(['#*#', '[a-z][0-9]', '[Tt]humbs.db', '- a\n+ b', '-x', 'a#b', '[a]x\n[b]'])('not %j', (text) => {
    expect(lines(text)).toEqual(text.split('\n'))
  })

  test('that YAML cannot read is refused, not taken for one item', () => {
    expect(faultOf(() => lines('[.env, *.key]'))).toBe(
      'is not plain YAML. Put items with special characters in quotes, or write one a line.',
    )
  })

  test('is read by every setting that takes one', () => {
    expect(releaseNames('[r0, 20261123, r0]')).toEqual(['r0', '20261123'])
    expect(releaseNames('r0, r1\nr2')).toEqual(['r0', 'r1', 'r2'])
    expect(waves('[1, 25%, 100%]')).toEqual(waves('1, 25%, 100%'))
    expect(rsyncFlags('- --bwlimit=2000\n- --whole-file')).toEqual(['--bwlimit=2000', '--whole-file'])
  })
})
