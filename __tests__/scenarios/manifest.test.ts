import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Place, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(3)
})
afterAll(() => servers[Symbol.asyncDispose]())

const manifestOf = (place: Place) => join(place.root, 'manifest.json')

/** Ways to break a manifest, and how each is told. */
const damages: readonly [string, (file: string) => Promise<void>, RegExp][] = [
  ['empty', (file) => truncate(file), /it is empty/],
  [
    'cut in half',
    async (file) => truncate(file, Math.floor((await readFile(file)).length / 2)),
    /it is not JSON/,
  ],
  [
    'binary',
    (file) => writeFile(file, Buffer.from([0, 255, 254, 0, 10, 0, 27, 91, 50, 74])),
    /it is not JSON/,
  ],
  ['an object', (file) => writeFile(file, '{"release":"one"}'), /it is not a JSON array/],
  ['a list of names', (file) => writeFile(file, '["one","two","three"]'), /not a record/],
  [
    'of a newer version',
    (file) => writeFile(file, '[{"release":"one","deploy":{"schema":2}}]'),
    /newer version/,
  ],
  [
    'of wrong types',
    (file) => writeFile(file, '[{"release":"one","deploy":{"schema":1,"seq":"1","state":7}}]'),
    /broken `deploy` part/,
  ],
  [
    '40 MB long',
    (file) => writeFile(file, `[${'{"release":"one"},'.repeat(2_300_000)}{}]`),
    /larger than 32 MiB/,
  ],
]

test.concurrent.for(damages)(
  'a manifest that is %s stops deploy and prune before anything is touched, is told by list, and does not stop a rollback',
  async ([, damage, words], { expect }) => {
    await using world = await openWorld([servers.one])
    const { place } = world
    for (const release of ['one', 'two', 'three']) await world.deployed(release)
    await damage(manifestOf(place))
    const broken = await readFile(manifestOf(place))
    const before = await place.snapshot()

    for (const run of [
      await world.deploy('four', { release_count: '1', pre_symlink_command: 'touch "$REMOTE_DIR/ran"' }),
      await world.prune({ release_count: '1' }),
    ]) {
      expect(run.code).toBe(1)
      expect(run.outputs.status).toBe('failed')
      expect(run.log).toMatch(words)
      expect(run.log).toContain('manifest.json cannot be trusted')
      expect(run.log).toContain('Nothing was changed on any host.')
    }
    expect(unlocked(await place.snapshot())).toEqual(unlocked(before))

    const listed = await world.list()
    expect(listed.code).toBe(0)
    expect(listed.log).toMatch(words)

    const back = await world.rollback()
    expect(back.code, back.log).toBe(0)
    expect(back.outputs).toMatchObject({ status: 'rolled_back', release: 'two' })
    expect(back.annotations.map(({ level }) => level)).toContain('warning')
    expect(await place.serves()).toBe('two')
    expect(await place.releases(), 'nothing is deleted').toEqual(['one', 'three', 'two'])
    expect((await readFile(manifestOf(place))).equals(broken), 'the broken file is left').toBe(true)
    await place.expectSound({ noManifest: true })

    // At night, a second time: the log knows which were left as bad.
    const further = await world.rollback()
    expect(further.outputs.release, further.log).toBe('one')
    await place.expectSound({ noManifest: true })
  },
)

/** Without what taking and freeing the lock touches, and the times of the links that were made ready for an upload, and of their place. */
function unlocked(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.entries(files).filter(([path]) => !/^\.releases(\/lock|\/trash)?$/.test(path))
  return Object.fromEntries(kept.map(([path, text]) => [path, text.replace(/ \d+$/, '')]))
}

test.concurrent('a manifest damaged on one of three hosts stops all of them', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await truncate(manifestOf(world.places[1] as Place))
  const { code, log, result } = await world.deploy('two')
  expect(code).toBe(1)
  expect(log).toContain(`${world.labels[1]}`)
  expect(result.hosts.map(({ error }: { error: string | null }) => error !== null)).toEqual([
    false,
    true,
    false,
  ])
  for (const place of world.places) expect(await place.releases()).toEqual(['one'])
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
})

