import { mkdir, readlink, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTree } from './tree.ts'
import { openWorld, type Place, type Servers, site, startServers, writeFiles } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const linked = {
  linked_dirs: 'storage\npublic/uploads',
  linked_files: '.env\nconfig/app/master.key',
}
const kept = { 'shared/.env': 'SECRET=1\n', 'shared/config/app/master.key': 'key\n' }
/** Releases whose files are not only those of the artifact. */
const changed = { changed: ['one', 'two', 'three', 'four'] }

test.concurrent('what is linked is made, led to by relative links, and lives through prunes and rollbacks', async () => {
  await using world = await openWorld([servers.one, 'local'], { inputs: { ...linked, release_count: '2' } })
  for (const { root } of world.places) await writeFiles(root, kept)
  const first = await world.deployed('one')
  expect(first.log).not.toContain('gave way')
  const upload = join(world.place.link, 'public/uploads/photo.jpg')
  await writeFile(upload, 'a photo')
  for (const release of ['two', 'three', 'four']) {
    await writeFile(join(world.build, 'index.html'), release)
    await world.deployed(release)
  }
  expect(await world.place.releases()).toEqual(['four', 'three'])
  expect((await world.rollback()).outputs.release).toBe('three')

  for (const place of world.places) {
    const at = (path: string) => readlink(join(place.link, path))
    expect(await at('storage')).toBe('../../shared/storage')
    expect(await at('public/uploads')).toBe('../../../shared/public/uploads')
    expect(await at('.env')).toBe('../../shared/.env')
    expect(await at('config/app/master.key')).toBe('../../../../shared/config/app/master.key')
    expect(await place.read('current/.env')).toBe('SECRET=1\n')
    expect(await place.read('current/config/app/master.key')).toBe('key\n')
    expect(await realpath(join(place.link, 'storage'))).toBe(join(place.root, 'shared/storage'))
  }
  expect(await world.place.read('current/public/uploads/photo.jpg')).toBe('a photo')
  // A rollback finds nothing changed in what it goes back to, though what is shared did change.
  await writeFile(upload, 'another photo')
  const back = await world.rollback({ release: 'four', verify: 'strict' })
  expect(back.code, back.log).toBe(0)
  expect(await world.place.read('current/public/uploads/photo.jpg')).toBe('another photo')
  await world.expectSound(changed)
})

test.concurrent('a path of the artifact in the way is replaced by the link, and that is said', async () => {
  await using world = await openWorld(['local'])
  await writeFiles(world.place.root, { 'shared/.env': 'live', 'shared/storage/data': 'live' })
  const files = {
    ...site,
    '.env': 'from the build',
    'storage/.gitkeep': '',
    'storage/deep/er': 'x',
    'public/uploads/a': 'x',
  }
  await world.write(files)
  const inputs = { linked_dirs: 'storage\npublic/uploads', linked_files: '.env' }
  for (const release of ['one', 'two']) {
    const { log } = await world.deployed(release, inputs)
    for (const path of ['.env', 'storage', 'public/uploads']) {
      expect(log).toContain(`${path} of the artifact gave way to the link into shared/`)
    }
    expect(await world.place.read('current/.env')).toBe('live')
    expect(await world.place.read('current/storage/data')).toBe('live')
    expect(await world.place.read('current/index.html')).toBe(site['index.html'])
  }
  expect(await readTree(join(world.place.root, 'shared'), { bare: true })).toMatchObject({
    '.env': expect.stringMatching(/^file 4 /),
    'storage/data': expect.stringMatching(/^file 4 /),
    public: 'directory',
    'public/uploads': 'directory',
  })
  expect((await world.rollback({ verify: 'strict' })).code).toBe(0)
  await world.expectSound(changed)
})

test.concurrent('missing files of all hosts come in one report, with unfit paths, before anything is sent', async () => {
  await using world = await openWorld([servers.one, 'local', 'local'], { inputs: linked })
  const [first, second, third] = world.places as readonly [Place, Place, Place]
  await writeFiles(first.root, { 'shared/.env': 'x' })
  await mkdir(join(second.root, 'shared/.env'), { recursive: true })
  await writeFiles(second.root, { 'shared/config/app/master.key': 'x', 'shared/storage': 'a file' })
  for (const mode of ['deploy', 'stage', 'check']) {
    const { code, log, result, outputs } = await world.run({ mode, local_dir: world.build })
    expect(code).toBe(1)
    expect(outputs.status).toBe(mode === 'check' ? 'checked' : 'failed')
    expect(log).toContain(`linked_files are missing: ${first.root}/shared/config/app/master.key`)
    expect(log).toContain(`of the wrong kind: ${second.root}/shared/storage, ${second.root}/shared/.env`)
    expect(log).toContain(
      `linked_files are missing: ${third.root}/shared/.env, ${third.root}/shared/config/app/master.key`,
    )
    expect(result.hosts.map(({ status }: { status: string }) => status)).toEqual([
      'failed',
      'failed',
      'failed',
    ])
    expect(log).not.toContain('files sent')
  }
  const after = (await world.snapshots()) as readonly object[]
  for (const [at, { root }] of world.places.entries()) {
    expect(
      Object.keys(after[at] as object).filter((path) => /^(releases|current|manifest)/.test(path)),
      root,
    ).toEqual([])
  }
})

