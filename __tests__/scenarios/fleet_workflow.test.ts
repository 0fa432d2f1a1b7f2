// The reusable workflow fleet.yml: a fleet in shards is one whole, whatever fails and however often it is run again.

import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Rehearsal, rehearse } from './rehearsal.ts'
import { openWorld, type Place, type World, writeFiles } from './world.ts'

const FILE = '.github/workflows/fleet.yml'

async function openFleet(hosts: number, inputs: Readonly<Record<string, string>> = {}) {
  const world = await openWorld(Array.from({ length: hosts }, () => 'local' as const))
  const config = 'hooks:\n  - { at: after published, run: test ! -e "$REMOTE_DIR/broken" }\n'
  await writeFiles(join(world.dir, 'checkout'), { '.github/releases.yml': config })
  const fleet = (artifact = world.build) => {
    const given = { artifact: 'site', shards: '["1/3","2/3","3/3"]', config: '.github/releases.yml' }
    return rehearse(world, FILE, { ...given, target: '', release_name: '', ...inputs }, artifact)
  }
  return { world, fleet }
}

const breakIt = (place: Place) => writeFile(join(place.root, 'broken'), '')
const mendIt = (place: Place) => rm(join(place.root, 'broken'))

/** The host that the last shard which publishes would break, so that others have published before. */
async function lastPublished(world: World): Promise<Place> {
  const labels = await Promise.all(
    ['1/3', '2/3', '3/3'].map(async (shard) => (await world.list({ shard })).result.hosts),
  )
  const host = labels.at(-1)?.[0].host as string
  return world.places[world.labels.indexOf(host)] as Place
}

/** A fleet whose last shard has failed, so that all have gone back. */
async function openReverted(hosts: number, inputs: Readonly<Record<string, string>> = {}) {
  const { world, fleet } = await openFleet(hosts, inputs)
  await world.deployed('one')
  const broken = await lastPublished(world)
  await breakIt(broken)
  const run = fleet()
  await run.attempt()
  expect(await world.serving()).toEqual(everywhere(world, 'one'))
  return { world, broken, run }
}

function everywhere(world: World, release: string): readonly string[] {
  return world.places.map(() => release)
}

function resultsOf({ jobs }: Rehearsal) {
  return Object.fromEntries(Object.entries(jobs).map(([name, { result }]) => [name, result]))
}

test.concurrent('all shards publish one release, also where there are more shards than hosts', async () => {
  const { world, fleet } = await openFleet(2)
  await using _ = world
  const run = fleet()
  await run.attempt()
  expect(resultsOf(run)).toEqual({
    name: 'success',
    check: 'success',
    stage: 'success',
    gate: 'success',
    publish: 'success',
    revert: 'skipped',
  })
  expect(await world.serving()).toEqual(everywhere(world, 'run-4711'))
  await world.expectSound()
})

test.concurrent('when a shard fails all go back; run again as a whole, all publish', async () => {
  const { world, broken, run } = await openReverted(6)
  await using _ = world
  expect([...(run.jobs.publish?.parts.values() ?? [])]).toEqual(['success', 'success', 'failure'])
  expect(run.jobs.revert?.result, run.jobs.revert?.log).toBe('success')

  await mendIt(broken)
  // The shards that had published are not run again, and would stay where they are.
  await run.attemptFailed()
  expect(run.jobs.publish?.result).toBe('failure')
  expect(run.jobs.publish?.log).toContain('Choose Re-run all jobs')
  expect(await world.serving()).toEqual(everywhere(world, 'one'))

  await run.attempt()
  expect(run.jobs.publish?.result, run.jobs.publish?.log).toBe('success')
  expect(await world.serving()).toEqual(everywhere(world, 'run-4711-3'))
  await world.expectSound()
})

