import { appendFile, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { openWorld, type Servers, site, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(3)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('a rollback goes to the release that was current before, on every host', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two', 'three']) await world.deployed(release)

  const { code, outputs, result, log } = await world.rollback()

  expect(code).toBe(0)
  expect(outputs).toMatchObject({ status: 'rolled_back', release: 'two', previous_release: 'three' })
  for (const host of result.hosts) expect(host).toMatchObject({ status: 'rolled_back', release: 'two' })
  expect(log.trimEnd().split('\n').at(-1)).toMatch(
    /^Rolled back to two on 3 hosts in .+ \(previous three\)\.$/,
  )
  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  for (const place of world.places) {
    expect(await place.linkText()).toBe('releases/two')
    expect((await place.record('three')).deploy).toMatchObject({
      state: 'bad',
      reason: expect.stringMatching(/octocat.*runs\/4711/),
    })
    expect((await place.record('two')).deploy.activations).toHaveLength(2)
    expect((await place.events()).at(-1)).toMatchObject({ event: 'rollback', from: 'three', to: 'two' })
  }
  await world.expectSound()
})

test.concurrent('a second rollback goes further back, and a third finds nothing', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)

  expect((await world.rollback()).outputs.release).toBe('two')
  expect((await world.rollback()).outputs.release).toBe('one')
  const third = await world.rollback()
  expect(third.code).toBe(1)
  expect(third.outputs.status).toBe('failed')
  expect(third.log).toContain('there is no earlier good release')
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound()
})

test.concurrent('history decides, not names and not dates', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['b', 'c', 'a']) await world.deployed(release)
  const old = new Date('2001-01-01')
  await utimes(join(world.place.releaseDir, 'c'), old, old)
  expect((await world.rollback()).outputs.release).toBe('c')
})

test.concurrent('after a rollback and a new deploy, a rollback skips what was marked bad', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two']) await world.deployed(release)
  await world.rollback()
  await world.deployed('three')
  expect((await world.rollback()).outputs.release).toBe('one')
  expect((await world.place.record('two')).deploy.state).toBe('bad')
  await world.expectSound()
})

test.concurrent('a named release may lie ahead, and what is left for it is not bad', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)

  expect((await world.rollback({ release: 'one' })).outputs).toMatchObject({
    release: 'one',
    previous_release: 'three',
  })
  expect((await world.rollback({ release: 'three' })).outputs).toMatchObject({
    release: 'three',
    previous_release: 'one',
  })

  expect((await world.place.record('three')).deploy.state).toBe('live')
  expect((await world.place.record('one')).deploy.state).toBe('live')
  await world.expectSound()
})

test.concurrent('the current release, a missing one and a part of a name each get their own words', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two-long']) await world.deployed(release)
  const before = await world.place.manifest()

  for (const [release, words] of [
    ['two-long', 'release two-long is already current'],
    ['nine', 'release nine is not on'],
    ['two', 'release two is not on'],
  ] as const) {
    const { code, log } = await world.rollback({ release })
    expect(code).toBe(1)
    expect(log).toContain(words)
  }
  expect(await world.place.manifest()).toEqual(before)
  await world.expectSound()
})

test.concurrent('a target that one host lacks is not taken on any', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two']) await world.deployed(release)
  await rm(join(world.places[2]?.releaseDir as string, 'one'), { recursive: true })

  for (const inputs of [{ release: 'one' }, {}]) {
    const { code, log, outputs } = await world.rollback(inputs as Record<string, string>)
    expect(code).toBe(1)
    expect(outputs.status).toBe('failed')
    expect(log).toMatch(/release one is not on|no earlier good release/)
    expect(await world.serving()).toEqual(['two', 'two', 'two'])
  }
  await world.expectSound()
})

test.concurrent('hosts that differ all end on the one release that all have', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two']) await world.deployed(release)
  // One host was rolled back alone, as by hand.
  await world.rollback({ hosts: world.hosts().split('\n')[0] as string })
  expect(await world.serving()).toEqual(['one', 'two', 'two'])

  expect((await world.rollback()).code).toBe(0)
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.expectSound()
})

