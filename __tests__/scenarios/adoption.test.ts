import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { capistrano, deployer, makeByHand, makeDeployer, statistrano, unpack } from './fixtures.ts'
import { readTree } from './tree.ts'
import { openWorld, type Place, program, type World, writeFiles } from './world.ts'

/** Local hosts: what another tool left is the same behind SSH, which other scenarios have. */
const open = () => openWorld(['local'])

const rows = (result: { releases: readonly { release: string; state: string }[] }) =>
  result.releases.map(({ release, state }) => [release, state])

/** What was below releases/ and still must be, byte for byte. */
async function expectKept(
  before: Readonly<Record<string, string>>,
  place: Place,
  releases: readonly string[],
) {
  const now = await readTree(place.root)
  for (const [path, what] of Object.entries(before)) {
    const [top, release] = path.split('/')
    if (top === 'manifest.json' || top === 'current' || path === 'releases') continue
    if (top === 'releases' && !releases.includes(release as string)) continue
    expect(now[path], path).toBe(what)
  }
}

async function expectUntouchedByList(world: World, states: readonly (readonly [string, string])[]) {
  const before = await world.place.snapshot()
  const listed = await world.list()
  expect(listed.code, listed.log).toBe(0)
  expect(rows(listed.result)).toEqual(states)
  expect((await world.run({ mode: 'check' })).code).toBe(0)
  expect(await world.place.snapshot()).toEqual(before)
  return listed
}

const [oldest, middle, newest] = statistrano

test.concurrent('Statistrano: listed with its metadata and order, before anything is changed', async () => {
  await using world = await open()
  await unpack('statistrano-app', world.place.root)
  const theirs = await world.place.manifest()
  const { result } = await expectUntouchedByList(world, [
    [newest, 'adopted'],
    [middle, 'adopted'],
    [oldest, 'adopted'],
  ])
  for (const [at, record] of theirs.toReversed().entries()) expect(result.releases[at]).toMatchObject(record)
  expect(result.releases[0]).toMatchObject({ current: ['local'], created_at: '2026-11-21T18:59:21Z' })
})

test.concurrent('Statistrano: a rollback goes back by its history, and can be gone forward from', async () => {
  await using world = await open()
  await unpack('statistrano-app', world.place.root)
  const before = await readTree(world.place.root)
  const back = await world.rollback()
  expect(back.code, back.log).toBe(0)
  expect(back.outputs).toMatchObject({ release: middle, previous_release: newest })
  expect(await world.place.linkText()).toBe(`releases/${middle}`)
  expect(back.log).toContain('there is no index to compare it with')
  expect((await world.rollback()).outputs.release).toBe(oldest)
  expect((await world.rollback({ release: newest })).outputs.release).toBe(newest)
  await expectKept(before, world.place, statistrano)
  await world.expectSound()
})

test.concurrent('Statistrano: deploys and prunes take its releases in their order, and it can read the manifest after', async () => {
  await using world = await open()
  await unpack('statistrano-app', world.place.root)
  const before = await readTree(world.place.root)
  const theirs = await world.place.manifest()
  const first = await world.deployed('20261201000000', { release_count: '3', metadata: 'time: 61' })
  expect(first.outputs.previous_release).toBe(newest)
  expect(await world.place.releases()).toEqual([middle, newest, '20261201000000'])
  await expectKept(before, world.place, [middle, newest])
  // What Statistrano does with it: JSON.parse, an array of flat records, each with a release; all but `release` is shown.
  const manifest = await world.place.manifest()
  expect(manifest.map(({ release }) => release)).toEqual([middle, newest, '20261201000000'])
  for (const record of theirs.slice(1)) expect(manifest).toContainEqual(expect.objectContaining(record))
  expect(manifest[2]).toMatchObject({ time: 61 })
  for (const record of manifest) expect(typeof record.release).toBe('string')

  expect((await world.rollback()).outputs.release).toBe(newest)
  const pruned = await world.prune({ release_count: '1' })
  expect(pruned.code, pruned.log).toBe(0)
  expect(await world.place.releases()).toEqual([middle, newest, '20261201000000'])
  await expectKept(before, world.place, [middle, newest])
  await world.expectSound()
})

test.concurrent('Statistrano goes on for a while, and is taken over again', async () => {
  await using world = await open()
  await unpack('statistrano-app', world.place.root)
  await world.deployed('mine')
  // Its deploy: a directory, the link by ln -nfs, its record at the end of the manifest it parsed.
  const theirs = '1795400000'
  await writeFiles(world.place.releaseDir, { [`${theirs}/index.html`]: 'theirs' })
  await program('ln', ['-nfs', join(world.place.releaseDir, theirs), world.place.link])
  const manifest = [...(await world.place.manifest()), { release: theirs, time: 1 }]
  await writeFiles(world.place.root, { 'manifest.json': JSON.stringify(manifest) })

  const listed = await world.list()
  expect(rows(listed.result)[0]).toEqual([theirs, 'adopted'])
  expect((await world.rollback()).outputs.release).toBe('mine')
  expect((await world.place.record(theirs)).time).toBe(1)
  await world.expectSound()
})

