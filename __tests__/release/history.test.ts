import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adoptCurrent, candidates, historyOf, previousOf, type Seen } from '../../src/release/history.ts'
import { deployOf, type Entry, nameOf, nextSeq } from '../../src/release/manifest.ts'
import { isPlain } from '../../src/release/name.ts'
import { anySeen, entry, hostile, recorded } from './arbitraries.ts'

function seen(known: Partial<Seen>): Seen {
  const entries = known.entries ?? []
  return { entries, disk: entries.flatMap((one) => nameOf(one) ?? []), records: [], current: null, ...known }
}

function told(known: Partial<Seen>): readonly string[] {
  return historyOf(seen(known)).map((release) => `${release.name} ${release.state}`)
}

describe('the history of a host', () => {
  test.each<[string, Partial<Seen>, readonly string[]]>([
    ['without anything is empty', {}, []],
    [
      'has the releases in the order of their numbers, not of names or of the file',
      { entries: [entry('a', { seq: 9 }), entry('z', { seq: 2 }), entry('m', { seq: 5 })] },
      ['z live', 'm live', 'a live'],
    ],
    [
      "begins with Statistrano's",
      { entries: [{ release: '9' }, { release: '8' }, entry('1')] },
      ['9 adopted', '8 adopted', '1 live'],
    ],
    [
      'shows what is recorded but gone',
      { entries: [entry('a'), entry('b', { seq: 2, state: 'bad' })], disk: [] },
      ['a missing', 'b missing'],
    ],
    [
      'shows directories that nobody vouches for, first and sorted',
      { entries: [entry('a')], disk: ['y', 'a', 'x'] },
      ['x unknown', 'y unknown', 'a live'],
    ],
    [
      'counts where nothing but names tells an order',
      { disk: ['10', '9', 'v1.10', 'v1.9', 'v1.1'] },
      ['9 unknown', '10 unknown', 'v1.1 unknown', 'v1.9 unknown', 'v1.10 unknown'],
    ],
    [
      'goes by the record of its own where somebody has added another of that name',
      { entries: [entry('a'), entry('b', { seq: 2 }), { release: 'b', note: 1 }] },
      ['a live', 'b live'],
    ],
    [
      'goes by the record of its own where the other stands in front',
      { entries: [{ release: 'b', note: 1 }, entry('a'), entry('b', { seq: 2, state: 'bad' })] },
      ['a live', 'b bad'],
    ],
    [
      'knows what a run left that died before it could tell the manifest',
      { entries: [entry('a')], disk: ['a', 'b'], records: ['a', 'b'], current: 'a' },
      ['a live', 'b failed'],
    ],
    [
      'has as live what the link serves and a dead run had placed',
      { entries: [entry('a')], disk: ['a', 'b'], records: ['a', 'b'], current: 'b' },
      ['a live', 'b live'],
    ],
    ['takes over what the link serves and nobody recorded', { disk: ['a'], current: 'a' }, ['a adopted']],
    [
      'has a failed or staged release as live while the link serves it',
      { entries: [entry('a', { state: 'staged' })], current: 'a' },
      ['a live'],
    ],
    [
      'has the bad release as bad also while the link serves it',
      { entries: [entry('a', { state: 'bad' })], current: 'a' },
      ['a bad'],
    ],
    ['has a release once though it is recorded twice', { entries: [entry('a'), entry('a')] }, ['a live']],
  ])('%s', (_, known, expected) => {
    expect(told(known)).toEqual(expected)
  })

  test('never has a name that is not plain, nor one twice', () => {
    const bad = fc.constantFrom(...hostile).map((release): Entry => ({ release }))
    fc.assert(
      fc.property(anySeen, fc.array(bad), (host, more) => {
        const names = historyOf({ ...host, entries: [...more, ...host.entries, ...more] }).map((r) => r.name)
        expect(names.every(isPlain)).toBe(true)
        expect(new Set(names).size).toBe(names.length)
      }),
    )
  })

  test('has everything on the disk and everything recorded, and nothing else', () => {
    fc.assert(
      fc.property(anySeen, (host) => {
        const names = historyOf(host).map((release) => release.name)
        expect(new Set(names)).toEqual(new Set([...host.disk, ...host.entries.map(nameOf)]))
      }),
    )
  })

  test('is the same whatever the releases are called and whenever they were made', () => {
    fc.assert(
      fc.property(anySeen, fc.infiniteStream(fc.nat()), (host, random) => {
        const all = [...new Set([...host.disk, ...host.entries.map((one) => nameOf(one) as string)])]
        // Unknown directories have no order but their names'.
        fc.pre(host.disk.filter((name) => !host.entries.some((one) => nameOf(one) === name)).length < 2)
        const renamed = new Map(all.map((name, at) => [name, `${random.next().value}-${at}`]))
        const to = (name: string) => renamed.get(name) as string
        const entries = host.entries.map((one) => {
          const deploy = deployOf(one)
          const created_at = new Date((random.next().value as number) * 1000).toISOString()
          return {
            ...one,
            release: to(nameOf(one) as string),
            ...(deploy ? { deploy: { ...deploy, created_at } } : {}),
          }
        }) as readonly Entry[]
        const other = historyOf({
          entries,
          disk: host.disk.map(to),
          records: host.records.map(to),
          current: host.current === null ? null : to(host.current),
        })
        expect(other.map((release) => [release.name, release.state])).toEqual(
          historyOf(host).map((release) => [to(release.name), release.state]),
        )
        expect(candidates(other, host.current === null ? null : to(host.current))).toEqual(
          candidates(historyOf(host), host.current).map(to),
        )
      }),
    )
  })

  test('of 100,000 releases is told', () => {
    const names = Array.from({ length: 100_000 }, (_, at) => `r${at}`)
    const foreign = names.map((release): Entry => ({ release }))
    historyOf({ entries: foreign, disk: names, records: names, current: 'r1' })
    historyOf({ entries: [], disk: names, records: names, current: 'r1' })
    historyOf({ entries: recorded(names, () => 'live'), disk: names, records: names, current: 'r1' })
  })
})

