import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { statistrano, unpack } from './fixtures.ts'
import { readTree } from './tree.ts'
import { openWorld, type Place, type World, writeFiles } from './world.ts'

const repair = (world: World, inputs: Readonly<Record<string, string>> = {}) =>
  world.run({ mode: 'repair', ...inputs })

type Row = Readonly<Record<string, unknown>>
const told = (rows: readonly Row[]) =>
  rows.map(({ release, state, current, note, revision, created_at }) => ({
    release,
    state,
    current,
    note,
    revision,
    created_at,
  }))

/** Four releases: one that was rolled back from, one that failed, one that waits, and what another run left. */
async function lived(world: World): Promise<readonly Row[]> {
  for (const release of ['one', 'two', 'three'])
    await world.deployed(release, { metadata: `note: {about: ${release}}` })
  await world.rollback()
  await world.deploy('four', { pre_symlink_command: 'exit 1', metadata: 'note: broken' })
  return told((await world.list()).result.releases)
}

for (const [what, text] of [
  ['lost', null],
  ['truncated', '[{"release":"one","deploy":{"schema":1,'],
  ['binary', '\0\u0001\ufffd\n\0'],
] as const) {
  test.concurrent(`a manifest that is ${what} is rebuilt from records and log; a broken one is kept beside it`, async () => {
    await using world = await openWorld(['local'])
    const before = await lived(world)
    const file = join(world.place.root, 'manifest.json')
    await rm(file)
    if (text !== null) {
      await writeFile(file, text)
      const refused = await world.deploy('five')
      expect(refused.code).toBe(1)
      expect(refused.log).toContain('manifest.json cannot be trusted')
      expect(refused.log).toContain('`mode: repair` rebuilds it')
      expect(await readFile(file, 'utf8')).toBe(text)
    }
    const done = await repair(world)
    expect(done.code, done.log).toBe(0)
    expect(done.outputs.status).toBe('repaired')
    expect(done.log).toContain('rebuilt manifest.json with 4 releases')
    expect(done.summary).toMatch(/<h4>What was done<\/h4>\n<ul>\n.*rebuilt manifest\.json with 4 releases/)
    const kept = Object.keys(await readTree(world.place.root)).filter((path) =>
      path.startsWith('manifest.json.broken'),
    )
    expect(kept).toHaveLength(text === null ? 0 : 1)
    if (text !== null) {
      expect(kept[0]).toMatch(/^manifest\.json\.broken-\d{14}$/)
      expect(await world.place.read(kept[0] as string)).toBe(text)
      expect(done.log).toContain(`the broken one is kept as ${kept[0]}`)
    }
    expect(told((await world.list()).result.releases)).toEqual(before)
    expect((await world.place.events()).at(-1)).toMatchObject({
      event: 'repair',
      outcome: 'repaired',
      why: expect.any(String),
    })

    // As if nothing had been: the same way back, the next deploy and its prune.
    expect((await world.rollback()).outputs.release).toBe('one')
    await world.deployed('five', { release_count: '2' })
    expect(await world.place.releases()).toEqual(['five', 'one', 'three'])
    await world.expectSound()
  })
}

test.concurrent('whatever else is wrong with it stops a deploy, and is mended', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const file = join(world.place.root, 'manifest.json')
  for (const text of [
    '',
    'null',
    '{"release":"one"}',
    '[1,"two"]',
    '[{"release":"one","deploy":{"schema":1,"state":"superb"}}]',
    `[{"release":"one","deploy":{"schema":"1"}}]`,
    ' '.repeat(33 * 1024 * 1024),
  ]) {
    await writeFile(file, text)
    const refused = await world.run({ mode: 'check' })
    expect(refused.code).toBe(1)
    expect(refused.log).toContain('manifest.json cannot be trusted')
    const done = await repair(world)
    expect(done.log).toContain('rebuilt manifest.json with 1 release;')
    expect(await world.place.record('one')).toMatchObject({ deploy: { state: 'live', actor: 'octocat' } })
    // Two within a second must not meet.
    await rm(join(world.place.root, /kept as (\S+)/.exec(done.log)?.[1] as string))
  }
  await world.deployed('two')
  expect((await world.rollback()).outputs.release).toBe('one')
  await world.expectSound()
})

test.concurrent('a broken manifest does not stop a rollback, which leaves it as it is', async () => {
  await using world = await openWorld(['local'])
  await lived(world)
  const file = join(world.place.root, 'manifest.json')
  await writeFile(file, 'not json')
  const back = await world.rollback()
  expect(back.outputs, back.log).toMatchObject({ status: 'rolled_back', release: 'one' })
  expect(await readFile(file, 'utf8')).toBe('not json')
  expect((await repair(world)).code).toBe(0)
  expect((await world.place.record('two')).deploy.state).toBe('bad')
  expect((await world.place.record('one')).deploy.state).toBe('live')
  await world.expectSound()
})

