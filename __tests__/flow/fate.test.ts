import { expect, test } from 'vitest'
import { leaveBehind } from '../../src/flow/fate.ts'
import { nameOf, parseManifest } from '../../src/release/manifest.ts'
import { entry } from '../release/arbitraries.ts'
import { makeRun, stationWith } from './runs.ts'

function left(removes: readonly string[], pinned: readonly string[] = []) {
  const settled: string[] = []
  const asked: string[] = []
  const session = {
    finish: async (_: string, __: string, names: readonly string[]) => {
      asked.push(...names)
      return {
        removed: removes,
        kept: names.filter((name) => !removes.includes(name)),
        left: 0,
        noise: 'mv: no',
        current: 'a',
      }
    },
    settle: async (manifest: string) => void settled.push(manifest),
  }
  const station = stationWith('web1', [entry('a'), entry('b', { seq: 2, state: 'bad' })], 'b')
  Object.assign(station, { session, current: 'a' })
  Object.assign(station.host.settings, { pinned_releases: pinned })
  return { station, settled, asked, run: makeRun({ mode: 'rollback', on_rollback: 'remove' }) }
}

test('what cannot be removed after a rollback stays on record, and is told', async () => {
  const { station, settled, run } = left([])
  await leaveBehind(run.context, station, 'a')
  expect(parseManifest(settled.at(-1) as string).map(nameOf)).toEqual(['a', 'b'])
  expect(run.told).toMatchObject([{ kind: 'warn', text: 'could not remove b: mv: no' }])
  expect(station.entries.map(nameOf)).toEqual(['a', 'b'])
})

test('what is removed after a rollback is on record no more', async () => {
  const { station, run } = left(['b'])
  await leaveBehind(run.context, station, 'a')
  expect(run.told).toMatchObject([{ kind: 'note', text: 'removed b' }])
  expect(station.entries.map(nameOf)).toEqual(['a'])
})

test('what is pinned stays after a rollback', async () => {
  const { station, asked, run } = left(['b'], ['b'])
  await leaveBehind(run.context, station, 'a')
  expect(asked).toEqual([])
  expect(run.told).toMatchObject([{ kind: 'note', text: 'b stays: it is pinned' }])
})

test('what another link leads to stays after a rollback, and is not archived either', async () => {
  const { station, asked, run } = left(['b'])
  Object.assign(station.state as object, { served: ['b'] })
  await leaveBehind(run.context, station, 'a')
  expect(asked).toEqual([])
  expect(run.told).toMatchObject([{ kind: 'note', text: 'b stays: another link leads to it' }])
})
