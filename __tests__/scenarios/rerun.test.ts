import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFrailHost } from './frail_host.ts'
import type { Place } from './place.ts'
import { openWorld, type Servers, startServers, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** GitHub's "re-run failed jobs": the same run, the next attempt. */
const again = { env: { GITHUB_RUN_ATTEMPT: '2' } }

const noting = {
  pre_symlink_command: 'echo gate >>"$REMOTE_DIR/trail"',
  post_deploy_command: 'echo post >>"$REMOTE_DIR/trail"',
  health_check_command: 'echo health >>"$REMOTE_DIR/trail"',
}

const deploy = (world: World, inputs: Readonly<Record<string, string>> = {}, way = {}) =>
  world.run({ mode: 'deploy', local_dir: world.build, ...noting, ...inputs }, way)

test.concurrent('after a host was set aside, the second attempt works on that one alone', async () => {
  await using frail = await startFrailHost(servers.one)
  await using world = await openWorld([...servers.all, frail.server], { inputs: { connect_timeout: '10' } })
  await world.deployed('one')
  await frail.die()
  const first = await deploy(world, { min_hosts: '2' })
  expect(first.code, first.log).toBe(0)
  const release = first.outputs.release as string
  const links = await Promise.all(world.places.slice(0, 2).map((place) => place.inode('current')))
  await frail.mend()

  const second = await deploy(world, { min_hosts: '2' }, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs).toMatchObject({ status: 'deployed', release })
  expect(second.log).toContain(`an earlier attempt of this run deployed ${release} to some hosts`)
  expect(await world.serving()).toEqual([release, release, release])
  expect(await Promise.all(world.places.slice(0, 2).map((place) => place.inode('current')))).toEqual(links)
  expect(second.result.hosts).toMatchObject([
    { bytes_sent: 0, files_changed: 0, previous_release: null },
    { bytes_sent: 0, files_changed: 0, previous_release: null },
    { previous_release: 'one', release },
  ])
  for (const [at, place] of world.places.entries()) {
    expect(await place.read('trail'), 'once each').toBe('gate\npost\nhealth\n')
    expect(await place.releases()).toEqual([release, 'one'].toSorted())
    const events = (await place.events()).filter(({ event }) => event === 'deploy')
    expect(events, `host ${at}`).toHaveLength(2)
    expect((await place.record(release)).deploy).toMatchObject({ state: 'live', attempt: at === 2 ? 2 : 1 })
    expect((await place.record(release)).deploy.unfinished).toBeUndefined()
  }
  await world.expectSound()
})

test.concurrent('the second attempt of a rollback goes no further back, and runs what follows the switch again', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const post_deploy_command = 'echo post >>"$REMOTE_DIR/trail"'
  const first = await world.rollback({ post_deploy_command, hosts: world.hosts().split('\n')[0] as string })
  expect(first.outputs.release).toBe('two')
  // The runner died then: one host is back, and nobody knows how far the rest came.
  const second = await world.rollback({ post_deploy_command }, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs).toMatchObject({ status: 'rolled_back', release: 'two' })
  expect(await world.serving()).toEqual(['two', 'two'])
  const third = await world.rollback(
    { post_deploy_command, release: 'two' },
    { env: { GITHUB_RUN_ATTEMPT: '3' } },
  )
  expect(third.code, third.log).toBe(0)
  expect(third.log).toContain('an earlier attempt of this run went back to two; it stays')
  expect(await Promise.all(world.places.map((place) => place.read('trail')))).toEqual([
    'post\npost\npost\n',
    'post\npost\n',
  ])
  for (const place of world.places) {
    expect((await place.record('two')).deploy.state).toBe('live')
    expect((await place.record('three')).deploy.state).toBe('bad')
  }
  // Another run goes on.
  expect((await world.rollback({}, { env: { GITHUB_RUN_ID: '4712' } })).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('what a host says that a rollback had left is a plain name or nothing', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  await world.rollback()
  const manifest = join(world.place.root, 'manifest.json')
  const text = await readFile(manifest, 'utf8')
  expect(text).toContain('"rolled_back_from":"two"')
  for (const left of ['{"a":1}', '5', '["q"]', '"x\\ny::error::z"']) {
    await writeFile(manifest, text.replace('"rolled_back_from":"two"', `"rolled_back_from":${left}`))
    const { code, outputs, log } = await world.rollback({}, again)
    expect(code, log).toBe(0)
    expect(outputs).toMatchObject({ release: 'one', previous_release: '' })
  }
  await writeFile(manifest, text)
  expect((await world.rollback({}, again)).outputs.previous_release).toBe('two')
})

test.concurrent('the second attempt of a rollback sees to what the first one left', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const inputs = { on_rollback: 'remove', on_failure: 'keep' }
  const first = await world.rollback({ ...inputs, post_deploy_command: 'false' })
  expect(first.code, first.log).toBe(1)
  expect(await world.serving()).toEqual(['two', 'two'])
  const second = await world.rollback({ ...inputs, post_deploy_command: 'true' }, again)
  expect(second.code, second.log).toBe(0)
  expect(second.log.match(/removed three/g)).toHaveLength(2)
  for (const place of world.places) expect(await place.releases()).toEqual(['one', 'two'])
  const third = await world.rollback({ ...inputs }, { env: { GITHUB_RUN_ATTEMPT: '3' } })
  expect(third.code, third.log).toBe(0)
  expect(third.log).not.toContain('could not remove')
  await world.expectSound()
})

test.concurrent('a host that died between its link and its manifest is finished by the second attempt', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const manifests = await Promise.all(world.places.map((place) => place.read('manifest.json')))
  const inputs = { release_name: 'two', metadata: 'css: 142kb' }
  expect((await deploy(world, inputs)).code).toBe(0)
  await writeFile(join(world.place.root, 'manifest.json'), manifests[0] as string)
  await rm(join(world.place.root, 'trail'))

  const second = await deploy(world, inputs, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs).toMatchObject({ status: 'deployed', release: 'two' })
  expect(await world.place.record('two')).toMatchObject({
    css: '142kb',
    deploy: { state: 'live', revision: expect.stringMatching(/^0123/), digest: expect.any(String) },
  })
  expect((await world.place.record('two')).deploy.unfinished).toBeUndefined()
  expect(await world.place.read('trail'), 'what follows a switch').toMatch(/post\nhealth\n$/)
  await world.expectSound()
})