const [older, current] = capistrano

test.concurrent('Capistrano: its log tells commit, branch and history; shared links, log and archive stay', async () => {
  await using world = await open()
  await unpack('capistrano-app', world.place.root)
  const before = await readTree(world.place.root)
  const { result } = await expectUntouchedByList(world, [
    [current, 'adopted'],
    [older, 'adopted'],
  ])
  expect(result.releases[1]).toMatchObject({
    ref: 'v2',
    revision: '959df3f72e339a6d561e156e8265a91a22816b33',
    created_at: '2026-11-21T18:59:31Z',
  })

  const inputs = {
    linked_dirs: 'log\npublic/uploads',
    linked_files: 'config/app.env',
    revision_file: 'REVISION',
  }
  await world.deployed('20261201000000', { ...inputs, release_count: '2' })
  expect(await world.place.releases()).toEqual([current, '20261201000000'])
  expect(await world.place.read('current/config/app.env')).toBe(
    await world.place.read('shared/config/app.env'),
  )
  expect((await world.rollback()).outputs.release).toBe(current)
  // Its release still leads into shared/ by absolute links.
  expect(await readlink(join(world.place.link, 'log'))).toBe(join(world.place.root, 'shared/log'))
  expect((await world.prune({ release_count: '1' })).code).toBe(0)
  await expectKept(before, world.place, [current])
  expect(await world.place.record(current)).toMatchObject({ deploy: { state: 'live', ref: 'v3' } })
  await world.expectSound({ changed: ['20261201000000'] })
})

test.concurrent('Capistrano: a rollback comes first', async () => {
  await using world = await open()
  await unpack('capistrano-app', world.place.root)
  const before = await readTree(world.place.root)
  const back = await world.rollback()
  expect(back.outputs, back.log).toMatchObject({ release: older, previous_release: current })
  expect(await world.place.record(current)).toMatchObject({ deploy: { state: 'bad' } })
  await expectKept(before, world.place, capistrano)
  expect((await world.rollback()).log).toContain('there is no earlier good release')
  await world.expectSound()
})

test.concurrent('Deployer: its log orders the numbers, what it marked bad is bad, what it never finished is unknown', async () => {
  await using world = await open()
  await makeDeployer(world.place.root)
  const before = await readTree(world.place.root)
  const { result } = await expectUntouchedByList(world, [
    ['10', 'adopted'],
    ['9', 'bad'],
    ['8', 'adopted'],
    ['7', 'adopted'],
    ['11', 'unknown'],
  ])
  expect(result.releases[0]).toMatchObject({ actor: 'Ann', ref: 'main', created_at: '2026-11-20T08:00:00Z' })
  expect((await world.rollback()).outputs.release).toBe('8')
  await world.deployed('12', { release_count: '2', linked_files: '.env' })
  expect(await world.place.releases()).toEqual(['10', '11', '12', '8'].sort())
  await expectKept(before, world.place, ['10', '11', '8'])
  expect((await world.rollback()).outputs.release, 'never what was not finished').toBe('8')
  await world.expectSound({ strangers: ['11'], changed: ['12'] })
})

test.concurrent('by hand: only what the link leads to is vouched for; the rest is unknown and never deleted', async () => {
  await using world = await open()
  await makeByHand(world.place.root)
  const before = await readTree(world.place.root)
  const { log } = await expectUntouchedByList(world, [
    ['v10', 'adopted'],
    ['v9', 'unknown'],
    ['2024-before-relaunch', 'unknown'],
  ])
  expect(log).toContain('2 entries of releases/ are no plain releases; they are left alone')
  expect((await world.rollback()).log).toContain('there is no earlier good release')
  for (const release of ['one', 'two', 'three']) await world.deployed(release, { release_count: '1' })
  expect((await world.prune({ release_count: '1' })).code).toBe(0)
  expect(await world.place.releases()).toEqual(
    ['.hidden', '2024-before-relaunch', 'README.txt', 'three', 'two', 'v9'].sort(),
  )
  await expectKept(before, world.place, ['v9', '2024-before-relaunch', 'README.txt', '.hidden'])
  const listed = await world.list()
  expect(rows(listed.result)).toEqual([
    ['three', 'live'],
    ['two', 'live'],
    ['v9', 'unknown'],
    ['2024-before-relaunch', 'unknown'],
  ])
})

test.concurrent('by hand: the first rollback after the first deploy goes back to what was there', async () => {
  await using world = await open()
  await makeByHand(world.place.root)
  await world.deployed('one')
  expect(await world.place.linkText()).toBe('releases/one')
  expect((await world.rollback()).outputs.release).toBe('v10')
  expect(await world.place.linkText()).toBe('releases/v10')
  expect(await readFile(join(world.place.link, 'index.html'), 'utf8')).toBe('v10')
})

