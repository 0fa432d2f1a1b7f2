// What a killed run leaves is no release that anybody is led to, gives way to its own second try, and goes with the next success.

import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bulk, openWorld, startServers, until, type World } from './world.ts'

/** Killed at its gate: the release is placed, and nothing else is known of it. */
async function killed(world: World, release_name: string, mode = 'deploy'): Promise<void> {
  const mark = join(world.place.root, 'at-the-gate')
  await rm(mark, { force: true })
  const gate = 'touch "$REMOTE_DIR/at-the-gate"; sleep 300'
  const run = await world.start({ mode, local_dir: world.build, release_name, pre_symlink_command: gate })
  await until(() => existsSync(mark), 'the gate', 60)
  run.kill('SIGKILL')
  await run.done
  await until(async () => (await world.place.processes()).length === 0, 'nothing runs there', 60)
}

const stage = async (world: World, release_name: string) => {
  const { code, log } = await world.run({ mode: 'stage', local_dir: world.build, release_name })
  expect(code, log).toBe(0)
}

async function statesOf(world: World): Promise<Readonly<Record<string, string>>> {
  const { releases } = (await world.list()).result
  return Object.fromEntries(
    releases.map(({ release, state }: Readonly<Record<string, string>>) => [release, state]),
  )
}

test.concurrent('where all is staged and published', async () => {
  await using world = await openWorld(['local'])
  await stage(world, 'one')
  await world.run({ mode: 'publish' })
  await killed(world, 'two', 'stage')
  expect(await statesOf(world)).toEqual({ one: 'live', two: 'failed' })
  await stage(world, 'two')
  expect(await statesOf(world)).toEqual({ one: 'live', two: 'staged' })
  // Other content by the same name: that the one before it was staged says nothing of it.
  await world.write({ 'index.html': 'other' })
  await killed(world, 'two', 'stage')
  expect(await statesOf(world)).toEqual({ one: 'live', two: 'failed' })
  expect((await world.run({ mode: 'publish' })).log).toContain('no release is staged')
  await world.deployed('three')
  expect(await world.place.releases()).toEqual(['one', 'three'])
  await world.expectSound()
})

test.concurrent('by the name of one that is gone', async () => {
  await using world = await openWorld(['local'], { inputs: { release_count: '1' } })
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  expect(await world.place.releases()).toEqual(['three', 'two'])
  await killed(world, 'one')
  expect(await statesOf(world)).toEqual({ one: 'failed', two: 'live', three: 'live' })
  await world.deployed('four')
  expect(await world.place.releases()).toEqual(['four', 'three'])
  await world.expectSound()
})

test.concurrent('by the very first run', async () => {
  await using world = await openWorld(['local'])
  await killed(world, 'one')
  // As a run that took its lock over leaves it.
  await writeFile(join(world.place.root, 'releases.log'), '{"event":"lock taken over","why":"deploy"}\n')
  expect(await statesOf(world)).toEqual({ one: 'failed' })
  await stage(world, 'one')
  expect(await statesOf(world)).toEqual({ one: 'staged' })
  await killed(world, 'two')
  await world.deployed('three')
  expect((await world.rollback()).log).toContain('there is no earlier good release')
})

test.concurrent('over what another tool had made', async () => {
  await using world = await openWorld(['local'])
  const theirs = '20200101000000'
  await mkdir(join(world.place.releaseDir, theirs), { recursive: true })
  const revision = `Branch main (at abc) deployed as release ${theirs} by somebody\n`
  await writeFile(join(world.place.root, 'revisions.log'), revision)
  await symlink(`releases/${theirs}`, world.place.link)
  await world.deploy('one', { pre_symlink_command: 'false' })
  await killed(world, 'two')
  expect(await statesOf(world)).toMatchObject({ two: 'failed', [theirs]: 'adopted' })
  await world.deployed('two')
  expect((await world.rollback()).outputs.release).toBe(theirs)
})

test.concurrent('with a log that was rotated: its own second try is let in, and it is never gone back to', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  await rm(join(world.place.root, 'releases.log'))
  await killed(world, 'three')
  expect(await statesOf(world)).toMatchObject({ three: 'unknown' })
  expect((await world.list()).log).toContain('tells what became of three: left alone')
  await world.deployed('three')
  expect((await world.rollback()).outputs.release).toBe('two')
  await world.expectSound()
})

test.concurrent('a connection that is cut does not make a run forget that it removes nothing', async () => {
  await using servers = await startServers(1)
  await using world = await openWorld(servers.all)
  const file = join(world.place.root, 'manifest.json')
  await world.deployed('one')
  const old = await readFile(file)
  for (const release of ['two', 'three']) await world.deployed(release)
  const cut = async () => {
    for (const pid of await servers.one.pids()) process.kill(pid, 'SIGKILL')
  }
  await writeFile(file, old)
  await world.write(bulk(60, 50_000))
  const slow = { release_name: 'four', rsync_flags: '--no-compress --bwlimit=600' }
  const uploading = await world.start({ mode: 'deploy', local_dir: world.build, ...slow })
  await until(async () => (await world.place.arrived('four')) > 0, 'files arrive', 60)
  await cut()
  const { code, log } = await uploading.done
  expect(code, log).toBe(0)
  expect(await statesOf(world)).toEqual({ one: 'live', two: 'live', three: 'live', four: 'live' })

  await writeFile(file, old)
  await rm(join(world.place.root, 'releases.log'))
  const post = '[ "$RELEASE_NAME" != five ] || { echo "post runs"; sleep 300; }'
  const finishing = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'five',
    post_deploy_command: post,
  })
  await finishing.saw(/post runs/, 60_000)
  await cut()
  expect((await finishing.done).outputs.status).toBe('reverted')
  expect(await world.place.releases()).toEqual(['five', 'four', 'one', 'three', 'two'])
})
