import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placeAt } from './place.ts'
import { readTree } from './tree.ts'
import { openWorld, type Place, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('a real directory where the link belongs is never replaced: nothing is changed on any host', async () => {
  await using world = await openWorld(servers.all)
  const second = world.places[1] as Place
  await mkdir(second.link, { recursive: true })
  await writeFile(join(second.link, 'index.php'), 'the old site')
  const before = await second.snapshot()

  const { code, log } = await world.deploy('one')
  expect(code).toBe(1)
  expect(log).toContain(`${second.link} is a real directory, not a symlink, and is never replaced`)
  expect(log).toContain(`mv '${second.link}' '${second.link}.before-releases'`)
  expect(await second.snapshot()).toEqual(before)
  expect(await world.places[0]?.linkText()).toBeNull()
  expect(await world.places[0]?.releases()).toEqual([])
})

test.concurrent('neither is a file', async () => {
  await using world = await openWorld([servers.one])
  await mkdir(world.place.root)
  await writeFile(world.place.link, 'a file')
  const before = await world.place.snapshot()
  for (const run of [await world.deploy('one'), await world.rollback()]) {
    expect(run.code).toBe(1)
    expect(run.log).toContain('is a real file, not a symlink')
  }
  expect(await world.place.snapshot()).toEqual(before)
})

test.concurrent('a releases directory that is a symlink is refused', async () => {
  await using world = await openWorld([servers.one])
  const elsewhere = join(world.dir, 'elsewhere')
  await mkdir(elsewhere)
  await mkdir(world.place.root)
  await symlink(elsewhere, world.place.releaseDir)
  const { code, log } = await world.deploy('one')
  expect(code).toBe(1)
  expect(log).toContain(`${world.place.releaseDir} is a symlink, which is never followed`)
  expect(await readTree(elsewhere)).toEqual({})
})

test.concurrent('a remote_dir that is a symlink is followed', async () => {
  await using world = await openWorld([servers.one])
  await mkdir(join(world.dir, 'real'))
  await symlink(join(world.dir, 'real'), world.place.root)
  await world.deployed('one')
  await world.deployed('two')
  expect(await world.place.linkText()).toBe('releases/two')
  await world.rollback()
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound()
})

test.concurrent('a dangling link is replaced by the next deploy', async () => {
  await using world = await openWorld([servers.one])
  await mkdir(world.place.root)
  await symlink('releases/gone', world.place.link)
  const failed = await world.deploy('zero', { post_deploy_command: 'exit 1' })
  expect(failed.outputs.status, failed.log).toBe('reverted')
  expect(failed.log).toContain('connected; serves nothing,')
  expect(failed.log).toContain('the link leads to releases/gone again, where there was nothing before either')
  expect(await world.place.linkText()).toBe('releases/gone')
  await world.deployed('one')
  expect(await world.place.linkText()).toBe('releases/one')
  await world.expectSound()
})

test.concurrent('a link to a place that is no release is put back when the first deploy fails', async () => {
  await using world = await openWorld([servers.one])
  await mkdir(join(world.place.root, 'legacy'), { recursive: true })
  await writeFile(join(world.place.root, 'legacy/index.html'), 'legacy')
  await symlink('legacy', world.place.link)
  expect(
    (await world.deploy('one', { post_deploy_command: '[ "$RELEASE_NAME" != one ]' })).outputs.status,
  ).toBe('reverted')
  expect(await world.place.linkText()).toBe('legacy')
  await world.deployed('one')
  expect(await world.serving()).toEqual(['one'])
  expect(await world.place.read('legacy/index.html')).toBe('legacy')
})

for (const [what, publicDir, text] of [
  ['in a directory below', 'web/current', '../releases/one'],
  ['two directories below', 'a/b/live', '../../releases/one'],
  ['under another name', 'public', 'releases/one'],
] as const) {
  test.concurrent(`the link may be ${what}: ${publicDir}`, async () => {
    await using world = await openWorld([servers.one], { publicDir })
    await world.deployed('one')
    expect(await world.place.linkText()).toBe(text)
    expect(await world.serving()).toEqual(['one'])
    await world.deployed('two')
    await world.rollback()
    expect(await world.serving()).toEqual(['one'])
    await world.expectSound()
  })
}

test.concurrent('the link may be elsewhere: absolute, and renamed within its own directory', async () => {
  await using world = await openWorld([servers.one])
  const docroot = join(world.dir, 'www/html')
  const place = placeAt(world.place.root, { publicDir: docroot })
  await mkdir(join(world.dir, 'www'))
  const inputs = { public_dir: docroot }
  await world.deployed('one', inputs)
  expect(await place.linkText()).toBe(join(world.place.root, 'releases/one'))
  await world.deployed('two', inputs)
  expect((await world.rollback(inputs)).outputs.release).toBe('one')
  expect(await place.serves()).toBe('one')
  expect(Object.keys(await readTree(join(world.dir, 'www')))).toEqual(['html'])
  await place.expectSound()

  const reverted = await world.deploy('three', {
    ...inputs,
    post_deploy_command: '[ "$RELEASE_NAME" = one ]',
  })
  expect(reverted.outputs.status).toBe('reverted')
  expect(await place.serves()).toBe('one')
})

test.concurrent('release_dir and log_file may have other names', async () => {
  await using world = await openWorld([servers.one], {
    releaseDir: 'var/versions',
    inputs: { release_count: '2', log_file: 'var/deploys.log' },
  })
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  expect(await world.place.linkText()).toBe('var/versions/three')
  expect(await world.place.releases()).toEqual(['three', 'two'])
  expect((await world.place.read('var/deploys.log')).trim().split('\n')).toHaveLength(4)
  expect((await world.rollback()).outputs.release).toBe('two')
  await world.expectSound()
})

test.concurrent('the runner itself is a host too, without any SSH', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one', { ssh_known_hosts: '' })
  const { result } = await world.deployed('two', {
    post_deploy_command: 'echo "$DEPLOY_HOST" >"$REMOTE_DIR/name"',
  })
  expect(result.hosts[0]).toMatchObject({ host: 'local', status: 'deployed', connections: 0 })
  expect(await world.place.read('name')).toBe('local\n')
  expect(await world.place.inode('releases/two/js/app.js')).toBe(
    await world.place.inode('releases/one/js/app.js'),
  )
  expect((await world.rollback()).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('a command on the runner does not find the secrets of the step', async () => {
  await using world = await openWorld([servers.one, 'local'])
  const { log } = await world.deployed('one', { post_deploy_command: 'env | grep -c "^INPUT_" || true' })
  expect(log).toMatch(/\[local\]\s+0/)
})

test.concurrent('a fleet may mix hosts by SSH and the runner', async () => {
  await using world = await openWorld([servers.one, 'local'])
  await world.deployed('one')
  await world.deployed('two')
  expect(await world.serving()).toEqual(['two', 'two'])
  const failed = await world.deploy('three', {
    post_deploy_command: '[ "$DEPLOY_HOST" != local ] || [ "$RELEASE_NAME" = two ]',
  })
  expect(failed.outputs.status).toBe('reverted')
  expect(await world.serving()).toEqual(['two', 'two'])
})

test.concurrent('one host may have two remote_dirs, each with its own lock and releases', async () => {
  await using world = await openWorld([servers.one, servers.one])
  const { result } = await world.deployed('one')
  expect(result.hosts.map(({ host }: { host: string }) => host)).toEqual(world.labels)
  await world.deployed('two')
  await world.rollback({ hosts: world.hosts().split('\n')[0] as string })
  expect(await world.serving()).toEqual(['one', 'two'])
  await world.expectSound()
})

test.concurrent('a host may have its own paths and counts', async () => {
  await using world = await openWorld(servers.all)
  const own = { public_dir: 'htdocs', release_dir: 'builds', release_count: 1, dedupe: 'copy' }
  const hosts = world.hosts((at) => (at === 1 ? own : {}))
  for (const release of ['one', 'two', 'three']) await world.deployed(release, { hosts })
  const other = placeAt(world.places[1]?.root as string, { releaseDir: 'builds', publicDir: 'htdocs' })
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])
  expect(await other.releases()).toEqual(['three', 'two'])
  expect(await other.linkText()).toBe('builds/three')
  await world.place.expectSound()
  await other.expectSound()
})