test.concurrent('after on_failure: keep, what follows the switch runs where it did not end well', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const sick = join(world.dir, 'sick')
  await writeFile(sick, '')
  const inputs = {
    waves: '1, 100%',
    on_failure: 'keep',
    health_check_attempts: '1',
    health_check_command: `echo health >>"$REMOTE_DIR/trail"; [ "$REMOTE_DIR" != '${world.places[1]?.root}' ] || [ ! -e '${sick}' ]`,
  }
  const first = await deploy(world, inputs)
  expect(first.outputs.status).toBe('failed')
  const [release] = (await world.serving()) as [string]
  expect(await world.serving()).toEqual([release, release])
  await rm(sick)

  const second = await deploy(world, inputs, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs).toMatchObject({ status: 'deployed', release })
  expect(await world.places[1]?.read('trail')).toBe('gate\npost\nhealth\ngate\npost\nhealth\n')
  for (const place of world.places) {
    expect(await place.releases()).toEqual([release, 'one'].toSorted())
    expect((await place.record(release)).deploy.unfinished).toBeUndefined()
    // Nobody who reads the log at night takes it for failed, nor does a manifest that is rebuilt from it.
    expect((await place.events()).at(-1)).toMatchObject({ event: 'finished', to: release, outcome: 'live' })
  }
  await world.expectSound()

  // A third one finds nothing to do.
  const third = await deploy(world, inputs, { env: { GITHUB_RUN_ATTEMPT: '3' } })
  expect(third.code, third.log).toBe(0)
  expect(third.outputs.release).toBe(release)
  expect(await world.places[1]?.read('trail')).toBe('gate\npost\nhealth\ngate\npost\nhealth\n')
})

