// Hosts as they may be found: any releases, any order, any link.

import fc from 'fast-check'
import type { Seen } from '../../src/release/history.ts'
import type { Deploy, Entry, Json, JsonObject, State } from '../../src/release/manifest.ts'

export const anyJson = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>

/** Any UTF-16, well-formed or not. fast-check's own such unit takes seconds to build. */
export const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })

export const plain = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,11}$/)

/** Names that must never become part of a path. */
export const hostile = [
  '',
  '.',
  '..',
  '../..',
  '../../etc',
  '/etc',
  '/',
  '-rf',
  '--',
  '.hidden',
  'a/b',
  'a/../b',
  'a\nb',
  'a b',
  'a\0b',
  '*',
  '$(id)',
  '`id`',
  "a'b",
  'caf\u00e9',
  '\ud800',
  'a'.repeat(129),
  'a\n',
  '\ta',
]

const states: readonly State[] = ['live', 'bad', 'failed', 'staged', 'adopted']

export function entry(release: string, known: Partial<Deploy> = {}, metadata: JsonObject = {}): Entry {
  const deploy = {
    schema: 1,
    seq: 1,
    state: 'live',
    created_at: '2026-11-21T18:43:58Z',
    activations: [],
    activated_at: [],
    ...known,
  }
  return { ...metadata, release, deploy: deploy as JsonObject }
}

/** Releases of this tool, each created, and some activated, one after the other: `live` ones at least once. */
export function recorded(names: readonly string[], state: (name: string) => State): readonly Entry[] {
  let seq = 0
  return names.map((name) => {
    const mine = state(name)
    const created = ++seq
    return entry(name, {
      seq: created,
      state: mine,
      activations: mine === 'staged' || mine === 'failed' ? [] : [++seq],
    })
  })
}

/** A host with releases of every state, directories nobody recorded, records whose release is gone, and a link to any of them. */
export const anySeen: fc.Arbitrary<Seen> = fc
  .uniqueArray(plain, { maxLength: 14 })
  .chain((names) =>
    fc.record({
      names: fc.constant(names),
      kinds: fc.array(fc.constantFrom(...states, 'foreign' as const, 'stray' as const), {
        minLength: names.length,
        maxLength: names.length,
      }),
      onDisk: fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
      recorded: fc.subarray(names),
      extra: fc.array(fc.nat({ max: Math.max(0, names.length - 1) }), { maxLength: 6 }),
      current: fc.option(fc.constantFrom(...(names.length > 0 ? names : ['none']))),
    }),
  )
  .map(({ names, kinds, onDisk, recorded: records, extra, current }) => {
    let seq = 0
    const activations = new Map<string, number[]>()
    const list = names.filter((_, at) => kinds[at] !== 'stray')
    const seqs = new Map<string, number>()
    for (const name of list) {
      seqs.set(name, ++seq)
      activations.set(name, [])
      if (!['staged', 'failed'].includes(kinds[names.indexOf(name)] as string))
        activations.get(name)?.push(++seq)
    }
    for (const at of extra) activations.get(names[at] as string)?.push(++seq)
    const entries = list.map((name): Entry => {
      const kind = kinds[names.indexOf(name)] as State | 'foreign'
      if (kind === 'foreign') return { release: name, time: 60 }
      return entry(name, {
        seq: seqs.get(name) ?? 0,
        state: kind,
        activations: activations.get(name) ?? [],
      })
    })
    const disk = names.filter((_, at) => onDisk[at] || kinds[at] === 'stray')
    return {
      entries,
      disk,
      records: records.filter((name) => disk.includes(name)),
      current: current !== null && disk.includes(current) ? current : null,
    }
  })
