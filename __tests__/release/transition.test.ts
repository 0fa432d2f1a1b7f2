import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deployOf, type Entry, nameOf, parseManifest, renderManifest } from '../../src/release/manifest.ts'
import {
  activated,
  bad,
  failedFor,
  finished,
  goneBackTo,
  made,
  neverLive,
  publishedIn,
  staged,
  unfinished,
  withAdopted,
} from '../../src/release/transition.ts'
import { entry } from './arbitraries.ts'

const now = new Date('2026-11-23T10:00:00.789Z')
const run = 'https://x/1'

/** Each on the one release of three that it is about. */
const transitions: Readonly<Record<string, (entries: readonly Entry[]) => readonly Entry[]>> = {
  activated: (entries) => activated(entries, 'b', now),
  staged: (entries) => staged(entries, 'b'),
  failed: (entries) => failedFor(entries, 'b', 'gate'),
  bad: (entries) => bad(entries, 'b', 'slow'),
  'gone back to': (entries) => goneBackTo(entries, 'b', run, 'c'),
  published: (entries) => publishedIn(entries, 'b', run),
  unfinished: (entries) => unfinished(entries, 'b'),
  finished: (entries) => finished(entries, 'b'),
}

const of = (entries: readonly Entry[]) => deployOf(entries.find((one) => nameOf(one) === 'b') ?? {})
const three = (more: object = {}) => [
  entry('a', { seq: 1, activations: [4] }),
  entry('b', { seq: 2, ...more }, { css: '1 kB' }),
  entry('c', { seq: 3 }),
]

describe('what becomes of a release', () => {
  test.each(Object.entries(transitions))(
    '%s touches nobody else, and nothing that others wrote',
    (_, change) => {
      const known = three({ ours: 'of a later version' })
      const then = change(known)
      expect(then.map(nameOf)).toEqual(['a', 'b', 'c'])
      expect([then[0], then[2]]).toEqual([known[0], known[2]])
      expect(then[1]).toMatchObject({ css: '1 kB', deploy: { seq: 2, ours: 'of a later version' } })
      expect(change([])).toEqual([])
      expect(parseManifest(renderManifest(then))).toEqual(then)
    },
  )

  test('is in its state, with a reason as long as that counts', () => {
    const failed = failedFor(three({ state: 'live', activations: [], activated_at: [] }), 'b', 'gate')
    expect(of(failed)).toMatchObject({ state: 'failed', reason: 'gate' })
    const waits = staged(failed, 'b')
    expect(of(waits)).toMatchObject({ state: 'staged', activations: [] })
    const live = activated(failed, 'b', now)
    expect(of(live)).toMatchObject({
      state: 'live',
      activations: [5],
      activated_at: ['2026-11-23T10:00:00Z'],
    })
    for (const entries of [waits, live]) expect(of(entries)).not.toHaveProperty('reason')
    const left = bad(live, 'b', 'slow')
    expect(of(left)).toMatchObject({ state: 'bad', reason: 'slow', activations: [5] })
    expect(of(activated(left, 'b', new Date('2026-11-24T10:00:00Z')))).toMatchObject({
      state: 'live',
      activations: [5, 6],
      activated_at: ['2026-11-23T10:00:00Z', '2026-11-24T10:00:00Z'],
    })
  })

  test('is stirred as long as the last that staged it had commands change it', () => {
    const stirred = staged(three(), 'b', true)
    expect(of(stirred)).toMatchObject({ state: 'staged', stirred: true })
    expect(of(staged(stirred, 'b'))).not.toHaveProperty('stirred')
  })

  test('is unfinished until it is finished', () => {
    const due = unfinished(three(), 'b')
    expect(of(due)).toMatchObject({ unfinished: true })
    expect(finished(due, 'b')).toEqual(three())
  })

  test('knows the run that published it, where there was one', () => {
    expect(of(publishedIn(three(), 'b', run))).toMatchObject({ published_in: run })
    expect(publishedIn(three(), 'b', null)).toEqual(three())
  })

  test('knows the rollback that went back to it, and what that left, of the last one only', () => {
    const once = goneBackTo(three(), 'b', run, 'c')
    expect(of(once)).toMatchObject({ rolled_back_in: run, rolled_back_from: 'c' })
    const again = goneBackTo(once, 'b', 'https://x/2', null)
    expect(of(again)).toMatchObject({ rolled_back_in: 'https://x/2' })
    expect(of(again)).not.toHaveProperty('rolled_back_from')
  })
})

test('a release that is made counts as failed until it is live, and keeps its metadata', () => {
  const entry = made('a', 7, { files: 3 }, { css: '1 kB' })
  expect(entry).toEqual({
    css: '1 kB',
    release: 'a',
    deploy: { schema: 1, seq: 7, state: 'failed', activations: [], activated_at: [], files: 3 },
  })
})

test('a release that a run died with is the same, and failed', () => {
  const known = entry('a', { seq: 7, state: 'adopted', activations: [7], run }, { css: '1 kB' })
  expect(neverLive(known)).toEqual(
    entry('a', { seq: 7, state: 'failed', activations: [], run }, { css: '1 kB' }),
  )
})

test('releases that are adopted come before all that is on record, in their order', () => {
  const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 5 })
  fc.assert(
    fc.property(numbers, numbers, (seqs, activations) => {
      const known = seqs.map((seq, at) => entry(`k${at}`, { seq, activations }))
      const all = withAdopted(known, ['x', 'y'])
      expect(all.map(nameOf)).toEqual(['x', 'y', ...known.map(nameOf)])
      const [x, y] = all.map((one) => deployOf(one)?.seq as number)
      expect([x, deployOf(all[0] as Entry)?.activations]).toEqual([x, [x]])
      expect(x).toBeLessThan(y as number)
      for (const at of known.length > 0 ? [...seqs, ...activations] : []) expect(y).toBeLessThan(at)
    }),
  )
})
