import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adopt } from '../../src/release/adoption.ts'
import { adoptCurrent, candidates, historyOf } from '../../src/release/history.ts'
import {
  deployOf,
  type Entry,
  metadataOf,
  nameOf,
  nextSeq,
  parseManifest,
  renderManifest,
} from '../../src/release/manifest.ts'
import { planPrune } from '../../src/release/retention.ts'
import { type Vouched, vouchedBy } from '../../src/release/traces.ts'
import { anySeen, entry, hostile, plain } from './arbitraries.ts'

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
const statistrano = parseManifest(read('statistrano-manifest.json'))
const revisions = read('capistrano-revisions.log')

const vouched = (...names: readonly string[]): readonly Vouched[] =>
  [...new Set(names)].map((release) => ({
    release,
    activations: names.flatMap((name, at) => (name === release ? [at + 1] : [])),
  }))

const numbers = (entries: readonly Entry[]) =>
  Object.fromEntries(entries.map((one) => [nameOf(one), deployOf(one)?.activations]))

describe("Statistrano's releases", () => {
  const disk = ['1795287555', '1795287558', '1795287561']

  test('keep their order and their metadata', () => {
    const entries = adopt({ entries: statistrano, disk }, [])
    expect(numbers(entries)).toEqual({ 1795287555: [1], 1795287558: [2], 1795287561: [3] })
    expect(entries.map(metadataOf)).toEqual(statistrano.map(metadataOf))
    expect(entries[0]?.deploy).toEqual({
      schema: 1,
      seq: 1,
      state: 'adopted',
      activations: [1],
      activated_at: [],
      created_at: '2026-11-21T18:59:15Z',
    })
  })

  test('can be read by Statistrano afterwards, and by this tool', () => {
    const text = renderManifest(adopt({ entries: statistrano, disk }, []))
    expect(parseManifest(text)).toEqual(JSON.parse(text))
    expect(JSON.parse(text).map((one: { release: unknown }) => one.release)).toEqual(disk)
  })

  test('come before what this tool had deployed, and after it when they came after it', () => {
    const foreign = (release: string): Entry => ({ release })
    const own = entry('m', { seq: 1, activations: [2] })
    expect(numbers(adopt({ entries: [foreign('a'), foreign('b'), own], disk: [] }, []))).toEqual({
      a: [-1],
      b: [0],
      m: [2],
    })
    expect(numbers(adopt({ entries: [own, foreign('a'), foreign('b')], disk: [] }, []))).toEqual({
      m: [2],
      a: [3],
      b: [4],
    })
  })
})

describe("Capistrano's releases", () => {
  const disk = ['20261121185931', '20261121185935']
  const current = '20261121185935'

  test('are taken over with all that its log tells, but not those that are gone', () => {
    const entries = adopt({ entries: [], disk }, vouchedBy({ revisions }, current))
    expect(entries).toEqual([
      {
        release: '20261121185931',
        deploy: {
          schema: 1,
          seq: 1,
          state: 'adopted',
          activations: [1],
          activated_at: [],
          ref: 'v2',
          revision: '959df3f72e339a6d561e156e8265a91a22816b33',
          created_at: '2026-11-21T18:59:31Z',
        },
      },
      {
        release: '20261121185935',
        deploy: expect.objectContaining({ seq: 2, state: 'adopted', activations: [2, 3], ref: 'v3' }),
      },
    ])
    const history = historyOf({ entries, disk, records: [], current })
    expect(history.map((release) => release.state)).toEqual(['adopted', 'adopted'])
    expect(candidates(history, current)).toEqual(['20261121185931'])
    expect(adoptCurrent({ entries, current })).toEqual(entries)
  })

  test('that its log does not tell of are left alone', () => {
    const stray = [...disk, '20261121185999', 'backup']
    const entries = adopt({ entries: [], disk: stray }, vouchedBy({ revisions }, current))
    const history = historyOf({ entries, disk: stray, records: [], current })
    expect(history.filter((one) => one.state === 'unknown').map((one) => one.name)).toEqual([
      '20261121185999',
      'backup',
    ])
    expect(planPrune(history, 1, current)).toEqual({ remove: [], forget: [] })
  })

  test('are bad when they were rolled back from', () => {
    const all = [...disk, '20261121185939']
    const entries = adopt({ entries: [], disk: all }, vouchedBy({ revisions }, current))
    expect(entries.find((one) => nameOf(one) === '20261121185939')?.deploy).toMatchObject({
      state: 'bad',
      reason: 'rolled back to 20261121185935',
    })
    expect(candidates(historyOf({ entries, disk: all, records: [], current }), current)).toEqual([
      '20261121185931',
    ])
  })
})