test.concurrent('one shard of a good run that is run again reverts nobody, also where it has no hosts', async () => {
  const { world, fleet } = await openFleet(2)
  await using _ = world
  await world.deployed('one')
  const run = fleet()
  await run.attempt()
  for (const shard of ['1/3', '2/3', '3/3']) {
    await run.attemptOne('publish', shard)
    expect(run.jobs.publish?.result, run.jobs.publish?.log).toBe('success')
    expect(run.jobs.revert?.result).toBe('skipped')
  }
  expect(await world.serving()).toEqual(everywhere(world, 'run-4711'))
  await world.expectSound()
})

test.concurrent('a shard that has gone back is not published by itself', async () => {
  const { world, run } = await openReverted(3)
  await using _ = world
  await run.attemptOne('publish', '1/3')
  expect(run.jobs.publish?.log).toContain('Choose Re-run all jobs')
  expect(await world.serving()).toEqual(everywhere(world, 'one'))
})

test.concurrent('a name of the caller serves the next attempt, too', async () => {
  const { world, broken, run } = await openReverted(3, { release_name: 'v2' })
  await using _ = world
  await mendIt(broken)
  await run.attempt()
  expect(run.jobs.stage?.result, run.jobs.stage?.log).toBe('success')
  expect(run.jobs.publish?.result, run.jobs.publish?.log).toBe('success')
  expect(await world.serving()).toEqual(everywhere(world, 'v2'))
  await world.expectSound()
})

test.concurrent('a shard that fails to stage is staged by a run of what has failed, under the same name', async () => {
  const { world, fleet } = await openFleet(3)
  await using _ = world
  await world.deployed('one')
  const broken = await lastPublished(world)
  await chmod(broken.root, 0o777)
  const run = fleet()
  await run.attempt()
  expect(run.jobs.check?.result).toBe('failure')
  await chmod(broken.root, 0o755)
  await run.attemptFailed()
  expect(run.jobs.publish?.result, run.jobs.publish?.log).toBe('success')
  expect(await world.serving()).toEqual(everywhere(world, 'run-4711'))
  await world.expectSound()
})

test.concurrent('hosts that differed before go back to what their shard shares', async () => {
  const { world, fleet } = await openFleet(6)
  await using _ = world
  await world.deployed('one')
  const broken = await lastPublished(world)
  const behind = world.places.find((place) => place !== broken) as Place
  const others = world
    .hosts()
    .split('\n')
    .filter((line) => !line.includes(`"${behind.root}"`))
  await world.deployed('two', { hosts: others.join('\n') })
  await breakIt(broken)
  const run = fleet()
  await run.attempt()
  expect(run.jobs.revert?.result, run.jobs.revert?.log).toBe('success')
  expect(await world.serving()).not.toContain('run-4711')
})

test.concurrent('ten files of which the first is a tar are deployed as they are', async () => {
  const { world, fleet } = await openFleet(1)
  await using _ = world
  const artifact = join(world.dir, 'artifact')
  const names = ['a.tar', ...Array.from({ length: 9 }, (_, at) => `file-${at}`)]
  await writeFiles(artifact, Object.fromEntries(names.map((name) => [name, name])))
  const run = fleet(artifact)
  await run.attempt()
  expect(run.jobs.publish?.result, run.jobs.publish?.log).toBe('success')
  const [place] = world.places as [Place]
  for (const name of names) expect(await place.read(`current/${name}`)).toBe(name)
})

test.concurrent('what is deployed may come as one tar, which keeps modes', async () => {
  const { world, fleet } = await openFleet(3)
  await using _ = world
  await writeFiles(world.build, { 'bin/migrate': '#!/bin/sh\n' })
  await chmod(join(world.build, 'bin/migrate'), 0o755)
  const artifact = join(world.dir, 'artifact')
  await mkdir(artifact)
  execFileSync('tar', ['-cf', join(artifact, 'site.tar'), '-C', world.build, '.'])
  const run = fleet(artifact)
  await run.attempt()
  expect(run.jobs.publish?.result, run.jobs.publish?.log).toBe('success')
  for (const place of world.places) {
    expect(await place.read('current/index.html')).toContain('hello')
    execFileSync('test', ['-x', join(place.root, 'current/bin/migrate')])
    expect(await place.read('current/site.tar').catch(() => 'none')).toBe('none')
  }
})
