import { describe, expect, test } from 'vitest'
import { clearingOf, removalAt } from '../../src/flow/prune.ts'
import { historyAt, type Station } from '../../src/flow/station.ts'
import type { HostState } from '../../src/host/state.ts'
import { deployOf, type Entry, nameOf, parseManifest } from '../../src/release/manifest.ts'
import { entry, recorded } from '../release/arbitraries.ts'
import { makeRun, stationWith } from './runs.ts'

const four = recorded(['a', 'b', 'c', 'd'], () => 'live')

/** A host that is to keep one release, and what of that is special. */
function hostWith(
  entries: readonly Entry[],
  gone: readonly string[],
  state: Partial<HostState> = {},
  settings: object = {},
  strays: readonly string[] = [],
): Station {
  const station = stationWith('web1', entries, 'd', gone, strays)
  Object.assign(station.host.settings, { release_count: 1, pinned_releases: [], ...settings })
  station.state = { ...(station.state as HostState), manifest: 'present', ...state }
  return station
}

describe('what goes from a host', () => {
  test.each<[string, Station, readonly string[], readonly string[]]>([
    ['is what its release_count leaves', hostWith(four, []), ['a', 'b'], []],
    ['is on record alone where it is gone', hostWith(four, ['a']), ['b'], ['a']],
    ['is not what it pins', hostWith(four, [], {}, { pinned_releases: ['a'] }), ['b'], []],
    ['is not what a link of another name serves', hostWith(four, [], { served: ['b'] }), ['a'], []],
    [
      'is nothing where the manifest was gone',
      hostWith(four, ['a'], { manifest: 'absent', records: ['b'] }),
      [],
      [],
    ],
    [
      'is nothing where the manifest is older than its releases',
      hostWith(four, ['a'], { outdated: true }),
      [],
      [],
    ],
    ['is no record where all but what is served is gone at once', hostWith(four, ['a', 'b', 'c']), [], []],
    [
      'is no record where nothing else is there but what nobody vouches for',
      hostWith(four, ['a', 'b', 'c'], {}, {}, ['x']),
      [],
      [],
    ],
  ])('%s', (_, station, remove, forget) => {
    expect(removalAt(station, historyAt(station), 'd')).toEqual({ remove, forget })
  })
})

describe('the end of a run', () => {
  const unfinished = [...four.slice(2, 3), entry('d', { seq: 9, activations: [10], unfinished: true })]
  const stateAfter = (manifest: string) =>
    parseManifest(manifest).map((one) => [nameOf(one), deployOf(one)?.unfinished ?? false])

  test('says that all that follows the switch went well, also where nothing goes', () => {
    const { manifest, event, entries } = clearingOf(makeRun().context, hostWith(unfinished, []))
    expect(stateAfter(manifest)).toEqual([
      ['c', false],
      ['d', false],
    ])
    expect(event).toBe('')
    expect(manifest).toContain('"release":"d"')
    expect(entries.map(nameOf)).toEqual(['c', 'd'])
  })

  test('is not what a prune comes to, which has seen nothing of it', () => {
    const { manifest, marked } = clearingOf(makeRun({ mode: 'prune' }).context, hostWith(unfinished, []))
    expect(manifest).toBe('')
    expect(marked).toEqual(unfinished)
    const more = [entry('0', { seq: 0, activations: [0] }), ...unfinished]
    const going = clearingOf(makeRun({ mode: 'prune' }).context, hostWith(more, []))
    expect(stateAfter(going.manifest)).toEqual([
      ['c', false],
      ['d', true],
    ])
    expect(JSON.parse(going.event)).toMatchObject({ event: 'prune', releases: ['0'] })
  })

  test('takes the records of what is gone away, which is no news for the log', () => {
    const { manifest, event } = clearingOf(makeRun({ mode: 'prune' }).context, hostWith(four.slice(1), ['b']))
    expect(parseManifest(manifest).map(nameOf)).toEqual(['c', 'd'])
    expect(event).toBe('')
  })

  test('writes nothing anew where there is nothing to tell', () => {
    expect(clearingOf(makeRun().context, hostWith(four.slice(2), []))).toMatchObject({
      manifest: '',
      event: '',
    })
  })
})
