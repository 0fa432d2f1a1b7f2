import { randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Shape, startCacheService } from '../servers/cache_service.ts'
import { readTree } from './tree.ts'
import { openWorld, type Place, type Servers, site, startServers, until, writeFiles } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

const inputs = { artifact_cache: 'true', release_count: '1' }

test.concurrent('a release that was pruned everywhere comes back, whole and with its record', async () => {
  await using service = await startCacheService()
  await using world = await openWorld([servers.one], { inputs })
  const { env } = service
  await world.write({ ...site, 'bin/run': '#!/bin/sh\n', 'drop.map': 'x' })
  await chmod(join(world.build, 'bin/run'), 0o775)
  const first = await world.deployed('one', { metadata: 'css: 145kb', exclude: '*.map' }, { env })
  expect(first.log).toContain('the artifact is in the Actions cache')
  expect(service.keys()).toEqual([
    expect.stringMatching(/^releases-deploy\/[0-9a-f]{12}\/one\/[0-9a-f]{64}$/),
  ])
  const before = await readTree(join(world.place.releaseDir, 'one'))
  await world.write({ 'index.html': 'two' })
  await world.deployed('two', {}, { env })
  await world.deployed('three', {}, { env })
  expect(await world.place.releases()).toEqual(['three', 'two'])

  const refused = await world.rollback({ release: 'one' })
  expect(refused.code).toBe(1)
  const { code, log, result } = await world.rollback({ release: 'one' }, { env })
  expect(code, log).toBe(0)
  expect(result).toMatchObject({ status: 'rolled_back', release: 'one', previous_release: 'three' })
  expect(log, 'the host was asked what its rsync can do').toContain('"xxh128":true')
  expect(await world.serving()).toEqual(['one'])
  expect(await readTree(join(world.place.releaseDir, 'one'))).toEqual(before)
  const { css, deploy } = await world.place.record('one')
  expect(css).toBe('145kb')
  expect(deploy).toMatchObject({ state: 'live', revision: '0123456789abcdef0123456789abcdef01234567' })
  expect((await world.place.record('three')).deploy.state).toBe('bad')
  await world.expectSound()
})

test.concurrent('a release that comes back is given what it was given: links, commit, permissions', async () => {
  await using service = await startCacheService()
  await using world = await openWorld(servers.all, { inputs })
  const { env } = service
  await world.write({ ...site, 'storage/seed': 'of the build' })
  for (const place of world.places) await writeFiles(place.root, { 'shared/.env': 'KEY=1' })
  const given = {
    linked_dirs: 'storage',
    linked_files: '.env',
    revision_file: 'REVISION',
    dir_permissions: '0750',
    file_permissions: '0640',
  }
  await world.deployed('one', given, { env })
  const trees = () => Promise.all(world.places.map((place) => readTree(join(place.releaseDir, 'one'))))
  const before = await trees()
  for (const release of ['two', 'three']) {
    await world.write({ 'index.html': release })
    await world.deployed(release, given, { env })
  }
  expect(await world.place.releases()).toEqual(['three', 'two'])
  // Another commit, and none of those inputs.
  const { code, log, result } = await world.rollback(
    { release: 'one' },
    { env: { ...env, GITHUB_SHA: 'f'.repeat(40) } },
  )
  expect(code, log).toBe(0)
  expect(await trees()).toEqual(before)
  expect(await readFile(join(world.place.link, '.env'), 'utf8')).toBe('KEY=1')
  for (const row of result.releases) expect(row).not.toHaveProperty('given')
  // What it was given is more than what was sent.
  await world.expectSound({ changed: ['one', 'two', 'three'] })
})

test.concurrent('each host gives a release that comes back what it gave itself, and nothing that another says of it', async () => {
  await using service = await startCacheService()
  await using world = await openWorld(servers.all, { inputs })
  const { env } = service
  const hosts = world.hosts((at) => ({ linked_dirs: [at === 0 ? 'a' : 'b'] }))
  for (const release of ['one', 'two', 'three']) {
    await world.write({ 'index.html': release })
    await world.deployed(release, { hosts, revision_file: 'REVISION' }, { env })
  }
  const [first, second] = world.places as readonly [Place, Place]
  // A host that lies of what the release was given.
  const manifest = join(first.root, 'manifest.json')
  const entries = JSON.parse(await readFile(manifest, 'utf8'))
  const { deploy } = entries[0]
  const given = { revision_file: 'index.php', linked_files: ['.env'] }
  const lie = { ...deploy, digest: undefined, state: 'live', given, revision: '<?php system($_GET[0]); ?>' }
  await writeFiles(first.root, {
    'manifest.json': JSON.stringify([{ release: 'one', deploy: lie }, ...entries]),
  })
  const { code, log } = await world.rollback({ hosts, release: 'one' }, { env })
  expect(code, log).toBe(0)
  expect((await readdir(second.link)).sort()).toEqual(['REVISION', 'b', 'index.html'])
  expect(await second.read('current/REVISION')).toMatch(/^[0-9a-f]{40}\n$/)
  expect(await readdir(first.link)).not.toContain('index.php')
  expect(JSON.stringify(await second.record('one'))).not.toMatch(/php|\.env/)
})

