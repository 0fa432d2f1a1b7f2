import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { openWorld, program, type Servers, startServers, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const run = 'https://github.com/acme/site/actions/runs/4711'

async function three(world: World) {
  for (const release of ['one', 'two', 'three']) await world.deployed(release, { metadata: `of: ${release}` })
}

test.concurrent('keep: it stays, marked bad with who and where, and is gone back to only by name', async () => {
  await using world = await openWorld(['local', 'local'])
  await three(world)
  expect((await world.rollback()).outputs.release).toBe('two')
  for (const place of world.places) {
    expect(await place.releases()).toEqual(['one', 'three', 'two'])
    expect((await place.record('three')).deploy).toMatchObject({
      state: 'bad',
      reason: `rolled back to two by octocat in ${run}`,
    })
  }
  const { log, summary } = await world.list()
  for (const text of [log, summary]) expect(text).toContain('bad: rolled back to two by octocat')
  expect((await world.rollback()).outputs.release).toBe('one')
  expect((await world.rollback()).log).toContain('there is no earlier good release')
  const named = await world.rollback({ release: 'three' })
  expect(named.code, named.log).toBe(0)
  expect(named.log).toMatch(
    /three is marked bad: rolled back to two by octocat.*; it is gone back to because it was named/,
  )
  expect((await world.place.record('three')).deploy).toMatchObject({ state: 'live' })
  expect((await world.place.record('three')).deploy).not.toHaveProperty('reason')
  // Back again: by history, to what was live before it, which is not bad.
  expect((await world.rollback()).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('archive: nothing is left out by what the host’s environment tells tar or gzip', async () => {
  await using world = await openWorld(['local'])
  await three(world)
  const before = await readTree(join(world.place.releaseDir, 'three'), { bare: true })
  const env = { TAR_OPTIONS: '--exclude=index.html', GZIP: '-d' }
  const done = await world.rollback({ on_rollback: 'archive' }, { env })
  expect(done.code, done.log).toBe(0)
  const out = join(world.dir, 'out')
  await mkdir(out)
  await program('tar', ['-xzf', join(world.place.root, 'rolled-back-release-three.tar.gz'), '-C', out])
  expect(await readTree(join(out, 'three'), { bare: true })).toEqual(before)
})

test.concurrent('archive: a tar.gz beside the manifest that holds all of it, readable by its owner alone', async () => {
  await using world = await openWorld([servers.one])
  await three(world)
  const before = await readTree(join(world.place.releaseDir, 'three'), { bare: true })
  const done = await world.rollback({ on_rollback: 'archive' })
  expect(done.code, done.log).toBe(0)
  expect(done.log).toContain('archived three as rolled-back-release-three.tar.gz')
  const archive = join(world.place.root, 'rolled-back-release-three.tar.gz')
  expect(((await stat(archive)).mode & 0o777).toString(8)).toBe('600')
  const out = join(world.dir, 'out')
  await mkdir(out)
  await program('tar', ['-xzf', archive, '-C', out])
  expect(await readTree(join(out, 'three'), { bare: true })).toEqual(before)
  expect(await world.place.releases()).toEqual(['one', 'two'])
  expect(await world.place.record('three')).toBeUndefined()
  expect((await world.place.events()).slice(-2)).toMatchObject([
    { event: 'rollback', from: 'three', to: 'two' },
    { event: 'prune', releases: ['three'], why: 'on_rollback: archive' },
  ])
  await world.deployed('four')
  expect((await world.rollback({ on_rollback: 'archive' })).outputs.release).toBe('two')
  await world.expectSound()
})

test.concurrent('remove: it is gone from disk and manifest, on every host that served it', async () => {
  await using world = await openWorld(['local', 'local'])
  await three(world)
  const alone = { hosts: world.hosts().split('\n')[0] as string }
  await world.rollback({ ...alone, release: 'two' })
  const done = await world.rollback({ release: 'two', on_rollback: 'remove' })
  expect(done.code, done.log).toBe(0)
  expect(await world.serving()).toEqual(['two', 'two'])
  // The first served it no more: there it was left before, marked bad.
  expect(await world.places[0]?.releases()).toEqual(['one', 'three', 'two'])
  expect(await world.places[1]?.releases()).toEqual(['one', 'two'])
  expect(await world.places[1]?.record('three')).toBeUndefined()
  await world.expectSound()
})

test.concurrent('to go forward by name is no verdict: nothing is marked, archived or removed', async () => {
  await using world = await openWorld(['local'])
  await three(world)
  await world.rollback({ release: 'one' })
  for (const on_rollback of ['remove', 'archive']) {
    const done = await world.rollback({ release: on_rollback === 'remove' ? 'two' : 'three', on_rollback })
    expect(done.code, done.log).toBe(0)
  }
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])
  for (const release of ['one', 'two', 'three']) {
    expect((await world.place.record(release)).deploy.state, release).toBe('live')
  }
  await world.expectSound()
})

test.concurrent('what cannot be archived or removed is a warning: the rollback stands, and nothing is lost', async () => {
  await using tools = await toolbox({ without: ['tar'] })
  await using bare = await startServers(1, { config: [tools.path] })
  await using world = await openWorld([bare.one])
  await three(world)
  const done = await world.rollback({ on_rollback: 'archive' })
  expect(done.code, done.log).toBe(0)
  expect(done.outputs).toMatchObject({ status: 'rolled_back', release: 'two' })
  expect(done.annotations.map(({ message }) => message).join('\n')).toContain(
    'rolled back, but not cleaned up: the host has no tar',
  )
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])
  expect((await world.place.record('three')).deploy.state).toBe('bad')
  await world.expectSound()
})