test.concurrent('by hand: a first rollback goes to the release that is named, says that nobody vouches for it, and loses nothing', async () => {
  await using world = await open()
  await makeByHand(world.place.root)
  const before = await readTree(world.place.root)
  const planned = await world.rollback({ release: 'v9', dry_run: 'true' })
  expect(planned.log).toContain('nobody vouches for v9')
  expect(await readTree(world.place.root)).toEqual(before)
  const failing = await world.rollback({ release: 'v9', post_deploy_command: 'test "$RELEASE_NAME" != v9' })
  expect(failing.outputs.status, failing.log).toBe('reverted')
  expect(rows((await world.list()).result)).toContainEqual(['v9', 'unknown'])
  const gone = await world.rollback({ release: 'v9' })
  expect(gone.outputs, gone.log).toMatchObject({
    status: 'rolled_back',
    release: 'v9',
    previous_release: 'v10',
  })
  expect(gone.log).toMatch(/nobody vouches for v9, .*because it was named/)
  expect(await readFile(join(world.place.link, 'index.html'), 'utf8')).toBe('v9')
  expect(rows((await world.list()).result)).toEqual([
    ['v10', 'bad'],
    ['v9', 'live'],
    ['2024-before-relaunch', 'unknown'],
  ])
  await expectKept(before, world.place, ['v9', 'v10', '2024-before-relaunch'])
  expect((await world.rollback({ release: 'v10' })).outputs.release).toBe('v10')
  expect((await world.rollback()).outputs.release).toBe('v9')
})

test.concurrent('a first deploy over each that fails after the switch puts the link back as it was, absolute or not', async () => {
  await using world = await openWorld(['local', 'local', 'local', 'local'])
  const [a, b, c, d] = world.places as readonly [Place, Place, Place, Place]
  await unpack('statistrano-app', a.root)
  await unpack('capistrano-app', b.root)
  await makeDeployer(c.root)
  await makeByHand(d.root)
  const before = await Promise.all(world.places.map(({ root }) => readTree(root)))
  const { outputs, log } = await world.deploy('mine', { post_deploy_command: '[ "$RELEASE_NAME" != mine ]' })
  expect(outputs.status, log).toBe('reverted')
  expect(await Promise.all(world.places.map((place) => place.linkText()))).toEqual([
    join(a.root, 'releases', newest),
    join(b.root, 'releases', current),
    'releases/10',
    join(d.root, 'releases/v10'),
  ])
  const names = [statistrano, capistrano, [...deployer, '11'], ['v9', 'v10', '2024-before-relaunch']]
  for (const [at, place] of world.places.entries()) await expectKept(before[at] ?? {}, place, names[at] ?? [])
  expect((await a.manifest()).slice(0, 3).map(({ release }) => release)).toEqual(statistrano)

  await world.deployed('mine')
  expect(await world.serving()).toEqual(['mine', 'mine', 'mine', 'mine'])
  const back = await world.rollback()
  expect(back.code, 'they have no release in common').toBe(1)
})

test.concurrent('by hand: a link to a place that is no release is told of, put back after a failure, and its place left alone', async () => {
  await using world = await open()
  const { place } = world
  const old = join(world.dir, 'old site')
  await writeFiles(old, { 'index.html': 'old' })
  await program('mkdir', ['-p', place.root])
  await program('ln', ['-s', old, place.link])
  const before = await readTree(old)

  const remark = `leads to ${old}, which is no release here`
  for (const look of [world.list(), world.run({ mode: 'check' })]) expect((await look).log).toContain(remark)
  const planned = await world.deploy('one', { dry_run: 'true' })
  expect(planned.log).toContain(`switch from ${old} to one`)
  const failed = await world.deploy('one', { post_deploy_command: 'false' })
  expect(failed.outputs.status, failed.log).toBe('reverted')
  expect(await place.linkText()).toBe(old)

  const { log } = await world.deployed('two')
  expect(log).toContain(remark)
  expect(log).toContain(`switched from ${old} to two`)
  expect(await readTree(old)).toEqual(before)
  const again = await world.deployed('three')
  expect(again.log).not.toContain(old)
  expect(again.log).toContain('switched from two to three')
})

test.concurrent('a real directory at public_dir is refused over each, with the remedy', async () => {
  await using world = await open()
  await unpack('capistrano-app', world.place.root)
  const before = await world.place.snapshot()
  const inputs = { public_dir: 'shared-html' }
  await program('mkdir', [join(world.place.root, 'shared-html')])
  const { code, log } = await world.deploy('mine', inputs)
  expect(code).toBe(1)
  expect(log).toContain(
    `mv '${world.place.root}/shared-html' '${world.place.root}/shared-html.before-releases'`,
  )
  const now = await world.place.snapshot()
  for (const path of Object.keys(before)) expect(now[path], path).toBe(before[path])
})