test.concurrent('a parent that is a symlink in the artifact is refused: nothing is written where it leads', async () => {
  await using world = await openWorld(['local'])
  const outside = join(world.dir, 'outside')
  await writeFiles(outside, { 'storage/precious': 'x', REVISION: 'x' })
  await writeFiles(world.place.root, { 'shared/var/key': 'x', 'shared/web/key': 'x' })
  await world.deployed('one')
  const before = await readTree(outside, { identity: true })
  const attempts: readonly (readonly [string, Record<string, string>])[] = [
    [outside, { linked_dirs: 'var/storage' }],
    [outside, { linked_files: 'var/key' }],
    [outside, { revision_file: 'var/REVISION' }],
    ['../../../shared', { linked_dirs: 'var/storage' }],
  ]
  for (const [target, inputs] of attempts) {
    await world.write(site)
    await symlink(target, join(world.build, 'var'))
    const { code, log } = await world.deploy('two', inputs)
    expect(code).toBe(1)
    expect(log).toMatch(/leads through var, which is a symlink in local_dir/)
    expect(log).toContain('Nothing was changed on any host.')
    const checked = await world.run({ mode: 'check', local_dir: world.build, ...inputs })
    expect(checked.log).toMatch(/leads through var, which is a symlink in local_dir/)
    expect(await world.serving()).toEqual(['one'])
  }
  expect(await readTree(outside, { identity: true })).toEqual(before)
  expect(await readTree(join(world.place.root, 'shared'), { bare: true })).not.toHaveProperty('storage')

  // The path itself may be a symlink in the artifact: the link is replaced, not followed.
  await world.write(site)
  await symlink(outside, join(world.build, 'storage'))
  await symlink(join(outside, 'REVISION'), join(world.build, 'REVISION'))
  await world.deployed('three', { linked_dirs: 'storage', revision_file: 'REVISION' })
  expect(await readlink(join(world.place.link, 'storage'))).toBe('../../shared/storage')
  expect(await readTree(outside, { identity: true })).toEqual(before)
  await world.expectSound({ changed: ['three'] })
})

test.concurrent('a host may link paths of its own, and paths may have any name', async () => {
  await using world = await openWorld(['local', 'local'])
  const odd = ['a b', "it's", '$HOME', '$(id)', 'x*', 'é/ü', '{a,b}', '.hidden']
  const hosts = world.hosts((at) => (at === 1 ? { linked_dirs: odd } : { linked_dirs: [] }))
  await world.deployed('one', { hosts, linked_dirs: 'storage' })
  expect(Object.keys(await readTree(world.place.link)).sort()).toEqual(
    Object.keys(await readTree(world.build)).sort(),
  )
  const { link, root } = world.places[1] as Place
  for (const path of odd) expect(await realpath(join(link, path))).toBe(join(root, 'shared', path))
})

test.concurrent('with a release_dir of several levels the links still lead into shared/', async () => {
  await using world = await openWorld(['local'], { releaseDir: 'var/lib/releases' })
  await world.deployed('one', { linked_dirs: 'a/b' })
  expect(await realpath(join(world.place.link, 'a/b'))).toBe(join(world.place.root, 'shared/a/b'))
})

test.concurrent('revision_file holds the commit, and never changes what the release before shares', async () => {
  await using world = await openWorld([servers.one])
  // The build brings a file of that name, unchanged between releases: on the host it is one file with two names.
  await world.write({ ...site, 'meta/REVISION': 'unknown' })
  await world.deployed('one')
  const sha = (digit: string) => ({ env: { GITHUB_SHA: digit.repeat(40) } })
  await world.deployed('two', { revision_file: 'meta/REVISION' }, sha('a'))
  await world.deployed('three', { revision_file: 'meta/REVISION' }, sha('b'))
  await world.deployed('four', { revision_file: 'new/place/REVISION' }, sha('c'))
  expect(await world.place.read('releases/one/meta/REVISION')).toBe('unknown')
  expect(await world.place.read('releases/two/meta/REVISION')).toBe(`${'a'.repeat(40)}\n`)
  expect(await world.place.read('releases/three/meta/REVISION')).toBe(`${'b'.repeat(40)}\n`)
  expect(await world.place.read('releases/four/meta/REVISION')).toBe('unknown')
  expect(await world.place.read('releases/four/new/place/REVISION')).toBe(`${'c'.repeat(40)}\n`)
  expect(await world.place.inode('releases/four/index.html')).toBe(
    await world.place.inode('releases/one/index.html'),
  )
  expect((await world.rollback({ release: 'two', verify: 'strict' })).code).toBe(0)

  // Outside of GitHub nobody knows the commit: there is no file, rather than an empty one.
  await world.deployed('five', { revision_file: 'REVISION' }, { env: { GITHUB_SHA: '' } })
  expect(await readTree(world.place.link)).not.toHaveProperty('REVISION')
  await world.expectSound({ changed: ['two', 'three', 'four'] })
})

test.concurrent('a file that is linked may itself be a link, but not one that leads nowhere', async () => {
  await using world = await openWorld(['local'], { inputs: { linked_files: '.env' } })
  await writeFiles(world.dir, { 'etc/app.env': 'far' })
  await mkdir(join(world.place.root, 'shared'), { recursive: true })
  await symlink(join(world.dir, 'etc/gone'), join(world.place.root, 'shared/.env'))
  expect((await world.deploy('one')).log).toContain('linked_files are missing')
  await writeFiles(world.dir, { 'etc/gone': 'back' })
  await world.deployed('one')
  expect(await world.place.read('current/.env')).toBe('back')
})
