import { lstat, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionResult } from '../servers/action.ts'
import { openWorld, type Place, type Servers, site, startServers, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

const stage = (world: World, release: string, inputs: Readonly<Record<string, string>> = {}) =>
  world.run({ mode: 'stage', local_dir: world.build, release_name: release, ...inputs })
const publish = (world: World, inputs: Readonly<Record<string, string>> = {}) =>
  world.run({ mode: 'publish', ...inputs })

async function well(run: Promise<ActionResult>): Promise<ActionResult> {
  const done = await run
  expect(done.code, done.log).toBe(0)
  return done
}

test.concurrent('stage, wait for an approval, publish: the switch alone is left to do', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.write({ ...site, 'index.html': 'two' })

  const staged = await well(stage(world, 'two', { pre_symlink_command: 'echo gate >>"$REMOTE_DIR/gates"' }))
  expect(staged.outputs).toMatchObject({
    status: 'staged',
    release: 'two',
    release_path: `${world.place.releaseDir}/two`,
  })
  expect(await world.serving()).toEqual(['one', 'one'])
  for (const place of world.places) {
    expect((await place.record('two')).deploy).toMatchObject({ state: 'staged', activations: [] })
    expect((await place.events()).at(-1)).toMatchObject({ event: 'stage', to: 'two', outcome: 'staged' })
  }
  const { result } = await well(world.list())
  expect(result.releases[0]).toMatchObject({
    release: 'two',
    state: 'staged',
    current: [],
    hosts: world.labels,
  })
  // A rollback is no publish: one that was never live is nothing to go back to.
  expect((await world.rollback({ release: 'two' })).code).toBe(1)
  await world.expectSound()

  // The job after the approval has no artifact.
  await rm(world.build, { recursive: true })
  const published = await well(
    publish(world, { release: 'two', post_deploy_command: 'echo "$RELEASE_NAME" >>"$REMOTE_DIR/posts"' }),
  )
  expect(published.outputs).toMatchObject({ status: 'published', release: 'two', previous_release: 'one' })
  for (const host of published.result.hosts) {
    expect(host).toMatchObject({ bytes_sent: 0, connections: 1 })
    expect(host.round_trips, 'look, switch, clean up').toBeLessThanOrEqual(3)
  }
  for (const place of world.places) {
    expect(await place.serves()).toBe('two')
    expect(await place.read('current/index.html')).toBe('two')
    expect(await place.read('gates')).toBe('gate\n')
    expect(await place.read('posts')).toBe('two\n')
    expect((await place.record('two')).deploy.state).toBe('live')
    expect((await place.events()).map(({ event }) => event)).toEqual(['deploy', 'stage', 'publish'])
  }
  expect((await well(world.rollback())).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('a staged release survives prunes and other deploys of before, and is pruned once a newer one is live', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  await world.deployed('one')
  await well(stage(world, 'two'))
  await well(stage(world, 'three'))
  await well(world.prune())
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])

  await well(publish(world, { release: 'two' }))
  expect(await world.place.releases(), 'three is newer than two').toEqual(['one', 'three', 'two'])
  await well(publish(world, { release: 'three' }))
  await well(stage(world, 'four'))
  await world.deployed('five')
  expect(await world.place.releases(), 'four is older than five').toEqual(['five', 'three'])
  await world.expectSound()
})

test.concurrent('staged again with the same content is the same release; with other content, the new one', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await well(stage(world, 'two'))
  const inodes = await Promise.all(world.places.map((place) => place.inode('releases/two')))

  const again = await well(stage(world, 'two'))
  expect(again.log).toContain('two is staged there already, with the same content')
  expect(again.result.hosts.map((host: { bytes_sent: number }) => host.bytes_sent)).toEqual([0, 0])
  expect(await Promise.all(world.places.map((place) => place.inode('releases/two')))).toEqual(inodes)

  await world.write({ ...site, 'index.html': 'better' })
  const other = await well(stage(world, 'two'))
  expect(other.log).toContain('removed the staged release two of an earlier try')
  for (const place of world.places) {
    expect(await place.read('releases/two/index.html')).toBe('better')
    expect((await place.manifest()).filter(({ release }) => release === 'two')).toHaveLength(1)
    expect((await place.record('two')).deploy.state).toBe('staged')
  }
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.expectSound()
  const published = await well(publish(world))
  for (const host of published.result.hosts)
    expect(host.round_trips, 'the newest staged one is the one meant').toBeLessThanOrEqual(3)
  expect(await world.place.read('current/index.html')).toBe('better')
  await world.expectSound()
})

