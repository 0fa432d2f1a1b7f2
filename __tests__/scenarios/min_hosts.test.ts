import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FrailHost, startFrailHost } from './frail_host.ts'
import { openWorld, type Servers, startServers, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

interface Trio extends AsyncDisposable {
  readonly world: World
  readonly frail: FrailHost
}

/** Three hosts that serve `one`; the last of them is dead. */
async function openTrio(): Promise<Trio> {
  const frail = await startFrailHost(servers.one)
  const world = await openWorld([...servers.all, frail.server], { inputs: { connect_timeout: '10' } })
  await world.deployed('one')
  await frail.die()
  return {
    world,
    frail,
    async [Symbol.asyncDispose]() {
      await frail[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

test.concurrent('a list shows what the others have, where its owner allows a dead one', async () => {
  await using trio = await openTrio()
  const { world } = trio
  const { code, log, result } = await world.list({ min_hosts: '2' })
  expect(code, log).toBe(0)
  expect(log).toContain('set aside, as min_hosts allows')
  expect(log).not.toContain('does not use min_hosts')
  expect(result.releases).toMatchObject([{ release: 'one', current: world.labels.slice(0, 2) }])
})

test.concurrent('a host that does not answer stops the run by default, and nothing is changed anywhere', async () => {
  await using trio = await openTrio()
  const { world } = trio
  const { code, outputs, result, log } = await world.deploy('two')
  expect(code).toBe(1)
  expect(outputs).toMatchObject({ status: 'failed', release: '' })
  expect(result.hosts).toMatchObject([
    { host: world.labels[0], status: 'failed', release: 'one', error: null },
    { host: world.labels[1], status: 'failed', release: 'one', error: null },
    { host: world.labels[2], status: 'failed', release: null, error: expect.stringContaining('connection') },
  ])
  expect(log).toContain(`${world.labels[2]}, starting: `)
  expect(log).toContain('Nothing was changed on any host.')
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.expectSound()
})

test.concurrent('with min_hosts the run goes on without it, says so, and the next one brings it level', async () => {
  await using trio = await openTrio()
  const { world, frail } = trio
  const { code, outputs, result, annotations, log } = await world.deploy('two', { min_hosts: '2' })
  expect(code, log).toBe(0)
  expect(outputs).toMatchObject({ status: 'deployed', release: 'two', previous_release: 'one' })
  expect(result.hosts).toMatchObject([
    { status: 'deployed', release: 'two', error: null },
    { status: 'deployed', release: 'two', error: null },
    { status: 'failed', release: null, error: expect.any(String) },
  ])
  const warnings = annotations.filter(({ level }) => level === 'warning')
  expect(warnings.map(({ title, message }) => `${title} ${message}`).join()).toMatch(
    new RegExp(`${world.labels[2]}.*set aside, as min_hosts allows`),
  )
  expect(log.trimEnd().split('\n').at(-1)).toMatch(/^Deployed two to 2 of 3 hosts in /)
  expect(await world.serving()).toEqual(['two', 'two', 'one'])

  // Back again: the drift is told, and any next run brings it level.
  await frail.mend()
  const listed = await world.list()
  expect(listed.log).toMatch(/the hosts differ: two on .*; one on /)
  const next = await world.deployed('three')
  expect(next.result.hosts[2]).toMatchObject({ status: 'deployed', previous_release: 'one' })
  expect(await world.serving()).toEqual(['three', 'three', 'three'])
  await world.expectSound()
})

test.concurrent('a percentage counts as well, and fewer hosts than that stop the run', async () => {
  await using trio = await openTrio()
  const { world } = trio
  expect((await world.deploy('two', { min_hosts: '67%' })).code, '3 of 3').toBe(1)
  expect((await world.deploy('two', { min_hosts: '66%' })).code, '2 of 3').toBe(0)
  expect(await world.serving()).toEqual(['two', 'two', 'one'])
})

test.concurrent('a host that answers and fails is no host that may be missing', async () => {
  await using trio = await openTrio()
  const { world } = trio
  await rm(world.places[1]?.link as string)
  await world.places[1]?.read('manifest.json')
  const { code, outputs } = await world.deploy('two', {
    min_hosts: '1',
    pre_symlink_command: `[ "$REMOTE_DIR" != '${world.places[1]?.root}' ]`,
  })
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(await world.serving()).toEqual(['one', null, 'one'])
})

test.concurrent('a rollback and a prune may go on without it too', async () => {
  await using trio = await openTrio()
  const { world, frail } = trio
  await world.deployed('two', { min_hosts: '2' })
  const back = await world.rollback({ min_hosts: '2' })
  expect(back.outputs).toMatchObject({ status: 'rolled_back', release: 'one' })
  expect((await world.prune()).code).toBe(1)
  const pruned = await world.run({ mode: 'prune', min_hosts: '2' })
  expect(pruned.code, pruned.log).toBe(0)
  await frail.mend()
  expect(await world.serving()).toEqual(['one', 'one', 'one'])
  await world.deployed('three')
  await world.expectSound()
})

test.concurrent('a host that shows a key nobody vouches for is no dead host: min_hosts does not set it aside', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const known = servers.one.knownHosts
  const { code, log } = await world.deploy('two', { min_hosts: '1', ssh_known_hosts: known })
  expect(code).toBe(1)
  expect(log).toContain('ssh_known_hosts has no key for')
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.expectSound()
})