describe('an adoption', () => {
  test('changes nothing when there is nothing to adopt', () => {
    const entries = [entry('a'), { release: '../..', kept: 1 }]
    expect(adopt({ entries, disk: ['a', 'b'] }, [])).toBe(entries)
    expect(adopt({ entries, disk: ['a', 'b'] }, vouched('a', 'gone'))).toBe(entries)
  })

  test('numbers what another tool made since then after all that is known', () => {
    const entries = adopt({ entries: [], disk: ['a', 'b'] }, vouched('a', 'b'))
    const mine = [...entries, entry('m', { seq: 3, activations: [4] })]
    const later = adopt({ entries: mine, disk: ['a', 'b', 'm', 'c', 'z'] }, vouched('z', 'a', 'b', 'c'))
    expect(numbers(later)).toEqual({ z: [0], a: [1], b: [2], m: [4], c: [5] })
    expect(later.map(nameOf)).toEqual(['z', 'a', 'b', 'm', 'c'])
  })

  test('joins a record of one tool with the log of another', () => {
    const told: Vouched = { release: 'a', activations: [1], ref: 'main', actor: 'ann' }
    expect(adopt({ entries: [{ release: 'a', time: 60 }], disk: ['a'] }, [told])).toEqual([
      {
        release: 'a',
        time: 60,
        deploy: {
          schema: 1,
          seq: 1,
          state: 'adopted',
          activations: [1],
          activated_at: [],
          ref: 'main',
          actor: 'ann',
        },
      },
    ])
  })

  test.each(hostile)('leaves a record called %j as it is', (name) => {
    const entries = [{ release: name, kept: 1 }, { release: 'good' }]
    const after = adopt({ entries, disk: ['good'] }, [])
    expect(after[0]).toEqual({ release: name, kept: 1 })
    expect(deployOf(after[1] as Entry)).toBeDefined()
  })

  test('gives each record a part that can be read back, with numbers that none else has', () => {
    const log = fc.array(fc.oneof(plain, fc.constantFrom('a', 'b', 'c')), { maxLength: 12 })
    fc.assert(
      fc.property(anySeen, log, (host, names) => {
        const disk = [...new Set([...host.disk, ...names])]
        const before = historyOf(host).flatMap((one) => (one.deploy ? one.activations : []))
        const entries = adopt({ entries: host.entries, disk }, vouched(...names))
        expect(parseManifest(renderManifest(entries))).toEqual(JSON.parse(JSON.stringify(entries)))
        expect(entries.every((one) => deployOf(one))).toBe(true)
        const all = entries.flatMap((one) => deployOf(one)?.activations ?? [])
        expect(new Set(all).size).toBe(all.length)
        expect(all).toEqual(expect.arrayContaining([...before]))
        expect(nextSeq(entries)).toBeGreaterThan(Math.max(0, ...all))
        // Once is enough.
        expect(adopt({ entries, disk }, vouched(...names))).toBe(entries)
      }),
    )
  })

  test('never makes a prune remove more than was vouched for', () => {
    const log = fc.array(plain, { maxLength: 12 })
    fc.assert(
      fc.property(anySeen, log, log, (host, names, strays) => {
        const disk = [...new Set([...host.disk, ...names, ...strays])]
        const entries = adopt({ entries: host.entries, disk }, vouched(...names))
        const { remove } = planPrune(historyOf({ ...host, entries, disk }), 1, host.current)
        const known = new Set([...names, ...host.records, ...host.entries.map(nameOf)])
        for (const name of remove) expect(known).toContain(name)
      }),
    )
  })

  test('of 100,000 releases ends', () => {
    const names = Array.from({ length: 100_000 }, (_, at) => `r${at}`)
    const log = names.map((release, at) => ({ release, activations: [at + 1] }))
    expect(adopt({ entries: [], disk: names }, log)).toHaveLength(100_000)
    expect(adopt({ entries: names.map((release) => ({ release })), disk: names }, [])).toHaveLength(100_000)
  })
})