test.concurrent('unknown releases are adopted as the oldest: they may be gone back to, and a prune may take them', async () => {
  await using world = await openWorld(['local', 'local'])
  await writeFiles(world.place.releaseDir, { 'v1/index.html': 'v1', 'v2/index.html': 'v2' })
  for (const release of ['one', 'two']) await world.deployed(release)
  const done = await repair(world)
  expect(done.code, done.log).toBe(0)
  expect(done.log).toMatch(/host1\]\s+adopted v1/)
  expect(done.log).toMatch(/host2\]\s+nothing to repair/)
  expect((await world.place.events()).at(-1)).toMatchObject({ event: 'repair', releases: ['v1', 'v2'] })
  expect(await world.places[1]?.events()).not.toContainEqual(expect.objectContaining({ event: 'repair' }))
  const alone = { hosts: world.hosts().split('\n')[0] as string }
  const { result } = await world.list(alone)
  expect(result.releases.map(({ release, state }: Row) => [release, state])).toEqual([
    ['two', 'live'],
    ['one', 'live'],
    ['v2', 'adopted'],
    ['v1', 'adopted'],
  ])
  expect((await repair(world)).log).not.toContain('adopted')
  expect((await world.rollback({ ...alone, release: 'v1' })).outputs.release).toBe('v1')
  expect((await world.rollback({ ...alone, release: 'two' })).outputs.release).toBe('two')
  // Where it was before it was gone back to does not matter: by its own rollback v1 was live last.
  await world.run({ mode: 'prune', ...alone, release_count: '1' })
  expect(await world.place.releases()).toEqual(['two', 'v1'])
  await world.place.expectSound()
})

test.concurrent('leftovers of dead runs go, and what is not theirs stays', async () => {
  await using world = await openWorld(['local'])
  await lived(world)
  const at = (path: string) => join(world.place.root, '.releases', path)
  await writeFiles(at(''), {
    'incoming/cut/index.html': 'half',
    'trash/4711-1/old/index.html': 'old',
    'stage.4711-1/x': 'x',
    'manifest.json.4711-1~': '[',
    'uploading.cut': '',
    'records/never.json': '{}',
    'index/never': '',
  })
  const kept = (tree: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(tree).filter(([path]) => /^(releases$|releases\/|current|shared)/.test(path)),
    )
  const before = kept(await world.place.snapshot())
  const done = await repair(world)
  expect(done.code, done.log).toBe(0)
  expect(done.log).toContain('removed 3 leftovers')
  expect(kept(await world.place.snapshot())).toEqual(before)
  expect(Object.keys(await readTree(at(''))).filter((path) => /cut|4711|never/.test(path))).toEqual([])
  expect((await repair(world)).log).toContain('nothing to repair')
  await world.deployed('five')
  await world.expectSound()
})

test.concurrent('what a newer version wrote is left alone, by a deploy and by a repair', async () => {
  await using world = await openWorld(['local'])
  await lived(world)
  const file = join(world.place.root, 'manifest.json')
  const future = JSON.stringify(
    (await world.place.manifest()).map((one) => ({ ...one, deploy: { ...one.deploy, schema: 2 } })),
  )
  await writeFile(file, future)
  for (const mode of ['deploy', 'repair', 'prune', 'check', 'stage']) {
    const { code, log } = await world.run({ mode, local_dir: world.build })
    expect(code, log).toBe(1)
    expect(log).toMatch(/newer version of this (tool|action) wrote/)
    expect(await readFile(file, 'utf8')).toBe(future)
  }
  expect((await world.rollback()).code).toBe(0)
  expect(await readFile(file, 'utf8')).toBe(future)
})

test.concurrent('a manifest that is a directory, or that leads nowhere, is moved aside', async () => {
  await using world = await openWorld(['local', 'local'])
  await world.deployed('one')
  for (const [at, { root }] of world.places.entries()) {
    await rm(join(root, 'manifest.json'))
    if (at === 0) await mkdir(join(root, 'manifest.json/x'), { recursive: true })
    else await symlink('nowhere', join(root, 'manifest.json'))
  }
  expect((await world.deploy('two')).code).toBe(1)
  const done = await repair(world)
  expect(done.code, done.log).toBe(0)
  await world.deployed('two')
  await world.expectSound()
})

test.concurrent('a host that has nothing yet is in the way of nobody else’s repair', async () => {
  await using world = await openWorld(['local', 'local'])
  await world.deployed('one')
  const [known, emptied] = world.places as [Place, Place]
  await writeFile(join(known.root, 'manifest.json'), '[{"release":')
  await rm(emptied.root, { recursive: true })
  const done = await repair(world)
  expect(done.code, done.log).toBe(0)
  expect(done.log).toContain('rebuilt manifest.json with 1 release')
  expect(done.log).toContain('nothing to repair: a deploy makes what it needs')
  expect(await emptied.snapshot()).toEqual({})
  await world.deployed('two')
  await world.expectSound()
})

