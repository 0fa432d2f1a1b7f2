import fc from 'fast-check'
import { expect, test } from 'vitest'
import { removeFrom } from '../../src/flow/removal.ts'
import { nameOf, parseManifest, without } from '../../src/release/manifest.ts'
import { entry } from '../release/arbitraries.ts'
import { stationWith } from './runs.ts'

/** A host with five releases that is told to remove some, to forget others, and keeps some all the same. */
const orders = fc.record({
  remove: fc.subarray(['a', 'b', 'c']),
  kept: fc.subarray(['a', 'b', 'c']),
  forget: fc.subarray(['d']),
  /** Whether the line for the log says what went. */
  prunes: fc.boolean(),
})

test('what goes is on record no more, what is kept goes on being, and the log is told of it', async () => {
  await fc.assert(
    fc.asyncProperty(orders, async ({ remove, kept, forget, prunes }) => {
      const names = ['a', 'b', 'c', 'd', 'e']
      const written: string[] = []
      const logged: unknown[] = []
      const stays = remove.filter((name) => kept.includes(name))
      const goes = remove.filter((name) => !kept.includes(name))
      const session = {
        finish: async (manifest: string, event: string) => {
          written.push(manifest)
          if (event !== '') logged.push(JSON.parse(event))
          return { removed: goes, kept: stays, left: 0, noise: '', current: 'e' }
        },
        settle: async (manifest: string, event: string) => {
          written.push(manifest)
          if (event !== '') logged.push(JSON.parse(event))
        },
      }
      const station = stationWith(
        'web1',
        names.map((name, at) => entry(name, { seq: at + 1 })),
        'e',
      )
      Object.assign(station, { session })
      const before = station.entries
      const told = prunes ? { event: 'prune', releases: remove, outcome: 'pruned' } : { event: 'failed' }
      const event = JSON.stringify(told)
      await removeFrom(station, { remove, before, after: without(before, [...remove, ...forget]), event })
      const left = names.filter((name) => !goes.includes(name) && !forget.includes(name))
      expect(station.entries.map(nameOf)).toEqual(left)
      expect(parseManifest(written.at(-1) as string).map(nameOf)).toEqual(left)
      const outcome = { event: 'prune', releases: stays, outcome: 'kept' }
      expect(logged).toEqual(prunes && stays.length > 0 ? [told, outcome] : [told])
      expect(station.state?.disk).toEqual(names.filter((name) => !goes.includes(name)))
    }),
  )
})