describe('the release before', () => {
  const line = (...activations: readonly (readonly [string, ...number[]])[]) =>
    seen({ entries: activations.map(([name, ...at], i) => entry(name, { seq: i - 100, activations: at })) })

  test.each<[string, Seen, string | null, readonly string[]]>([
    ['is none of none', line(), null, []],
    ['is none of one', line(['a', 1]), 'a', []],
    ['is the one that was current before', line(['a', 1], ['b', 2], ['c', 3]), 'c', ['b', 'a']],
    ['goes by activation, not by creation', line(['a', 3], ['b', 1], ['c', 4]), 'c', ['a', 'b']],
    ['is not one that came later', line(['a', 1, 4], ['b', 2], ['c', 3]), 'b', ['a']],
    [
      'after a rollback is what came before its target',
      line(['a', 1], ['b', 2, 4], ['c', 3]),
      'b',
      ['c', 'a'],
    ],
    ['of a place that is no release is the last that was live', line(['a', 1], ['b', 2]), null, ['b', 'a']],
    ['of a release that was never activated is the last that was', line(['a', 1], ['b', 2]), 'x', ['b', 'a']],
  ])('%s', (_, host, current, expected) => {
    const history = historyOf({ ...host, current })
    expect(candidates(history, current)).toEqual(expected)
    expect(previousOf(history, current)).toBe(expected[0] ?? null)
  })

  test.each(['bad', 'failed', 'staged'] as const)('is never a %s one', (state) => {
    const entries = [
      entry('a', { activations: [1] }),
      entry('b', { seq: 2, activations: [2], state }),
      entry('c', { seq: 3, activations: [3] }),
    ]
    expect(candidates(historyOf(seen({ entries, current: 'c' })), 'c')).toEqual(['a'])
  })

  test('is always good, on the disk and another than the current, each once', () => {
    fc.assert(
      fc.property(anySeen, (host) => {
        const history = historyOf(host)
        const found = candidates(history, host.current)
        expect(found).not.toContain(host.current)
        expect(new Set(found).size).toBe(found.length)
        for (const name of found) {
          const release = history.find((one) => one.name === name)
          expect(host.disk).toContain(name)
          expect(['live', 'adopted']).toContain(release?.state)
        }
      }),
    )
  })
})

describe('what the link serves', () => {
  test('gets a record when nobody had made one, and no time that nobody knows', () => {
    expect(adoptCurrent({ entries: [entry('a', { seq: 3 })], current: 'b' })).toEqual([
      entry('a', { seq: 3 }),
      { release: 'b', deploy: { schema: 1, seq: 4, state: 'adopted', activations: [4], activated_at: [] } },
    ])
  })

  test('needs no second record', () => {
    const entries = [entry('a', { seq: 1, activations: [2] })]
    expect(adoptCurrent({ entries, current: 'a' })).toEqual(entries)
    expect(adoptCurrent({ entries, current: null })).toBe(entries)
  })

  test('is the last that was live, also when someone else had switched', () => {
    const entries = [entry('a', { activations: [2] }), entry('b', { seq: 3, activations: [4] })]
    const after = adoptCurrent({ entries, current: 'a' })
    expect(after.map((one) => deployOf(one)?.activations)).toEqual([[2, 5], [4]])
    const next = [...after, entry('c', { seq: 6, activations: [7] })]
    expect(previousOf(historyOf(seen({ entries: next, current: 'c' })), 'c')).toBe('a')
  })

  test('is live from then on, though a run had given it up', () => {
    const [one] = adoptCurrent({ entries: [entry('a', { state: 'failed' })], current: 'a' })
    expect(deployOf(one as Entry)).toMatchObject({ state: 'live', activations: [2] })
  })

  test('is before whatever is deployed next', () => {
    fc.assert(
      fc.property(anySeen, (host) => {
        fc.pre(host.current !== null && historyOf(host).find((r) => r.name === host.current)?.state !== 'bad')
        const before = adoptCurrent(host)
        fc.pre(deployOf(before.find((one) => nameOf(one) === host.current) as Entry) !== undefined)
        const seq = nextSeq(before)
        const entries = [...before, entry('~new'.replace('~', 'n'), { seq, activations: [seq + 1] })]
        const after = historyOf({ ...host, entries, disk: [...host.disk, 'nnew'], current: 'nnew' })
        expect(previousOf(after, 'nnew')).toBe(host.current)
      }),
    )
  })
})
