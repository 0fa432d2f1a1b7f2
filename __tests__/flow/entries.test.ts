import { expect, test } from 'vitest'
import { entriesWithPlaced } from '../../src/flow/entries.ts'
import { deployOf, nameOf } from '../../src/release/manifest.ts'
import { activated } from '../../src/release/transition.ts'
import { entry } from '../release/arbitraries.ts'
import { stationWith } from './runs.ts'

test('a release whose name is on record of one that is gone gets a record of its own', () => {
  const old = entry('v1', { seq: 1, state: 'bad' }, { css: 'old' })
  const placed = entry('v1', { seq: 7, state: 'failed' }, { css: 'new' })
  const station = Object.assign(stationWith('web1', [old, entry('v2', { seq: 2 })], 'v2'), { placed })
  const entries = activated(entriesWithPlaced(station, ''), 'v1', new Date())
  expect(entries.map(nameOf)).toEqual(['v2', 'v1'])
  expect(entries[1]).toMatchObject({ css: 'new' })
  expect(deployOf(entries[1] as typeof old)).toMatchObject({ seq: 7, state: 'live' })
})
