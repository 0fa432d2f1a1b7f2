import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('a deploy keeps release_count releases, the newest, and says which went', async () => {
  await using world = await openWorld(servers.all, { inputs: { release_count: '2' } })
  await world.deployed('c')
  await world.deployed('b')
  const { log, result } = await world.deployed('a')
  for (const place of world.places) {
    expect(await place.releases()).toEqual(['a', 'b'])
    expect((await place.manifest()).map(({ release }) => release)).toEqual(['b', 'a'])
    expect((await place.events()).at(-1)).toMatchObject({ event: 'prune', releases: ['c'] })
  }
  expect(log).toMatch(/removed c/)
  expect(result.releases.map(({ release }: { release: string }) => release)).toEqual(['a', 'b'])
  await world.expectSound()
})

test.concurrent('release_count 1 still keeps where a rollback would go', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  expect(await world.place.releases()).toEqual(['three', 'two'])
  expect((await world.rollback()).outputs.release).toBe('two')
  await world.expectSound()
})

test.concurrent('prune removes on every host what is no longer needed, and touches nothing else', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two', 'three', 'four']) await world.deployed(release)
  for (const place of world.places) {
    await mkdir(join(place.root, 'shared'))
    await writeFile(join(place.root, 'shared/upload'), 'kept')
    await writeFile(join(place.root, 'notes'), 'kept')
  }

  const { code, outputs, log } = await world.prune({ release_count: '2' })
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ status: 'pruned', release: '' })
  expect(log).toMatch(/removed one, two/)
  for (const place of world.places) {
    expect(await place.releases()).toEqual(['four', 'three'])
    expect(await place.read('shared/upload')).toBe('kept')
    expect(await place.read('notes')).toBe('kept')
  }
  await world.expectSound()

  const again = await world.prune({ release_count: '2' })
  expect(again.code).toBe(0)
  expect(again.log).toContain('nothing to remove')
})

test.concurrent('after going back to an old release, prune keeps it, where it could go from there, and the newest', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three', 'four', 'five']) await world.deployed(release)
  await world.rollback({ release: 'two' })
  await world.prune({ release_count: '1' })
  expect(await world.place.releases()).toEqual(['five', 'four', 'two'])
  expect(await world.place.serves()).toBe('two')
  expect((await world.rollback()).outputs.release).toBe('four')
  await world.expectSound()
})

test.concurrent('what nobody vouches for is reported and left alone: directories, files, links, odd names', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const at = (name: string) => join(world.place.releaseDir, name)
  await mkdir(at('by-hand'))
  await mkdir(at('-rf'))
  await mkdir(at('with space\nand line'))
  await writeFile(at('file'), 'x')
  await symlink('/etc', at('link'))
  const strangers = ['by-hand', '-rf', 'with space\nand line', 'file', 'link']

  const { code, annotations } = await world.prune({ release_count: '1' })
  expect(code).toBe(0)
  expect(annotations.map(({ message }) => message).join('\n')).toMatch(
    /4 entries of releases\/ are no plain releases/,
  )
  expect(await world.place.releases()).toEqual(['three', 'two', ...strangers].sort())
  await world.expectSound({ strangers })
})

test.concurrent('a release replaced by a symlink is not followed', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const precious = join(world.dir, 'precious')
  await mkdir(precious)
  await writeFile(join(precious, 'file'), 'x')
  await rm(join(world.place.releaseDir, 'one'), { recursive: true })
  await symlink(precious, join(world.place.releaseDir, 'one'))

  await world.prune({ release_count: '1' })
  expect(await readFile(join(precious, 'file'), 'utf8')).toBe('x')
})

test.concurrent('directories that the application made unwritable are removed all the same', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  await world.deployed('one')
  const dir = join(world.place.releaseDir, 'one/cache')
  await mkdir(join(dir, 'inner'), { recursive: true })
  await writeFile(join(dir, 'inner/file'), 'x')
  await chmod(join(dir, 'inner'), 0o000)
  await chmod(dir, 0o555)
  await world.deployed('two')
  await world.deployed('three')
  expect(await world.place.releases()).toEqual(['three', 'two'])
  await world.expectSound()
})

test.concurrent('what dead runs left in the private place is cleaned up by the next success', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const at = (name: string) => join(world.place.root, '.releases', name)
  for (const dir of ['incoming/dead/deep', 'trash/4711-1-dead/old', 'stage.4711-1-dead']) {
    await mkdir(at(dir), { recursive: true })
    await writeFile(join(at(dir), 'litter'), 'x')
  }
  await writeFile(at('records/ghost.json'), '{"release":"ghost"}')
  await writeFile(at('index/ghost'), '')
  await writeFile(join(world.place.root, '.releases/records/x.json.4711-1-dead~'), '{')

  await world.deployed('two')
  await world.expectSound()
  const left = Object.keys(await world.place.snapshot()).filter((path) => /litter|ghost|dead|~$/.test(path))
  expect(left).toEqual([])
  expect(
    Object.keys(await world.place.snapshot()).filter((path) => path.startsWith('releases/two/')),
  ).toHaveLength(5)
})

test.concurrent('prune where nothing was deployed says so and makes nothing', async () => {
  await using world = await openWorld([servers.one])
  const { code, log } = await world.prune()
  expect(code).toBe(1)
  expect(log).toContain('does not exist')
  expect(await world.place.snapshot()).toEqual({})
})
