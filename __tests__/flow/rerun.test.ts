import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/flow/context.ts'
import {
  isFinished,
  isOfEarlierAttempt,
  publishedByEarlierAttempt,
  releaseOfEarlierAttempt,
  targetOfEarlierAttempt,
} from '../../src/flow/rerun.ts'
import type { Station } from '../../src/flow/station.ts'
import type { Deploy } from '../../src/release/manifest.ts'
import type { Fingerprint } from '../../src/transfer/digest.ts'
import { entry } from '../release/arbitraries.ts'
import { makeRun, stationWith } from './runs.ts'

const run = 'https://example.com/run/1'

function attempt(number: number, known: object = {}, settings: object = {}): Context {
  const { context } = makeRun(settings)
  return { ...context, origin: { ...context.origin, run, attempt: number, ...known } } as Context
}

/** A host that serves `b`, of which this is on record. */
function serving(known: Partial<Deploy>): Station {
  return stationWith('web1', [entry('a'), entry('b', { seq: 2, activations: [3], ...known })], 'b')
}

const mine = { run, attempt: 1, digest: 'sha256:d' }
const other = serving({ run: 'https://example.com/run/2', attempt: 1, digest: 'sha256:d' })

describe('what an earlier attempt of the run has deployed', () => {
  test.each<[string, Context, readonly Station[], string | null]>([
    ['is served somewhere', attempt(2), [other, serving(mine)], 'b'],
    ['is nothing for a first attempt', attempt(1), [serving({ ...mine, attempt: 0 })], null],
    ['is nothing outside of a workflow', attempt(2, { run: null }), [serving({ ...mine, run: null })], null],
    ['is not what another run has', attempt(2), [other], null],
    [
      'is not what an earlier step of the same attempt has',
      attempt(2),
      [serving({ ...mine, attempt: 2 })],
      null,
    ],
    ['is not what nobody knows the attempt of', attempt(2), [serving({ run, digest: mine.digest })], null],
    ['has the same content', attempt(2), [serving({ ...mine, digest: 'sha256:e' })], null],
    ['has the name that is asked for', attempt(2, {}, { release_name: 'b' }), [serving(mine)], 'b'],
    [
      'has no other than the name that is asked for',
      attempt(2, {}, { release_name: 'c' }),
      [serving(mine)],
      null,
    ],
    ['is served still', attempt(2), [stationWith('web1', [entry('a'), entry('b', mine)], 'a')], null],
  ])('%s', async (_, context, fleet, release) => {
    const fingerprint = Promise.resolve({ digest: 'sha256:d' } as Fingerprint)
    expect(await releaseOfEarlierAttempt(context, fleet, fingerprint)).toBe(release)
  })
})

describe('what an earlier attempt of the run has gone back to', () => {
  test.each<[string, Context, readonly Station[], string | null]>([
    ['is served somewhere', attempt(2), [serving({}), serving({ rolled_back_in: run })], 'b'],
    ['is nothing for a first attempt', attempt(1), [serving({ rolled_back_in: run })], null],
    ['is not what another run went back to', attempt(2), [serving({ rolled_back_in: `${run}1` })], null],
    ['is nothing outside of a workflow', attempt(2, { run: null }), [serving({})], null],
  ])('%s', (_, context, fleet, release) => {
    expect(targetOfEarlierAttempt(context, fleet)).toBe(release)
  })
})

describe('what an earlier attempt of the run has published', () => {
  const left = stationWith('web1', [entry('a', { published_in: run }), entry('b', { seq: 2 })], 'b')

  test.each<[string, Context, readonly Station[], string | null]>([
    ['may be served no more', attempt(2), [left], 'a'],
    ['is the last of several', attempt(2), [serving({ published_in: run }), left], 'a'],
    ['is nothing for a first attempt', attempt(1), [left], null],
    ['is not what another run has published', attempt(2), [serving({ published_in: `${run}1` })], null],
    ['is nothing outside of a workflow', attempt(2, { run: null }), [left], null],
  ])('%s', (_, context, fleet, release) => {
    expect(publishedByEarlierAttempt(context, fleet)).toBe(release)
  })
})

test.each<[string, Context, Partial<Deploy>, boolean]>([
  ['it made', attempt(2), { run }, true],
  ['it published', attempt(2), { run: `${run}1`, published_in: run }, true],
  ['another run made', attempt(2), { run: `${run}1` }, false],
  ['a first attempt made', attempt(1), { run }, false],
  ['was made outside of a workflow', attempt(2, { run: null }), { run: null }, false],
])('what %s is of an earlier attempt of the run: %#', (_, context, known, expected) => {
  expect(isOfEarlierAttempt(context, serving(known), 'b')).toBe(expected)
  expect(isOfEarlierAttempt(context, serving(known), 'a')).toBe(false)
})

test('a host is done with a release that it serves, and that all went well of', () => {
  expect(isFinished(serving({}), 'b')).toBe(true)
  expect(isFinished(serving({ unfinished: true }), 'b')).toBe(false)
  expect(isFinished(serving({}), 'a')).toBe(false)
})
