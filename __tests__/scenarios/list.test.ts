import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Place, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(3)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('list shows every release, newest first, with its state, host and metadata', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three'])
    await world.deployed(release, { metadata: `note: about ${release}` })
  await world.rollback()
  await world.deploy('four', { pre_symlink_command: 'exit 1' })

  const { code, outputs, result, log, summary } = await world.list()

  expect(code).toBe(0)
  expect(outputs).toMatchObject({ status: 'listed', release: '' })
  expect(
    result.releases.map(({ release, state, current, note }: Record<string, unknown>) => [
      release,
      state,
      current,
      note,
    ]),
  ).toEqual([
    ['four', 'failed', [], undefined],
    ['three', 'bad', [], 'about three'],
    ['two', 'live', world.labels, 'about two'],
    ['one', 'live', [], 'about one'],
  ])
  expect(result.releases[2]).toMatchObject({
    actor: 'octocat',
    hosts: world.labels,
    created_at: expect.stringMatching(/^20.*Z$/),
  })
  for (const text of [log, summary]) expect(text).toMatch(/three[\s\S]*two[\s\S]*one/)
})

test.concurrent('list changes nothing at all', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.deployed('two')
  const before = await world.snapshots()
  expect((await world.list()).code).toBe(0)
  expect(await world.snapshots()).toEqual(before)
})

test.concurrent('drift between hosts is a warning that says who serves what', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.deployed('two')
  await world.rollback({ hosts: world.hosts().split('\n')[0] as string })
  await rm(join((world.places[2] as Place).releaseDir, 'one'), { recursive: true })

  const { code, annotations, result, log } = await world.list()
  expect(code).toBe(0)
  const [first, second, third] = world.labels
  expect(annotations.map(({ message }) => message).join('\n')).toContain(
    `the hosts differ: one on ${first}; two on ${second}, ${third}`,
  )
  const row = (name: string) => result.releases.find(({ release }: { release: string }) => release === name)
  expect(row('one')).toMatchObject({ current: [first], hosts: [first, second], missing_on: [third] })
  expect(row('two')).toMatchObject({ current: [second, third], hosts: world.labels })
  expect(log).toContain('current differs between hosts')
})

test.concurrent('list of a host where nothing was deployed works and makes nothing', async () => {
  await using world = await openWorld([servers.one])
  const { code, outputs, result, log } = await world.list()
  expect(code).toBe(0)
  expect(outputs).toMatchObject({ status: 'listed', release: '' })
  expect(result.releases).toEqual([])
  expect(log).toContain('does not exist yet')
  expect(await world.place.snapshot()).toEqual({})
})

test.concurrent('a dangling link is told', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await rename(join(world.place.releaseDir, 'one'), join(world.dir, 'away'))
  const { code, annotations, result } = await world.list()
  expect(code).toBe(0)
  expect(annotations.map(({ message }) => message).join('\n')).toContain('leads nowhere')
  expect(result.hosts[0].release).toBeNull()
  expect(result.releases).toMatchObject([{ release: 'one', state: 'missing', current: [], hosts: [] }])
})

test.concurrent('one host that cannot be reached fails the list, and the others are still shown', async () => {
  await using world = await openWorld([servers.all[0] as Servers['one'], servers.all[1] as Servers['one']])
  await world.deployed('one')
  await using gone = await openWorld([{ ...servers.one, port: 1 }])
  const { code, outputs, result } = await world.list({ hosts: `${world.hosts()}\n${gone.hosts()}` })
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(result.hosts.map(({ error }: { error: string | null }) => error === null)).toEqual([
    true,
    true,
    false,
  ])
  expect(result.releases).toMatchObject([{ release: 'one' }])
})

test.concurrent('what the others have is shown where a host does not answer, and the run fails all the same', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const hosts = world.hosts((at) => (at === 1 ? { port: 9 } : {}))
  const { code, log, outputs, result, summary } = await world.list({ hosts, connect_timeout: '2' })
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(result.hosts.map(({ status }: { status: string }) => status)).toEqual(['listed', 'failed', 'listed'])
  expect(log).toMatch(/^\* one +live/m)
  expect(summary).toContain('one')
  const nobody = world.hosts(() => ({ port: 9 }))
  const none = await world.list({ hosts: nobody, connect_timeout: '2' })
  expect(none.log).not.toContain('There are no releases yet')
})