test.concurrent('a host that lost the release gets it again, and list says that it can', async () => {
  await using service = await startCacheService()
  await using world = await openWorld(servers.all, { inputs: { ...inputs, release_count: '3' } })
  const { env } = service
  await world.deployed('one', {}, { env })
  await world.write({ 'index.html': 'two' })
  await world.deployed('two', {}, { env })
  await rm(join(world.places[1]?.releaseDir as string, 'one'), { recursive: true })
  const listed = await world.list({}, { env })
  expect(listed.log).toContain('could be brought back from the Actions cache: one')
  expect((await world.rollback({})).code).toBe(1)
  const { code, log } = await world.rollback({}, { env })
  expect(code, log).toBe(0)
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.expectSound()
})

test.concurrent('what is not what was deployed is refused, and nothing is switched', async () => {
  await using service = await startCacheService()
  await using world = await openWorld([servers.one], { inputs })
  const { env } = service
  for (const name of ['one', 'two', 'three']) {
    await world.write({ 'index.html': name })
    await world.deployed(name, {}, { env })
  }
  const [one = '', two = ''] = service.keys()
  service.rename(two, one)
  const { code, annotations } = await world.rollback({ release: 'one' }, { env })
  expect(code).toBe(1)
  expect(annotations.map(({ message }) => message).join()).toContain('is not what was deployed')
  expect(await world.serving()).toEqual(['three'])
})

test.concurrent('without a service, with one that is gone, or where it must not be written, a deploy goes as ever', async () => {
  await using service = await startCacheService()
  await using world = await openWorld([servers.one], { inputs })
  await world.deployed('one')
  await world.deployed('two', {}, { env: { ...service.env, ACTIONS_CACHE_MODE: 'read' } })
  expect(service.keys()).toEqual([])
  await service[Symbol.asyncDispose]()
  const { log, left } = await world.deployed('three', {}, { env: service.env })
  expect(log).toContain('the artifact is not in the Actions cache')
  expect(left).toEqual([])
  await world.expectSound()
})

test.concurrent('what was kept by an earlier attempt of the same job is known to be kept', async () => {
  await using service = await startCacheService()
  await using world = await openWorld([servers.one], { inputs })
  const again = { env: { ...service.env, GITHUB_RUN_ATTEMPT: '2' } }
  await world.deployed('one', {}, service)
  const { log } = await world.deployed('one', {}, again)
  expect(log).toContain('the artifact is in the Actions cache')
  expect(service.keys()).toHaveLength(1)
})

// Without a deadline of ours, each of these would wait for as long as such a service likes.
test.concurrent.each<Shape>(['mute', 'deaf', 'dying'])(
  'a service that is %s costs no deploy',
  async (shape) => {
    await using service = await startCacheService()
    await using world = await openWorld([servers.one], { inputs })
    await world.write({ 'index.html': 'x', large: randomBytes(3_000_000).toString('hex') })
    service.fall(shape)
    const { log, left } = await world.deployed('one', {}, service)
    expect(log).toContain('the artifact is not in the Actions cache')
    expect(service.keys()).toEqual([])
    expect(left).toEqual([])
    await world.expectSound()
  },
)

test.concurrent('a run that is cancelled does not wait for a service', async () => {
  await using service = await startCacheService()
  await using world = await openWorld([servers.one], { inputs })
  service.fall('mute')
  const deploy = { mode: 'deploy', local_dir: world.build, release_name: 'one' }
  const run = await world.start(deploy, service)
  await until(async () => (await world.place.linkText()) !== null, 'it is switched')
  await until(async () => (await world.place.read('.releases/lock')) === '', 'the lock is free')
  run.kill('SIGINT')
  // As the runner does, to whom every second counts from here on.
  const kill = setTimeout(() => run.killAll(), 10_000)
  const { outputs, signal, log } = await run.done
  clearTimeout(kill)
  expect(signal, log).toBeNull()
  expect(outputs).toMatchObject({ status: 'deployed', release: 'one' })
  expect(log).toContain('the artifact is not in the Actions cache')
})

test.concurrent.each<Shape>(['mute', 'deaf', 'dripping'])(
  'a service that is %s keeps nobody from being told',
  async (shape) => {
    await using service = await startCacheService()
    await using world = await openWorld([servers.one], { inputs })
    for (const name of ['one', 'two', 'three']) await world.deployed(name, {}, service)
    service.fall(shape)
    const { code, log, left } = await world.rollback({ release: 'one' }, service)
    expect(code).toBe(1)
    expect(log).toContain('the Actions cache did not send one whole and in time')
    expect(left).toEqual([])
    expect(await world.serving()).toEqual(['three'])
    await rm(join(world.place.releaseDir, 'two'), { recursive: true })
    const listed = await world.list({}, service)
    expect(listed.code).toBe(0)
    expect(listed.log.includes('the Actions cache does not answer')).toBe(shape === 'mute')
    await world.expectSound()
  },
)