test.concurrent('what one run has staged gives way to no other content of another', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await well(stage(world, 'two'))
  const before = await Promise.all(world.places.map((place) => place.record('two')))
  await world.write({ ...site, 'index.html': 'another' })
  const other = { env: { GITHUB_RUN_ID: '4712' } }
  for (const mode of ['stage', 'deploy']) {
    const inputs = { mode, local_dir: world.build, release_name: 'two' }
    const refused = await world.run(inputs, other)
    expect(refused.code, refused.log).toBe(1)
    expect(refused.log).toContain('a release two exists already (staged, with other content)')
    expect(await world.place.read('releases/two/index.html')).toBe(site['index.html'])
  }
  expect(await Promise.all(world.places.map((place) => place.record('two')))).toEqual(before)
  await well(publish(world, { release: 'two' }))
  await world.expectSound()
})

test.concurrent('a staged release that is not what it was, or would be given something else, is made anew', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await well(stage(world, 'two'))
  const [first, second] = world.places as [Place, Place]
  await rm(join(first.releaseDir, 'two/index.html'))
  const again = await well(world.deploy('two'))
  expect(again.log).toContain('two is staged there, but not what it was any more')
  expect(again.log.match(/two is staged there already/g)).toHaveLength(1)
  for (const place of world.places) expect(await place.read('current/index.html')).toBe(site['index.html'])

  await well(stage(world, 'three', { metadata: 'v: 1' }))
  const inode = await second.inode('releases/three')
  await well(stage(world, 'three', { metadata: 'v: 1' }))
  expect(await second.inode('releases/three')).toBe(inode)
  const given = { metadata: 'v: 2', linked_dirs: 'storage', revision_file: 'REV', file_permissions: '0640' }
  await well(stage(world, 'three', given))
  for (const place of world.places) {
    expect(await place.record('three')).toMatchObject({ v: 2, deploy: { state: 'staged' } })
    expect(await place.read('releases/three/REV')).toMatch(/^0123456789/)
    expect((await stat(join(place.releaseDir, 'three/index.html'))).mode & 0o777).toBe(0o640)
    expect((await lstat(join(place.releaseDir, 'three/storage'))).isSymbolicLink()).toBe(true)
  }
  await well(publish(world))
})

test.concurrent('publish refuses what is not staged on every host, and touches none', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.deployed('two')
  const nothing = await publish(world)
  expect(nothing.code).toBe(1)
  expect(nothing.log).toContain('no release is staged')

  const [first] = world.hosts().split('\n') as [string]
  await well(stage(world, 'three', { hosts: first }))
  const before = await world.serving()
  for (const [release, why] of [
    ['three', 'release three is not staged here'],
    ['nine', 'release nine is not staged here'],
    ['one', 'release one is live here, not staged'],
  ] as const) {
    const { code, outputs, log } = await publish(world, { release })
    expect(code).toBe(1)
    expect(outputs.status).toBe('failed')
    expect(log).toContain(why)
    expect(log).toContain('Nothing was changed on any host.')
  }
  expect(await world.serving()).toEqual(before)
  await well(stage(world, 'three'))
  await well(publish(world, { release: 'three' }))
  expect(await world.serving()).toEqual(['three', 'three'])
  await world.expectSound()
})