test.concurrent('a target that lost files on one host is refused on all, and the files are named', async () => {
  await using world = await openWorld(servers.all)
  for (const release of ['one', 'two']) await world.deployed(release)
  await rm(join(world.places[1]?.releaseDir as string, 'one/css/app.css'))

  const { code, log, result } = await world.rollback()
  expect(code).toBe(1)
  expect(log).toContain('release one has lost 1 entry: css/app.css')
  expect(result.hosts[1].status).toBe('failed')
  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  for (const place of world.places) {
    expect((await place.events()).at(-1)).toMatchObject({
      event: 'failed',
      mode: 'rollback',
      to: 'one',
      why: expect.stringContaining('has lost 1 entry'),
      outcome: 'not switched',
    })
    expect((await place.record('one')).deploy.state, 'the target is no worse for it').toBe('live')
  }
  await world.expectSound({ changed: ['one'] })

  expect((await world.rollback({ verify: 'off' })).code).toBe(0)
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
})

test.concurrent('a target with changed files is warned about, refused when strict, and taken unseen when off', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await world.write({ 'index.html': 'two', 'css/app.css': 'two' })
  await world.deployed('two')
  await appendFile(join(world.place.releaseDir, 'one/css/app.css'), '/* hotfix */')

  const strict = await world.rollback({ verify: 'strict' })
  expect(strict.code).toBe(1)
  expect(strict.log).toMatch(/1 file of one changed since it was published: css\/app\.css/)
  expect(await world.serving()).toEqual(['two'])

  const warned = await world.rollback()
  expect(warned.code).toBe(0)
  expect(warned.annotations.map(({ level, message }) => `${level} ${message}`).join('\n')).toMatch(
    /warning .*1 file of one changed/,
  )
  expect(await world.serving()).toEqual(['one'])

  await world.rollback({ release: 'two' })
  const off = await world.rollback({ release: 'one', verify: 'off' })
  expect(off.code).toBe(0)
  expect(off.annotations).toEqual([])
  await world.expectSound({ changed: ['one'] })
})

test.concurrent('a named target is compared with its index as well', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  await rm(join(world.place.releaseDir, 'one/js'), { recursive: true })
  const { code, log } = await world.rollback({ release: 'one' })
  expect(code).toBe(1)
  expect(log).toMatch(/has lost 2 entries: .*js\/app\.js/)
  expect(await world.serving()).toEqual(['three'])
})

test.concurrent('a rollback needs no artifact, no rsync and no build', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two']) await world.deployed(release)
  await rm(world.build, { recursive: true })
  await using tools = await toolbox({ without: ['rsync'] })
  const { code, log } = await world.rollback({ local_dir: world.build }, { env: { PATH: tools.search } })
  expect(code, log).toBe(0)
  expect(log).toContain('mode rollback does not use local_dir')
})

test.concurrent('a rollback where nothing was ever deployed says so', async () => {
  await using world = await openWorld([servers.one])
  const { code, log } = await world.rollback()
  expect(code).toBe(1)
  expect(log).toContain(`${world.place.root} does not exist`)
  expect(await world.place.snapshot()).toEqual({})
})

test.concurrent('after a rollback, the next deploy and prune go on as if nothing had been', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '2' } })
  for (const release of ['one', 'two', 'three']) await world.deployed(release, { release_count: '5' })
  await world.rollback()
  await writeFile(join(world.build, 'index.html'), 'four')
  await world.deployed('four')
  expect(await world.serving()).toEqual(['four'])
  // The two newest that were live, and where a rollback would go.
  expect(await world.place.releases()).toEqual(['four', 'three', 'two'])
  await world.expectSound()
})

