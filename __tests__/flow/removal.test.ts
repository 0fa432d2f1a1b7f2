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
})

test('what goes is on record no more, what is kept goes on being', async () => {
  await fc.assert(
    fc.asyncProperty(orders, async ({ remove, kept, forget }) => {
      const names = ['a', 'b', 'c', 'd', 'e']
      const written: string[] = []
      const stays = remove.filter((name) => kept.includes(name))
      const goes = remove.filter((name) => !kept.includes(name))
      const session = {
        finish: async (manifest: string) => {
          written.push(manifest)
          return { removed: goes, kept: stays, left: 0, noise: '', current: 'e' }
        },
        settle: async (manifest: string) => void written.push(manifest),
      }
      const station = stationWith(
        'web1',
        names.map((name, at) => entry(name, { seq: at + 1 })),
        'e',
      )
      Object.assign(station, { session })
      const before = station.entries
      await removeFrom(station, { remove, before, after: without(before, [...remove, ...forget]), event: '' })
      const left = names.filter((name) => !goes.includes(name) && !forget.includes(name))
      expect(station.entries.map(nameOf)).toEqual(left)
      expect(parseManifest(written.at(-1) as string).map(nameOf)).toEqual(left)
      expect(station.state?.disk).toEqual(names.filter((name) => !goes.includes(name)))
    }),
  )
})
