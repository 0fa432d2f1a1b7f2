import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf, previousOf } from '../../src/release/history.ts'
import type { Entry, State } from '../../src/release/manifest.ts'
import { planPrune } from '../../src/release/retention.ts'
import { anySeen, entry, recorded } from './arbitraries.ts'

function plan(
  entries: readonly Entry[],
  keep: number,
  current: string | null,
  disk = entries.map((one) => one.release as string),
) {
  return planPrune(historyOf({ entries, disk, records: [], current }), keep, current)
}

function releases(states: Record<string, State>): readonly Entry[] {
  return recorded(Object.keys(states), (name) => states[name] as State)
}

describe('a prune', () => {
  test.each<[string, Record<string, State>, number, string | null, readonly string[]]>([
    ['of nothing removes nothing', {}, 1, null, []],
    ['keeps as many as it should', { a: 'live', b: 'live', c: 'live', d: 'live' }, 2, 'd', ['a', 'b']],
    [
      'keeps current and previous, even if only one may stay',
      { a: 'live', b: 'live', c: 'live' },
      1,
      'c',
      ['a'],
    ],
    [
      'keeps the current after a rollback far back',
      { a: 'live', b: 'live', c: 'bad', d: 'bad' },
      1,
      'b',
      ['c'],
    ],
    ['counts bad ones, which were live once', { a: 'live', b: 'bad', c: 'bad', d: 'live' }, 3, 'd', []],
    [
      'counts no failed ones and removes them',
      { a: 'live', b: 'failed', c: 'live', d: 'failed' },
      2,
      'c',
      ['b', 'd'],
    ],
    ['keeps what was staged after the current', { a: 'live', b: 'live', c: 'staged' }, 1, 'b', []],
    ['removes what was staged before the current', { a: 'live', b: 'staged', c: 'live' }, 5, 'c', ['b']],
    ['skips a bad one when it looks for the previous', { a: 'live', b: 'bad', c: 'live' }, 1, 'c', ['b']],
    ['removes adopted ones like its own', { a: 'adopted', b: 'adopted', c: 'live' }, 1, 'c', ['a']],
    [
      'keeps the newest when the link leads elsewhere',
      { a: 'live', b: 'live', c: 'live' },
      1,
      null,
      ['a', 'b'],
    ],
  ])('%s', (_, states, keep, current, removed) => {
    expect(plan(releases(states), keep, current).remove).toEqual(removed)
  })

  test('forgets the records of releases that are gone', () => {
    expect(plan(releases({ a: 'live', b: 'live' }), 5, 'b', ['b'])).toEqual({ remove: [], forget: ['a'] })
  })

  test('leaves alone what nobody vouches for', () => {
    const { remove } = plan([entry('a', { activations: [1] })], 1, 'a', ['a', 'x', 'y'])
    expect(remove).toEqual([])
  })

  test('keeps what is pinned, which takes the place of no other', () => {
    const known = {
      entries: releases({ a: 'live', b: 'failed', c: 'live', d: 'live', e: 'live' }),
      records: [],
    }
    const history = historyOf({ ...known, disk: ['a', 'b', 'c', 'd', 'e'], current: 'e' })
    expect(planPrune(history, 2, 'e', ['a', 'b', 'x'])).toEqual({ remove: ['c'], forget: [] })
  })

  test('without a manifest removes nothing', () => {
    fc.assert(
      fc.property(anySeen, fc.integer({ min: 1, max: 20 }), (host, keep) => {
        const lost = { ...host, entries: [], records: [] }
        expect(planPrune(historyOf(lost), keep, host.current)).toEqual({ remove: [], forget: [] })
      }),
    )
  })

  test('never touches current, previous, unknown, or what was staged after the current', () => {
    fc.assert(
      fc.property(anySeen, fc.integer({ min: 1, max: 12 }), (host, keep) => {
        const history = historyOf(host)
        const { remove, forget } = planPrune(history, keep, host.current)
        const gone = [...remove, ...forget]
        expect(gone).not.toContain(host.current)
        expect(gone).not.toContain(previousOf(history, host.current))
        const at = (name: string | null) => history.findIndex((one) => one.name === name)
        for (const name of gone) {
          const release = history[at(name)]
          expect(release?.state).not.toBe('unknown')
          if (release?.state === 'staged') expect(at(name)).toBeLessThan(at(host.current))
        }
        for (const name of remove) expect(host.disk).toContain(name)
        for (const name of forget) expect(host.disk).not.toContain(name)
      }),
    )
  })

  test('keeps the newest that were live, as many as it should or all there are', () => {
    fc.assert(
      fc.property(anySeen, fc.integer({ min: 1, max: 12 }), (host, keep) => {
        const history = historyOf(host)
        const live = history.filter((r) => r.onDisk && ['live', 'bad', 'adopted'].includes(r.state))
        const { remove } = planPrune(history, keep, host.current)
        const kept = live.filter((release) => !remove.includes(release.name))
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(keep, live.length))
        expect(kept.length).toBeLessThanOrEqual(keep + 2)
        for (const release of live.slice(-keep)) expect(remove).not.toContain(release.name)
      }),
    )
  })

  test('finds nothing more to do the second time', () => {
    fc.assert(
      fc.property(anySeen, fc.integer({ min: 1, max: 12 }), (host, keep) => {
        const { remove, forget } = planPrune(historyOf(host), keep, host.current)
        const gone = new Set([...remove, ...forget])
        const after = historyOf({
          ...host,
          entries: host.entries.filter((one) => !gone.has(one.release as string)),
          disk: host.disk.filter((name) => !gone.has(name)),
        })
        expect(planPrune(after, keep, host.current)).toEqual({ remove: [], forget: [] })
      }),
    )
  })

  test('removes oldest first', () => {
    fc.assert(
      fc.property(anySeen, (host) => {
        const history = historyOf(host).map((release) => release.name)
        const { remove } = planPrune(historyOf(host), 1, host.current)
        expect(remove).toEqual(history.filter((name) => remove.includes(name)))
      }),
    )
  })
})
