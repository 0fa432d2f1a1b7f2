// F1, F2: the action is killed at every message that it sends to a host, and at random times.

import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeAt } from '../scenarios/place.ts'
import { type Servers, startServers } from '../scenarios/world.ts'
import { count, figure, walk } from './measure.ts'
import { openSiege } from './siege.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const preload = `--import=${join(import.meta.dirname, 'dying_action.mjs')}`

test.concurrent('killed at every message it sends in turn, it leaves the host sound', async () => {
  let tried = 0
  const open = async () => {
    const siege = await openSiege(servers.one)
    await siege.recover()
    return siege
  }
  await walk(3, open, async (siege, n) => {
    const tell = join(siege.world.dir, 'dies')
    const env = { NODE_OPTIONS: preload, DIES_AT: String(n), DIES_TELL: tell }
    const { release, result } = await siege.suffer({}, { env })
    const died = existsSync(tell)
    expect(result.signal, result.log).toBe(died ? 'SIGKILL' : null)
    if (died) expect(await readFile(tell, 'utf8')).toBe(String(n))
    await rm(tell, { force: true })
    await siege.survive(release, result)
    await siege.recover()
    if (died) tried++
    return died
  })
  figure('messages of the action, killed at', { tried, violations: 0 })
  expect(tried).toBeGreaterThan(10)
})

test.concurrent('killed at random times, runner or host, the next run works', async () => {
  const kills = count('KILLS', 20, 200)
  const seed = count('SEED', Date.now() % 1_000_000, Date.now() % 1_000_000)
  process.stderr.write(`random kills: SEED=${seed}\n`)
  const random = dice(seed)
  const drawn = Array.from({ length: kills }, () => ({ at: random(), whom: random() < 0.5 }))
  const outcomes = { before: 0, after: 0 }
  const open = async () => {
    const siege = await openSiege(servers.one, { rsync_flags: '--no-compress --bwlimit=1000' })
    const began = performance.now()
    await siege.recover()
    return Object.assign(siege, { usual: performance.now() - began })
  }
  await walk(3, open, async (siege, n) => {
    const kill = drawn[n - 1]
    if (!kill) return false
    const { release, run } = await siege.attempt()
    await Promise.race([new Promise((pass) => setTimeout(pass, kill.at * 1.1 * siege.usual)), run.done])
    if (kill.whom) run.killAll()
    else await killRemote(siege.world.place.root)
    const result = await run.done
    await siege.survive(release, result)
    outcomes[(await siege.world.place.serves()) === release ? 'after' : 'before']++
    await siege.recover()
    return true
  })
  figure(`random kills (SEED=${seed})`, { tried: kills, ...outcomes, violations: 0 })
})

/** All that runs for this remote_dir on the host, as when its kernel is out of memory. */
async function killRemote(root: string): Promise<void> {
  for (const line of await placeAt(root).processes()) {
    // The action itself has the root in its environment too.
    if (/main\.js/.test(line)) continue
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
}

/** Numbers in [0, 1) that come again for the same seed. */
function dice(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