test.concurrent('publish again changes nothing; after a half-done one it does the rest', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await well(stage(world, 'two'))
  const half = await publish(world, {
    waves: '1, 100%',
    on_failure: 'keep',
    health_check_attempts: '1',
    health_check_command: `[ ! -e '${world.dir}/sick' ]`,
    post_deploy_command: `: >'${world.dir}/sick'`,
  })
  expect(half.outputs.status).toBe('failed')
  expect(await world.serving()).toEqual(['two', 'one'])
  expect((await (world.places[1] as Place).record('two')).deploy.state).toBe('staged')

  const rest = await well(publish(world))
  expect(rest.outputs).toMatchObject({ status: 'published', release: 'two' })
  expect(await world.serving()).toEqual(['two', 'two'])
  expect(rest.log).toContain('switched from one to two')

  const links = await Promise.all(world.places.map((place) => place.inode('current')))
  const again = await well(publish(world, { release: 'two' }))
  expect(again.outputs.status).toBe('published')
  expect(await Promise.all(world.places.map((place) => place.inode('current')))).toEqual(links)
  expect(again.log).not.toContain('switched from')
  await world.expectSound()
})

test.concurrent('staged again, a release that its commands had changed is made anew, for they would meet their own work', async () => {
  await using world = await openWorld([servers.one])
  const gate = { pre_symlink_command: 'echo x >>index.html' }
  const staged = () => world.place.read('releases/two/index.html')
  await well(stage(world, 'two', gate))
  const once = await staged()
  expect(once).toMatch(/x\n$/)
  expect((await well(stage(world, 'two', gate))).log).toContain('it is made anew')
  expect(await staged()).toBe(once)
  await well(stage(world, 'two'))
  expect(`${await staged()}x\n`).toBe(once)
  await well(stage(world, 'two', { pre_symlink_command: 'echo y >made' }))
  const again = await well(stage(world, 'two', { pre_symlink_command: 'echo y >made' }))
  expect(again.log, 'what they made beside it is theirs').toContain('two is staged there already')
  await well(publish(world))
  await world.expectSound({ changed: ['two'] })
})

test.concurrent('without a name, nothing that is older than what is served is published', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['older', 'newer']) await well(stage(world, release))
  const half = await publish(world, { on_failure: 'keep', post_deploy_command: 'false' })
  expect(half.outputs.status).toBe('failed')
  expect(await world.serving()).toEqual(['newer'])
  expect((await world.place.record('older')).deploy.state).toBe('staged')
  const none = await publish(world)
  expect(none.code).toBe(1)
  expect(none.log).toContain('no release is staged that is newer than what is served')
  expect(none.log).toContain('`release: older`')
  expect(await world.serving()).toEqual(['newer'])
  await well(publish(world, { release: 'older' }))
  expect(await world.serving()).toEqual(['older'])
})

test.concurrent('without a name, the one that was staged last is published, whatever the names', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('v8')
  await well(stage(world, 'v9'))
  await well(stage(world, 'v10'))
  expect((await well(publish(world))).outputs.release).toBe('v10')
  await world.expectSound()
})

test.concurrent('a publish that fails puts all back, and the release stays staged for another try', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await well(stage(world, 'two'))
  const failed = await publish(world, {
    post_deploy_command: `[ "$RELEASE_NAME" != two ] || [ "$REMOTE_DIR" != '${world.places[1]?.root}' ]`,
  })
  expect(failed.outputs.status).toBe('reverted')
  expect(await world.serving()).toEqual(['one', 'one'])
  for (const place of world.places) expect((await place.record('two')).deploy.state).toBe('staged')
  expect((await well(publish(world))).outputs.release).toBe('two')
  await world.expectSound()
})

test.concurrent('a staged release that lost a file is not published', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await well(stage(world, 'two'))
  await rm(join(world.places[1]?.releaseDir as string, 'two/css/app.css'))
  const { code, log } = await publish(world)
  expect(code).toBe(1)
  expect(log).toContain('css/app.css')
  expect(await world.serving()).toEqual(['one', 'one'])
  for (const place of world.places) {
    const told = { event: 'failed', mode: 'publish', to: 'two', outcome: 'not switched' }
    expect((await place.events()).at(-1)).toMatchObject(told)
    expect((await place.record('two')).deploy.state).toBe('staged')
  }
  // The same name can be staged anew.
  await well(stage(world, 'two'))
  await world.expectSound({ changed: ['two'] })
})