test.concurrent('what a command makes of a release before it is published is what it was published as', async () => {
  await using world = await openWorld([servers.one])
  await world.write({ ...site, '.env.production': 'KEY=1', config: 'value=0' })
  // As old as can be, so that only what the file holds tells it from the build's.
  const gate =
    "mv .env.production .env && rm -r css && printf value=1 >config && touch -d '2020-01-01' config"
  await world.deployed('one', { pre_symlink_command: gate })
  await world.deployed('two')
  expect(await readFile(join(world.place.link, 'config'), 'utf8')).toBe('value=0')
  expect(await readFile(join(world.place.link, 'css/app.css'), 'utf8')).toBe(site['css/app.css'])
  const back = await world.rollback({ verify: 'strict' })
  expect(back.outputs.release, back.log).toBe('one')
  expect(back.log).not.toMatch(/changed since|has lost/)
  expect(await readFile(join(world.place.link, 'config'), 'utf8')).toBe('value=1')
  const staged = await world.run({
    mode: 'stage',
    local_dir: world.build,
    release_name: 'three',
    pre_symlink_command: gate,
  })
  expect(staged.code, staged.log).toBe(0)
  const published = await world.run({ mode: 'publish', verify: 'strict' })
  expect(published.outputs.release, published.log).toBe('three')
  expect((await world.rollback()).outputs.release).toBe('one')
  // What is changed or lost later is told as ever.
  await writeFile(join(world.place.releaseDir, 'three/config'), 'value=2')
  const changed = await world.rollback({ release: 'three', verify: 'strict' })
  expect(changed.log).toContain('1 file of three changed since it was published: config')
  await rm(join(world.place.releaseDir, 'three/.env'))
  await rm(join(world.place.releaseDir, 'three/index.html'))
  const lost = await world.rollback({ release: 'three' })
  expect(lost.log).toContain('release three has lost 1 entry: index.html')
})

test.concurrent('neither a failed release is a target nor a directory that nobody vouches for; by name the latter is', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two']) await world.deployed(release)
  await world.deploy('broken', { pre_symlink_command: 'exit 1' })
  await mkdir(join(world.place.releaseDir, 'by-hand'))
  const refused = await world.rollback({ release: 'broken' })
  expect(refused.code, refused.log).toBe(1)
  expect(refused.log).toMatch(/broken is no release to go back to on \S+: it failed/)
  expect(await world.serving()).toEqual(['two'])
  await world.rollback()
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound({ strangers: ['by-hand'] })
  const named = await world.rollback({ release: 'by-hand' })
  expect(named.code, named.log).toBe(0)
  expect(named.log).toContain('nobody vouches for by-hand')
  expect(await world.serving()).toEqual(['by-hand'])
})

test.concurrent('a release whose commands had failed says so until they have ended well', async () => {
  await using world = await openWorld(servers.all.slice(0, 1))
  await world.deployed('one')
  const kept = await world.deploy('two', { post_deploy_command: 'exit 3', on_failure: 'keep' })
  expect(kept.code).toBe(1)
  const warning = /what follows a switch .* never ended well for two, which is served/
  expect((await world.list()).log).toMatch(warning)
  await world.deployed('three')
  expect((await world.list()).log).not.toMatch(warning)
  const back = await world.rollback({ post_deploy_command: 'true' })
  expect(back.outputs.release, back.log).toBe('two')
  expect((await world.place.record('two')).deploy.unfinished).toBeUndefined()
  expect((await world.list()).log).not.toMatch(warning)
})

test.concurrent('a rollback that is told no release leaves what is served for bad, also where that means to go forward', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  expect((await world.rollback({ release: 'one' })).outputs.release).toBe('one')
  const back = await world.rollback()
  expect(back.outputs, back.log).toMatchObject({ release: 'two', previous_release: 'one' })
  const states = async () =>
    Object.fromEntries(
      (await world.list()).result.releases.map((row: { release: string; state: string }) => [
        row.release,
        row.state,
      ]),
    )
  const bad = { one: 'bad', two: 'live', three: 'bad' }
  expect(await states()).toEqual(bad)
  expect((await world.rollback()).log).toContain('there is no earlier good release')
  expect((await world.place.events()).at(-1)).toMatchObject({ event: 'rollback', left: 'bad' })
  await world.expectSound()
  await rm(join(world.place.root, 'manifest.json'))
  expect(await states(), 'by the log alone').toEqual(bad)
})