test.concurrent('a manifest that is gone is made again from records and log; that run removes nothing', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  for (const release of ['one', 'two', 'three'])
    await world.deployed(release, { release_count: '5', metadata: 'a: 1' })
  await rm(manifestOf(world.place))

  const { result } = await world.list()
  expect(result.releases.map(({ release, state }: Record<string, string>) => [release, state])).toEqual([
    ['three', 'live'],
    ['two', 'live'],
    ['one', 'live'],
  ])
  const pruned = await world.prune()
  expect(pruned.code).toBe(0)
  expect(pruned.annotations.map(({ message }) => message).join()).toContain('manifest.json is not there')
  const { annotations } = await world.deployed('four')
  expect(annotations.map(({ message }) => message).join()).toContain('manifest.json is not there')
  expect(await world.place.releases()).toEqual(['four', 'one', 'three', 'two'])
  expect(await world.place.record('two')).toMatchObject({ a: 1, deploy: { state: 'live' } })
  await world.expectSound()

  expect((await world.rollback()).outputs.release).toBe('three')
  await world.deployed('five')
  expect(await world.place.releases()).toEqual(['five', 'three'])
  await world.expectSound()
})

test.concurrent('records and directories that do not fit each other are shown, never deleted, never rolled back to', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  for (const release of ['one', 'two', 'three']) await world.deployed(release, { release_count: '5' })
  await rm(join(world.place.releaseDir, 'two'), { recursive: true })
  await mkdir(join(world.place.releaseDir, 'by-hand'))
  await writeFile(join(world.place.releaseDir, 'by-hand/file'), 'x')

  const { result } = await world.list()
  const state = (name: string) =>
    result.releases.find(({ release }: { release: string }) => release === name)?.state
  expect([state('one'), state('two'), state('three'), state('by-hand')]).toEqual([
    'live',
    'missing',
    'live',
    'unknown',
  ])
  expect((await world.rollback({ release: 'two' })).code).toBe(1)
  expect((await world.rollback()).outputs.release).toBe('one')
  await world.prune()
  expect(await world.place.releases()).toContain('by-hand')
  await world.expectSound({ strangers: ['by-hand'] })
})

test.concurrent('hostile names in a manifest reach no path and no command', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '1' } })
  await world.deployed('one')
  await world.deployed('two')
  const names = ['../..', '..', '/etc', '', '-rf', 'a\nb', '$(touch pwned)', '__proto__', 'x'.repeat(300)]
  const manifest = [
    ...names.map((release) => ({ release, __proto__: null })),
    { no: 'name' },
    ...(await world.place.manifest()),
  ]
  await writeFile(manifestOf(world.place), JSON.stringify(manifest))
  await writeFile(join(world.dir, 'precious'), 'x')

  for (const run of [
    await world.list(),
    await world.deploy('three'),
    await world.prune(),
    await world.rollback(),
  ]) {
    expect(run.code, run.log).toBe(0)
  }
  expect(await readFile(join(world.dir, 'precious'), 'utf8')).toBe('x')
  const kept = (await world.place.manifest()).map(({ release }) => release)
  expect(kept, 'records of others are kept as they are').toEqual(expect.arrayContaining(['../..', '-rf']))
  expect(Object.keys(await world.place.snapshot()).filter((path) => path.includes('pwned'))).toEqual([])
})

test.concurrent('a manifest of 3,000 records is read and written', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const more = Array.from({ length: 3000 }, (_, at) => ({ release: `old-${at}`, note: 'x'.repeat(100) }))
  await writeFile(manifestOf(world.place), JSON.stringify([...more, ...(await world.place.manifest())]))
  await world.deployed('two', { pre_symlink_command: 'true' })
  await world.expectSound()
})

test.concurrent('metadata is kept exactly, and harms neither log nor summary', async () => {
  await using world = await openWorld([servers.one])
  const metadata = {
    quotes: `it's "quoted" and \\ \`ticked\` $(touch pwned) %s %n`,
    lines: 'one\ntwo\r\nthree\ttab',
    runner: '::error::not an error\n::stop-commands::x',
    html: '</td><script>alert(1)</script> | a | b',
    emoji: '🚀 héllo 日本',
    number: 1.5,
    nested: { list: [1, null, true, { deep: 'yes' }] },
    long: 'x'.repeat(10_000),
  }
  const { annotations } = await world.deployed('one', { metadata: JSON.stringify(metadata) })
  expect(annotations).toEqual([])
  expect(await world.place.record('one')).toMatchObject({ release: 'one', ...metadata })

  const { result, log, summary, annotations: shown } = await world.list()
  expect(result.releases[0]).toMatchObject(metadata)
  expect(shown).toEqual([])
  expect(log.split('\n').filter((line) => /^::(error|stop-commands)/.test(line))).toEqual([])
  expect(summary).not.toContain('<script>')
  expect(Object.keys(await world.place.snapshot()).filter((path) => path.includes('pwned'))).toEqual([])
})
