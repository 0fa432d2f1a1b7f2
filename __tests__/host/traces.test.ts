import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Line } from '../../src/host/line.ts'
import { readState } from '../../src/host/state.ts'
import { hasStrangers, readTraces } from '../../src/host/traces.ts'

function lines(...texts: readonly string[]): readonly Line[] {
  return texts.map((text) => {
    const at = text.indexOf(' ')
    return at < 0 ? { key: text, rest: '' } : { key: text.slice(0, at), rest: text.slice(at + 1) }
  })
}

describe('the traces of other tools', () => {
  test('are read log by log and mark by mark', () => {
    expect(
      readTraces(
        lines(
          'trace revisions.log Branch main (at 0123) deployed as release 1 by ann',
          'trace revisions.log  rolled back to release 1',
          'trace revisions.log ',
          'trace .dep/releases_log {"release_name":"1"}',
          'trace .dep/releases 20200101000000,1',
          'mark BAD_RELEASE 2 2021-11-06T21:00:50+0000,Ann van der Berg',
          'mark REVISION 1 0123abc',
          'mark REVISION ../.. 0123abc',
          'unfinished 3',
          'noise of a login shell',
        ),
      ),
    ).toEqual({
      revisions: 'Branch main (at 0123) deployed as release 1 by ann\n rolled back to release 1\n',
      deployer: '{"release_name":"1"}',
      deployerOld: '20200101000000,1',
      bad: new Map([['2', '2021-11-06T21:00:50+0000,Ann van der Berg']]),
      revision: new Map([['1', '0123abc']]),
      unfinished: '3',
    })
  })

  test('may be none', () => {
    expect(readTraces([])).toEqual({
      revisions: '',
      deployer: '',
      deployerOld: '',
      bad: new Map(),
      revision: new Map(),
      unfinished: null,
    })
  })

  test('never stop a run', () => {
    const line = fc.record({
      key: fc.constantFrom('trace', 'mark', 'unfinished'),
      rest: fc.oneof(fc.string(), fc.constantFrom('__proto__ __proto__ x', 'BAD_RELEASE', ' ')),
    })
    fc.assert(fc.property(fc.array(line), (all) => readTraces(all) !== undefined))
  })

  test.each<[boolean, readonly string[]]>([
    [false, []],
    [true, ['dir a']],
    [false, ['dir a', 'record a']],
    [false, ['dir a', 'manifest present', 'text [{"release":"a"}]']],
    [true, ['dir a', 'dir b', 'manifest present', 'text [{"release":"a"}]']],
    [true, ['dir a', 'manifest present', 'text not JSON']],
    [false, ['dir a', 'record a', 'manifest present', 'text not JSON']],
  ])('are asked for (%s) of a host that tells %j', (asked, told) => {
    expect(hasStrangers(readState(lines(...told)))).toBe(asked)
  })
})