test.concurrent('what another tool made is taken over whole; a place that is not there is refused', async () => {
  await using world = await openWorld(['local'])
  const gone = await repair(world)
  expect(gone.code).toBe(1)
  expect(gone.log).toContain('does not exist')
  expect(await world.place.snapshot()).toEqual({})
  await unpack('statistrano-app', world.place.root)
  await writeFile(join(world.place.root, 'manifest.json'), '[{"release":')
  const done = await repair(world)
  expect(done.code, done.log).toBe(0)
  expect((await world.place.manifest()).map(({ release }) => release)).toEqual(statistrano)
  expect((await world.rollback({ release: statistrano[1] })).code).toBe(0)
})

test.concurrent('a manifest that is older than its log loses nothing, and is completed', async () => {
  await using world = await openWorld(['local'])
  const file = join(world.place.root, 'manifest.json')
  await world.deployed('one')
  const old = await readFile(file)
  for (const release of ['two', 'three']) await world.deployed(release)
  expect((await world.run({ mode: 'stage', local_dir: world.build, release_name: 'four' })).code).toBe(0)
  const before = told((await world.list()).result.releases)

  for (const text of [old, '[]', '[{"release":"zz"}]']) {
    await writeFile(file, text)
    const { result, log } = await world.list()
    expect(log).toContain('manifest.json is older than')
    const rows = told(result.releases).filter(({ release }) => release !== 'zz')
    expect(rows.map(({ release, state }) => [release, state])).toEqual(
      before.map(({ release, state }) => [release, state]),
    )
    await world.run({ mode: 'prune', release_count: '1' })
    expect(await world.place.releases()).toEqual(['four', 'one', 'three', 'two'])
  }
  await writeFile(file, old)
  const back = await world.rollback()
  expect(back.outputs.release, back.log).toBe('two')
  await writeFile(file, old)
  const failed = await world.deploy('bad', { post_deploy_command: '[ "$RELEASE_NAME" != bad ]' })
  expect(failed.outputs.status, failed.log).toBe('reverted')
  expect((await world.place.manifest()).map(({ release }) => release)).toEqual([
    'one',
    'two',
    'three',
    'four',
    'bad',
  ])
  await writeFile(file, old)
  await world.deployed('five')
  expect(await world.place.releases()).toEqual(['bad', 'five', 'four', 'one', 'three', 'two'])
  await writeFile(file, '[]')
  const done = await repair(world)
  expect(done.log).toContain('rebuilt manifest.json with 6 releases; the older one is kept as')
  expect((await world.list()).log).not.toContain('manifest.json is older than')
  await world.expectSound()
})

test.concurrent('what died before it was live is still swept, and what the log is too young for is left alone', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const entries = await world.place.manifest()
  const rest = (...names: readonly string[]) =>
    JSON.stringify(entries.filter(({ release }) => !names.includes(release)))
  const log = join(world.place.root, 'releases.log')
  const lines = (await readFile(log, 'utf8')).split('\n')
  // A run that died between the two has left no word of it.
  await writeFile(
    log,
    lines
      .filter((line) => !line.includes('"to":"two"'))
      .join('\n')
      .replace('"from":"two"', '"from":"one"'),
  )
  await writeFile(join(world.place.root, 'manifest.json'), rest('two'))
  await world.run({ mode: 'prune' })
  expect(await world.place.releases()).toEqual(['one', 'three'])

  await writeFile(
    log,
    lines
      .filter((line) => line.includes('"to":"three"'))
      .join('\n')
      .replace('"two"', 'null'),
  )
  await writeFile(join(world.place.root, 'manifest.json'), rest('one', 'two'))
  await world.run({ mode: 'prune' })
  expect(await world.place.releases()).toEqual(['one', 'three'])
  expect((await world.list()).result.releases.at(-1)).toMatchObject({ release: 'one', state: 'unknown' })
})

test.concurrent('a deploy that is put back leaves a whole manifest where there was none', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  await rm(join(world.place.root, 'manifest.json'))
  const failed = await world.deploy('bad', { post_deploy_command: '[ "$RELEASE_NAME" != bad ]' })
  expect(failed.outputs.status, failed.log).toBe('reverted')
  expect((await world.place.manifest()).map(({ release }) => release)).toEqual(['one', 'two', 'bad'])
  await world.deployed('three')
  expect(await world.place.releases()).toEqual(['one', 'three', 'two'])
  await world.expectSound()
})
