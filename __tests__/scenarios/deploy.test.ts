import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTree } from './tree.ts'
import { bulk, openWorld, type Servers, site, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(3)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('the summary says in which directory, where all hosts share one', async () => {
  await using world = await openWorld(['local', 'local'])
  const differ = await world.deploy('one', { remote_dir: world.place.root })
  expect(differ.summary).toContain('<h3>✅ Deployed')
  expect(differ.summary).not.toContain('<p>In ')
  const first = world.hosts().split('\n')[0] as string
  const alone = await world.deploy('two', { hosts: first })
  expect(alone.summary).toContain(`<p>In <code>${world.place.root}</code></p>`)
})

test.concurrent('the first deploy makes the remote_dir, the release and a relative link', async () => {
  await using world = await openWorld([servers.one])
  const { place } = world

  const { log, outputs, result, left } = await world.deployed('one')

  expect(await place.linkText()).toBe('releases/one')
  expect(await readTree(join(place.root, 'current/'))).toEqual(await readTree(world.build))
  expect(outputs).toMatchObject({
    status: 'deployed',
    release: 'one',
    previous_release: '',
    release_path: join(place.root, 'releases/one'),
  })
  expect(JSON.parse(outputs.hosts as string)).toEqual(result.hosts)
  expect(JSON.parse(outputs.releases as string)).toEqual(result.releases)
  expect(result).toMatchObject({
    schema: 1,
    status: 'deployed',
    release: 'one',
    previous_release: null,
    hosts: [
      { host: world.labels[0], status: 'deployed', release: 'one', previous_release: null, error: null },
    ],
  })
  expect(result.hosts[0].files_changed).toBe(3)
  expect(log.trimEnd().split('\n').at(-1)).toMatch(/^Deployed one to 1 host in .+ \(no previous release\)\.$/)
  expect(left, 'nothing stays on the runner').toEqual([])
  await world.expectSound()
})

test.concurrent('a release is recorded with where it came from, and an event in the log', async () => {
  await using world = await openWorld([servers.one])
  const { place } = world
  await world.deployed('one')
  await world.deployed('two')

  const record = await place.record('two')
  expect(record.deploy).toMatchObject({
    schema: 1,
    state: 'live',
    revision: '0123456789abcdef0123456789abcdef01234567',
    ref: 'refs/heads/main',
    actor: 'octocat',
    run: 'https://github.com/acme/site/actions/runs/4711',
    files: 3,
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  })
  expect(record.deploy.activated_at).toHaveLength(1)
  expect((await place.record('one')).deploy.digest).toBe(record.deploy.digest)
  expect((await place.manifest()).map(({ release }) => release)).toEqual(['one', 'two'])
  expect(await place.events()).toMatchObject([
    { event: 'deploy', from: null, to: 'one', actor: 'octocat', outcome: 'live' },
    { event: 'deploy', from: 'one', to: 'two', actor: 'octocat', outcome: 'live' },
  ])
})

test.concurrent('without a name, the release is called by the time in UTC', async () => {
  await using world = await openWorld([servers.one])
  const before = new Date()
  const { code, outputs } = await world.run({ local_dir: world.build })
  expect(code).toBe(0)
  expect(outputs.release).toMatch(/^\d{14}$/)
  const stamp = (time: Date) => time.toISOString().replace(/\D/g, '').slice(0, 14)
  expect(Number(outputs.release)).toBeGreaterThanOrEqual(Number(stamp(before)))
  expect(Number(outputs.release)).toBeLessThanOrEqual(Number(stamp(new Date())))
})

test.concurrent('three hosts become the same release, each by one connection and at most four round trips', async () => {
  await using world = await openWorld(servers.all)

  for (const release of ['one', 'two']) {
    const { result } = await world.deployed(release)
    for (const host of result.hosts) {
      expect(host).toMatchObject({ status: 'deployed', release, connections: 1 })
      expect(host.round_trips).toBeLessThanOrEqual(4)
    }
  }

  expect(await world.serving()).toEqual(['two', 'two', 'two'])
  const expected = await readTree(world.build)
  for (const place of world.places) expect(await readTree(join(place.root, 'current/'))).toEqual(expected)
  await world.expectSound()
})

test.concurrent('rollback and list take one connection and at most two round trips, on one host and on three', async () => {
  for (const hosts of [[servers.one], servers.all]) {
    await using world = await openWorld(hosts)
    await world.deployed('one')
    await world.deployed('two')
    for (const run of [await world.list(), await world.rollback(), await world.list()]) {
      expect(run.code, run.log).toBe(0)
      for (const host of run.result.hosts) {
        expect(host.connections).toBe(1)
        expect(host.round_trips).toBeLessThanOrEqual(2)
      }
    }
  }
})

test.concurrent('unchanged files are the same inodes as before, and only what changed is sent', async () => {
  await using world = await openWorld([servers.one])
  const { place } = world
  await world.write({ ...bulk(60, 20_000), ...site })
  const first = await world.deployed('one')
  expect(first.result.hosts[0].bytes_sent).toBeGreaterThan(500_000)

  // A fresh build: every date is new, one file's content too.
  await world.write({ ...bulk(60, 20_000), ...site, 'index.html': '<h1>hello again</h1>\n' })
  const second = await world.deployed('two')

  expect(second.result.hosts[0].files_changed).toBe(1)
  expect(second.result.hosts[0].bytes_sent).toBeLessThan(20_000)
  const inode = (release: string, path: string) => place.inode(`releases/${release}/${path}`)
  expect(await inode('two', 'part/0')).toBe(await inode('one', 'part/0'))
  expect(await inode('two', 'js/app.js')).toBe(await inode('one', 'js/app.js'))
  expect(await inode('two', 'index.html')).not.toBe(await inode('one', 'index.html'))
  expect(await place.read('releases/one/index.html')).toBe(site['index.html'])
  expect(await place.read('current/index.html')).toBe('<h1>hello again</h1>\n')

  const third = await world.deployed('three')
  expect(third.result.hosts[0].files_changed).toBe(0)
  expect(await inode('three', 'part/0')).toBe(await inode('one', 'part/0'))
  await world.expectSound()
})

test.concurrent('an edit that keeps size and date is published', async () => {
  await using world = await openWorld([servers.one])
  const { place } = world
  const file = join(world.build, 'index.html')
  const date = new Date('2020-01-02T03:04:05Z')
  await utimes(file, date, date)
  await world.deployed('one')

  await writeFile(file, '<h1>HELLO</h1>\n')
  await utimes(file, date, date)
  await world.deployed('two')

  expect(await place.read('current/index.html')).toBe('<h1>HELLO</h1>\n')
  expect(await place.read('releases/one/index.html')).toBe('<h1>hello</h1>\n')
})

test.concurrent('a file that left the artifact is not in the next release', async () => {
  await using world = await openWorld([servers.one])
  const { place } = world
  await world.deployed('one')
  await world.write({ 'index.html': 'alone' })
  await world.deployed('two')
  expect(Object.keys(await readTree(join(place.root, 'current/')))).toEqual(['index.html'])
  expect(Object.keys(await readTree(join(place.root, 'releases/one')))).toHaveLength(5)
})

test.concurrent('a release name that exists is refused, and nothing is changed', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await world.deployed('two')
  const before = await world.serving()

  for (const release of ['one', 'two']) {
    const { code, log, outputs } = await world.deploy(release)
    expect(code).toBe(1)
    expect(outputs.status).toBe('failed')
    expect(log).toContain(`a release ${release} exists already`)
    expect(log).toContain('release_name')
  }
  expect(await world.serving()).toEqual(before)
  await world.expectSound()
})

test.concurrent('the summary has a table of hosts, unless it is turned off', async () => {
  await using world = await openWorld(servers.all)
  const { summary } = await world.deployed('one')
  expect(summary).toContain('Deployed')
  for (const label of world.labels) expect(summary).toContain(label)
  expect((await world.deployed('two', { summary: 'false' })).summary).toBe('')
})

test.concurrent('a tool that reads manifest.json as Statistrano does finds what it needs', async () => {
  await using world = await openWorld([servers.one], { inputs: { metadata: 'time: 62\ncss: 142kb' } })
  const { place } = world
  await world.deployed('one')
  const records = JSON.parse(await readFile(join(place.root, 'manifest.json'), 'utf8'))
  expect(records).toMatchObject([{ release: 'one', time: 62, css: '142kb' }])
})
