import { expect, test } from 'vitest'
import { recall } from '../../src/flow/recall.ts'
import { makeRun, makeStation, stateOf } from './runs.ts'

test('a host that has 150,000 records and none of their releases is asked for none of them', async () => {
  const names = (letter: string) => Array.from({ length: 150_000 }, (_, at) => `${letter}${at}`)
  const state = { ...stateOf(), disk: names('d'), records: names('r') }
  const run = makeRun()
  await recall(run.context, [makeStation('web1', { state })])
  expect(run.told).toEqual([])
})