test.concurrent('what an earlier attempt switched and never brought to its end is put back with the others', async () => {
  await using world = await openWorld([...servers.all, 'local'])
  for (const release of ['zero', 'one']) await world.deployed(release)
  await writeFile(join(world.build, 'index.html'), 'new')
  const ill = { waves: '1, 100%', health_check_command: 'exit 4', health_check_attempts: '1' }
  await deploy(world, { ...ill, on_failure: 'keep' })
  const release = (await world.serving())[0] as string
  expect(await world.serving(), 'as a runner leaves it that dies then').toEqual([release, 'one', 'one'])
  const kept = await deploy(world, { ...ill, on_failure: 'keep' }, again)
  expect(kept.log).toMatch(/No host was switched by this attempt; \S+ served \S+ already/)
  expect(await world.serving()).toEqual([release, 'one', 'one'])

  const second = await deploy(world, ill, again)
  expect(second.outputs.status, second.log).toBe('reverted')
  expect(second.log).toContain('The switched host was put back to what it served before.')
  expect(second.result.hosts[0]).toMatchObject({ status: 'reverted', release: 'one' })
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  const [place] = world.places as readonly [Place, ...Place[]]
  expect((await place.record(release)).deploy).toMatchObject({ state: 'failed', activations: [] })
  expect((await place.record(release)).deploy.unfinished).toBeUndefined()
  expect((await place.events()).at(-1)).toMatchObject({ event: 'reverted', from: release, to: 'one' })
  const third = await deploy(world, {}, { env: { GITHUB_RUN_ATTEMPT: '3' } })
  expect(third.code, third.log).toBe(0)
  const served = new Set(await world.serving())
  expect([...served]).toEqual([third.outputs.release])
  expect((await world.rollback()).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('a publish whose second attempt fails as well leaves its release staged everywhere', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  expect((await world.run({ mode: 'stage', local_dir: world.build, release_name: 'two' })).code).toBe(0)
  const ill = { mode: 'publish', waves: '1, 100%', post_deploy_command: 'test "$RELEASE_NAME" = one' }
  await world.run({ ...ill, on_failure: 'keep' })
  expect(await world.serving()).toEqual(['two', 'one'])
  const second = await world.run(ill, again)
  expect(second.outputs.status, second.log).toBe('reverted')
  expect(await world.serving()).toEqual(['one', 'one'])
  for (const place of world.places) expect((await place.record('two')).deploy.state).toBe('staged')
  const third = await world.run({ mode: 'publish' }, { env: { GITHUB_RUN_ATTEMPT: '3' } })
  expect(third.outputs, third.log).toMatchObject({ status: 'published', release: 'two' })
  await world.expectSound()
})

test.concurrent('after the runner died in post_deploy_command, the second attempt runs it', async () => {
  await using world = await openWorld(['local', 'local'])
  await world.deployed('one')
  const running = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    post_deploy_command: 'echo "post runs"; sleep 300',
  })
  await running.saw(/post runs[\s\S]*post runs/)
  running.killAll()
  await running.done
  const [release] = await world.serving()

  const second = await deploy(world, {}, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs.release).toBe(release)
  for (const place of world.places) {
    expect(await place.read('trail')).toBe('gate\npost\nhealth\n')
    expect((await place.record(release as string)).deploy.unfinished).toBeUndefined()
  }
  await world.expectSound()
})

test.concurrent('the second attempt of a publish goes on with its release, also beside an older one that is staged', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  for (const release of ['two', 'three']) {
    const staged = await world.run({ mode: 'stage', local_dir: world.build, release_name: release })
    expect(staged.code, staged.log).toBe(0)
  }
  const publish = { mode: 'publish', post_deploy_command: noting.post_deploy_command }
  const command = 'echo "post runs"; sleep 300'
  const running = await world.start({ ...publish, waves: '1, 100%', post_deploy_command: command })
  await running.saw(/post runs/)
  running.killAll()
  await running.done
  expect(await world.serving()).toEqual(['three', 'one'])

  const second = await world.run(publish, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs).toMatchObject({ status: 'published', release: 'three' })
  expect(await world.serving()).toEqual(['three', 'three'])
  for (const place of world.places) expect(await place.read('trail')).toBe('post\n')
  const third = await world.run(publish, { env: { GITHUB_RUN_ATTEMPT: '3' } })
  expect(third.outputs).toMatchObject({ status: 'published', release: 'three', previous_release: 'one' })
  for (const place of world.places) expect(await place.read('trail')).toBe('post\n')

  // What another run has gone back from since is not published once more by the way.
  const other = (more = {}) => ({ env: { GITHUB_RUN_ID: '4712', ...more } })
  expect((await world.rollback({}, other())).outputs.release).toBe('one')
  const late = await world.run(publish, { env: { GITHUB_RUN_ATTEMPT: '4' } })
  expect(late.code).toBe(1)
  expect(late.log).toContain('release three is bad here, not staged')
  // All jobs again: what this run has staged since is meant.
  const fifth = { env: { GITHUB_RUN_ATTEMPT: '5' } }
  const stage = { mode: 'stage', local_dir: world.build, release_name: 'four' }
  expect((await world.run(stage, fifth)).code).toBe(0)
  expect((await world.run(publish, fifth)).outputs).toMatchObject({ status: 'published', release: 'four' })
  await world.expectSound()
})