test.concurrent('with a damaged manifest nothing is removed, whatever on_rollback says', async () => {
  await using world = await openWorld(['local'])
  await three(world)
  await writeFile(join(world.place.root, 'manifest.json'), '{')
  const done = await world.rollback({ on_rollback: 'remove' })
  expect(done.code, done.log).toBe(0)
  expect(await world.serving()).toEqual(['two'])
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])
})

test.concurrent('a rollback over the release of another tool marks it too, though nobody had recorded it', async () => {
  await using world = await openWorld(['local'])
  await three(world)
  await mkdir(join(world.place.releaseDir, 'by-hand'))
  await program('ln', ['-sfn', 'releases/by-hand', world.place.link])
  const done = await world.rollback()
  expect(done.outputs).toMatchObject({ release: 'three', previous_release: 'by-hand' })
  expect((await world.place.record('by-hand')).deploy).toMatchObject({ state: 'bad' })
  await world.expectSound()
})

test.concurrent('pinned releases outlive every prune, on the host that pins them, and count like others', async () => {
  await using world = await openWorld(['local', 'local'], { inputs: { release_count: '1' } })
  const hosts = world.hosts((at) => (at === 0 ? { pinned_releases: ['r1', 'r3', 'never-was'] } : {}))
  for (const release of ['r1', 'r2', 'r3', 'r4', 'r5', 'r6']) await world.deployed(release, { hosts })
  expect(await world.places[0]?.releases()).toEqual(['r1', 'r3', 'r5', 'r6'])
  expect(await world.places[1]?.releases()).toEqual(['r5', 'r6'])
  const pruned = await world.prune({ hosts, pinned_releases: 'r5' })
  expect(pruned.code, pruned.log).toBe(0)
  expect(await world.places[0]?.releases()).toEqual(['r1', 'r3', 'r5', 'r6'])
  expect(
    (await world.rollback({ release: 'r1', hosts: hosts.split('\n')[0] as string })).outputs.release,
  ).toBe('r1')
  // Unpinned, they go by their age.
  await world.rollback({ release: 'r6', hosts: hosts.split('\n')[0] as string })
  await world.prune()
  expect(await world.places[0]?.releases()).toEqual(['r1', 'r6'])
  await world.expectSound()
  const refused = await world.prune({ pinned_releases: '../etc' })
  expect(refused.code).toBe(1)
  expect(refused.log).toContain('pinned_releases')
})
