// F9, F10, F11: many runs at once on one remote_dir, of one kind and of all kinds.

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Tree } from '../scenarios/soundness.ts'
import { readTree } from '../scenarios/tree.ts'
import { openWorld, type Servers, startServers, type World, writeFiles } from '../scenarios/world.ts'
import type { ActionResult } from '../servers/action.ts'
import { count, figure } from './measure.ts'
import { stampedSite } from './siege.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** An artifact of its own for each of many releases, so that any two may be sent at once. */
async function deployOwn(world: World, artifacts: Map<string, Tree>, release: string) {
  const local_dir = `${world.dir}/builds/${release}`
  await writeFiles(local_dir, stampedSite(release))
  artifacts.set(release, await readTree(local_dir))
  return world.run({ mode: 'deploy', local_dir, release_name: release }, { timeout: 200_000 })
}

test.concurrent('twenty deploys at once: all take their turn, and every release is there', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '100' } })
  const artifacts = new Map<string, Tree>()
  const names = Array.from({ length: 20 }, (_, at) => `at-once-${at}`)
  const runs = await Promise.all(names.map((name) => deployOwn(world, artifacts, name)))
  for (const { code, log } of runs) expect(code, log).toBe(0)
  expect(await world.place.releases()).toEqual([...names].sort())
  // One after the other, each knew the one before it.
  const live = (await world.place.events()).filter(({ event }) => event === 'deploy')
  expect(live).toHaveLength(20)
  for (const [at, { from }] of live.entries()) expect(from).toBe(live[at - 1]?.to ?? null)
  expect(await world.place.serves()).toBe(live.at(-1).to)
  await world.expectSound({ artifacts })
  figure('deploys at once', { tried: 20, violations: 0 })
})

test.concurrent('twenty that will not wait: one works, the others say who holds the lock', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('zero')
  const holder = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'one',
    pre_symlink_command: 'echo "gate runs"; while [ ! -e "$REMOTE_DIR/go" ]; do sleep 0.1; done',
  })
  await holder.saw(/gate runs/, 60_000)
  const others = await Promise.all(
    Array.from({ length: 19 }, (_, at) => world.deploy(`late-${at}`, { lock_timeout: '0' })),
  )
  for (const { code, log } of others) {
    expect(code).toBe(1)
    expect(log).toMatch(/another run holds the lock: deploy by octocat/)
  }
  await writeFiles(world.place.root, { go: '' })
  expect((await holder.done).code).toBe(0)
  expect(await world.place.releases()).toEqual(['one', 'zero'])
  await world.expectSound()
})

test.concurrent('deploy, prune, rollback and list at once, over and over', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '3' } })
  const artifacts = new Map<string, Tree>()
  for (const name of ['first', 'second']) expect((await deployOwn(world, artifacts, name)).code).toBe(0)
  const rounds = count('ROUNDS', 5, 200)
  const told: Record<string, number> = {}
  for (let round = 0; round < rounds; round++) {
    const [deploy, prune, rollback, list] = await Promise.all([
      deployOwn(world, artifacts, `round-${round}`),
      world.prune(),
      world.rollback(),
      world.list(),
    ])
    for (const run of [deploy, prune, list] as ActionResult[]) expect(run.code, run.log).toBe(0)
    // Twice back in a row there may be nothing to go back to.
    if (rollback.code !== 0)
      expect(rollback.log).toMatch(/nothing to (go|roll) back to|no (earlier|release)/i)
    for (const { release, state } of list.result.releases as { release: string; state: string }[]) {
      expect(artifacts.has(release), `${release} was deployed`).toBe(true)
      told[state] = (told[state] ?? 0) + 1
    }
    await world.expectSound({ artifacts })
  }
  // A look without the lock may come between the steps of a prune, never between those of an upload.
  expect(Object.keys(told).filter((state) => !['live', 'bad', 'failed', 'missing'].includes(state))).toEqual(
    [],
  )
  figure('rounds of deploy, prune, rollback and list', { tried: rounds, violations: 0 })
})