test.concurrent('another artifact, or another run, is a new release', async () => {
  await using world = await openWorld(['local', 'local'])
  const first = (await deploy(world)).outputs.release
  const other = await deploy(world, {}, { env: { GITHUB_RUN_ID: '4712', GITHUB_RUN_ATTEMPT: '2' } })
  expect(other.outputs.release).not.toBe(first)
  await world.write({ 'index.html': 'rebuilt' })
  const rebuilt = await deploy(world, {}, { env: { GITHUB_RUN_ID: '4712', GITHUB_RUN_ATTEMPT: '3' } })
  expect(rebuilt.code, rebuilt.log).toBe(0)
  expect([first, other.outputs.release]).not.toContain(rebuilt.outputs.release)
  expect(await world.place.read('current/index.html')).toBe('rebuilt')
  await world.expectSound()
})

test.concurrent('a host that serves it and lost a file since is not left alone in silence', async () => {
  await using world = await openWorld(['local', 'local'])
  const first = await deploy(world)
  await rm(join(world.place.link, 'css/app.css'))
  const second = await deploy(world, {}, again)
  expect(second.code).toBe(1)
  expect(second.log).toContain('css/app.css')
  expect(await world.serving()).toEqual([first.outputs.release, first.outputs.release])
})

test.concurrent('a name that was rolled back from serves the next attempt of its run, and no other run', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('v1')
  await world.deployed('v2')
  await world.write({ 'index.html': 'built anew' })
  const rebuilt = await world.deploy('v2', {}, again)
  expect(rebuilt.log).toContain('a release v2 exists already (live)')
  expect(rebuilt.log).toContain('Roll back and run again')
  expect((await world.rollback()).code).toBe(0)
  const other = await world.deploy('v2', {}, { env: { GITHUB_RUN_ID: '4712' } })
  expect(other.code).toBe(1)
  expect(other.log).toContain('a release v2 exists already (bad)')
  await world.write({ 'index.html': 'mended' })
  const second = await world.deploy('v2', {}, again)
  expect(second.code, second.log).toBe(0)
  expect(await world.serving()).toEqual(['v2'])
  expect(await world.place.read('current/index.html')).toBe('mended')
  // The way back is still the one there was.
  const back = await world.rollback({}, { env: { GITHUB_RUN_ID: '4713' } })
  expect(back.outputs, back.log).toMatchObject({ status: 'rolled_back', release: 'v1' })
  await world.expectSound()
})

test.concurrent('a name that another link serves, or that is pinned, does not give way to the next attempt', async () => {
  await using world = await openWorld(['local', 'local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  await world.rollback()
  const known = () =>
    Promise.all(world.places.map(async (place) => [await place.manifest(), await place.releases()]))
  const before = await known()
  const link = join(world.place.root, 'beta')
  await symlink('releases/two', link)
  const served = await world.deploy('two', {}, again)
  expect(served.code, served.log).toBe(1)
  expect(served.log).toContain('a release two exists already (bad)')
  expect(served.log).toContain('Nothing was changed on any host.')
  await rm(link)
  const pinned = await world.deploy('two', { pinned_releases: 'two' }, again)
  expect(pinned.log).toContain('a release two exists already (bad)')
  expect(await known()).toEqual(before)
  await world.expectSound()
})
