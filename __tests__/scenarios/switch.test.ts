import { readlink } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

test('ten hosts are switched at nearly the same moment, and nobody ever sees none', {
  timeout: 180_000,
}, async () => {
  const ten = Array.from({ length: 10 }, (_, at) => servers.all[at % 2] as Servers['one'])
  await using world = await openWorld(ten)
  await world.deployed('one')

  /** When each link was first seen to lead to `two`. */
  const seen: number[] = []
  let watching = true
  const watch = async () => {
    while (watching) {
      for (const [at, place] of world.places.entries()) {
        const text = await readlink(place.link)
        expect(['releases/one', 'releases/two']).toContain(text)
        if (text === 'releases/two') seen[at] ??= performance.now()
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const watcher = watch()
  const { log } = await world.deployed('two')
  watching = false
  await watcher

  const told = /10 hosts told of their switch within (\d+) ms/.exec(log)
  expect(told).not.toBeNull()
  expect(seen.filter(Boolean)).toHaveLength(10)
  const spread = Math.max(...seen) - Math.min(...seen)
  console.log(`links changed within ${spread.toFixed(0)} ms; hosts told of it within ${told?.[1]} ms`)
  expect(await world.serving()).toEqual(Array.from({ length: 10 }, () => 'two'))
  await world.expectSound()
})
