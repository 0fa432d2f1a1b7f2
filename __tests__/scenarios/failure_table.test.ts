import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ActionResult } from '../servers/action.ts'
import { type FrailHost, startFrailHost, type Wire } from './frail_host.ts'
import { workspace } from './workspace.ts'
import {
  bulk,
  openWorld,
  type Place,
  program,
  type Servers,
  startServers,
  until,
  type World,
} from './world.ts'

// Most of the time here is waiting for deadlines.
vi.setConfig({ maxConcurrency: 8, testTimeout: 300_000 })

let servers: Servers
/** Three hosts with `zero` and `one` deployed, to start each row from. */
let template: World

beforeAll(async () => {
  servers = await startServers(2)
  template = await openWorld([servers.all[0], servers.all[1], servers.all[0]] as Servers['all'])
  await template.deployed('zero')
  await template.deployed('one')
})
afterAll(async () => {
  await template?.[Symbol.asyncDispose]()
  await servers[Symbol.asyncDispose]()
})

interface Moment {
  /** As in flow.md's table. */
  readonly at: string
  /** What a failure is said to have happened in; `finishing` tells none. */
  readonly phase: string
  readonly wire: Wire
  /** The wire counts from when these were run, one after the other. */
  readonly after?: readonly Wire[]
  /** All when left out. */
  readonly mishaps?: readonly Mishap[]
  readonly left: 'nothing' | 'not switched' | 'reverted' | 'stands'
  /** What the release that the host leaves behind is there, when it dies then. */
  readonly switched?: boolean
}

const moments: readonly Moment[] = [
  { at: 'starting', phase: 'starting', wire: 'readlink', left: 'nothing' },
  { at: 'updating', phase: 'updating', wire: 'rsync', left: 'not switched' },
  // That it fails is no failure: rsync follows.
  {
    at: 'updating in one piece',
    phase: 'updating',
    wire: 'tar',
    left: 'not switched',
    mishaps: ['the host dies', 'the host hangs'],
  },
  { at: 'updated', phase: 'updated', wire: 'pre', left: 'not switched' },
  {
    at: 'publishing, before any rename',
    phase: 'publishing',
    wire: 'ln',
    after: ['pre'],
    left: 'not switched',
  },
  { at: 'publishing, before the rename', phase: 'publishing', wire: 'mv', after: ['pre'], left: 'reverted' },
  {
    at: 'publishing, after the rename',
    phase: 'publishing',
    wire: 'rmdir',
    after: ['pre'],
    left: 'reverted',
    switched: true,
  },
  { at: 'published', phase: 'published', wire: 'post', left: 'reverted', switched: true },
  { at: 'health check', phase: 'published', wire: 'health', left: 'reverted', switched: true },
  { at: 'finishing', phase: 'finishing', wire: 'mv', after: ['post', 'ln'], left: 'stands', switched: true },
]

type Mishap = 'a step fails' | 'the host dies' | 'the host hangs'

interface Ordeal extends AsyncDisposable {
  readonly world: World
  readonly frail: FrailHost
  readonly good: readonly Place[]
  readonly bad: Place
  readonly badLabel: string
  deploy(release: string, inputs?: Readonly<Record<string, string>>): Promise<ActionResult>
}

/** The frail one in the middle of three. */
async function openOrdeal(): Promise<Ordeal> {
  const frail = await startFrailHost(servers.one)
  const [first, last] = servers.all as [Servers['one'], Servers['one']]
  const world = await openWorld([first, frail.server, last], {
    inputs: { release_count: '1', connect_timeout: '5' },
  })
  for (const [at, place] of world.places.entries()) {
    await cp(template.places[at]?.root as string, place.root, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    })
  }
  const [one, bad, three] = world.places as [Place, Place, Place]
  const commands = frail.commands(bad.root)
  return {
    world,
    frail,
    good: [one, three],
    bad,
    badLabel: world.labels[1] as string,
    deploy: (release, inputs) => world.deploy(release, { ...commands, ...inputs }, { timeout: 240_000 }),
    async [Symbol.asyncDispose]() {
      await frail[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

/** What is little goes without rsync. */
const fitFor = ({ world }: Ordeal, wire: Wire) =>
  world.write(wire === 'rsync' ? bulk(10, 300_000) : { 'index.html': 'two' })

async function meet(moment: Moment, mishap: Mishap, ordeal: Ordeal): Promise<ActionResult> {
  const { frail } = ordeal
  await fitFor(ordeal, moment.wire)
  if (mishap === 'a step fails') {
    // Nobody minds when df fails; the lock is another matter.
    await frail.trip(moment.wire === 'readlink' ? 'flock' : moment.wire, 'fail', moment.after)
    return ordeal.deploy('two')
  }
  await frail.trip(moment.wire, 'hold', moment.after)
  const running = ordeal.deploy('two')
  await Promise.race([frail.held(), running.then(({ log }) => expect.unreachable(log))])
  if (mishap === 'the host dies') await frail.die()
  else frail.hang()
  await frail.goOn()
  return running
}

const eventsOf = async (place: Place) => (await place.events()).slice(2).map(({ event }) => event)

/** What one host is left with. */
async function expectLeft(place: Place, left: Moment['left']): Promise<void> {
  const releases = await place.releases()
  switch (left) {
    case 'nothing':
      expect(await place.serves()).toBe('one')
      expect(releases).toEqual(['one', 'zero'])
      expect(await eventsOf(place)).toEqual([])
      return
    case 'not switched':
      expect(await place.serves()).toBe('one')
      expect((await place.events()).slice(2)).toMatchObject([
        { event: 'failed', to: 'two', outcome: 'not switched' },
      ])
      // One that was still uploading when another failed was stopped.
      if (!releases.includes('two')) return
      expect((await place.record('two')).deploy).toMatchObject({
        state: 'failed',
        reason: expect.any(String),
        activations: [],
      })
      expect(JSON.parse(await place.read('.releases/records/two.json'))).toMatchObject({ release: 'two' })
      return
    case 'reverted':
      expect(await place.serves()).toBe('one')
      expect(releases).toEqual(['one', 'two', 'zero'])
      expect((await place.record('two')).deploy).toMatchObject({
        state: 'failed',
        reason: expect.any(String),
        activations: [],
      })
      expect((await place.record('one')).deploy.state).toBe('live')
      expect((await place.events()).at(-1)).toMatchObject({ event: 'reverted', from: 'two', to: 'one' })
      return
    case 'stands':
      expect(await place.serves()).toBe('two')
      expect(releases).toEqual(['one', 'two'])
      expect((await place.record('two')).deploy.state).toBe('live')
      expect(await eventsOf(place)).toEqual(['deploy', 'prune'])
  }
}

/** Nobody holds the lock: at once where the session saw its end, else when its lease is over. */
async function expectFree(place: Place, seconds: number): Promise<void> {
  const free = () =>
    program('flock', ['-n', `${place.root}/.releases/lock`, 'true']).then(
      () => true,
      () => false,
    )
  await until(free, `the lock of ${place.root} is free`, seconds)
}

function byHand({ annotations }: ActionResult): string | undefined {
  const text = annotations.map(({ message }) => message).join('\n')
  return /By hand, on the host: (.+)/.exec(text)?.[1]
}

async function expectOutcome(moment: Moment, mishap: Mishap, ordeal: Ordeal, done: ActionResult) {
  const { bad, badLabel, good } = ordeal
  const { code, log, outputs, result, annotations } = done
  const [one, two, three] = result.hosts
  if (moment.left === 'stands') {
    expect(code, log).toBe(0)
    expect(outputs).toMatchObject({ status: 'deployed', release: 'two', previous_release: 'one' })
    const warning = annotations.find(
      ({ level, message }) => level === 'warning' && /not cleaned up/.test(message),
    )
    expect(`${warning?.title} ${warning?.message}`, log).toContain(badLabel)
    for (const place of good) await expectLeft(place, 'stands')
    expect(await bad.serves()).toBe('two')
    expect((await bad.record('two')).deploy.state).toBe('live')
    expect(await eventsOf(bad)).toContain('deploy')
    return
  }
  expect(code, log).toBe(1)
  expect(log).toMatch(new RegExp(`${badLabel.replaceAll('.', '\\.')}.*, ${moment.phase}: `))
  expect(outputs.release).toBe('')
  expect(two).toMatchObject({ host: badLabel, error: expect.any(String) })
  for (const place of good) await expectLeft(place, moment.left)
  if (moment.left !== 'reverted') {
    expect(outputs.status).toBe('failed')
    // What one serves that was lost in the first look was never told.
    const seen = moment.left === 'nothing' ? null : 'one'
    expect(result.hosts).toMatchObject(['one', seen, 'one'].map((release) => ({ status: 'failed', release })))
    expect(log).toContain(
      moment.left === 'nothing' ? 'Nothing was changed on any host.' : 'No host was switched.',
    )
    if (mishap === 'a step fails') return expectLeft(bad, moment.left)
    expect(await bad.serves()).toBe('one')
    expect(await eventsOf(bad)).toEqual([])
    return
  }
  for (const host of [one, three]) expect(host).toMatchObject({ status: 'reverted', release: 'one' })
  if (mishap === 'a step fails') {
    expect(outputs.status).toBe('reverted')
    expect(two).toMatchObject({ status: 'reverted', release: 'one' })
    expect(byHand(done)).toBeUndefined()
    return expectLeft(bad, 'reverted')
  }
  // Nobody knows what it serves, so nobody says so; what is to be done there is said.
  expect(outputs.status).toBe('failed')
  expect(two).toMatchObject({ status: 'failed', release: null })
  expect(await bad.serves()).toBe(moment.switched || mishap === 'the host hangs' ? 'two' : 'one')
  const command = byHand(done)
  expect(command, log).toBeDefined()
  await program('sh', ['-c', command as string], { cwd: '/' })
  expect(await bad.serves()).toBe('one')
  expect(await bad.linkText()).toBe('releases/one')
  // It does no harm where it has nothing to do.
  await program('sh', ['-c', command as string], { cwd: '/' })
  expect(await bad.serves()).toBe('one')
}

const rows = (['a step fails', 'the host dies', 'the host hangs'] as const).flatMap((mishap) =>
  moments
    .filter(({ mishaps = [mishap] }) => mishaps.includes(mishap))
    .map((moment) => ({ mishap, moment, row: `${moment.at}: ${mishap}` })),
)
// The long ones first.
rows.reverse()

describe.concurrent('of three hosts, one, in', () => {
  test.each(rows)('$row', async ({ mishap, moment }) => {
    await using ordeal = await openOrdeal()
    const { world, frail, good, bad } = ordeal

    const done = await meet(moment, mishap, ordeal)

    if (mishap === 'the host hangs') expect(done.seconds, done.log).toBeLessThan(90)
    await expectOutcome(moment, mishap, ordeal, done)
    for (const place of good) await expectFree(place, 5)
    await expectFree(bad, mishap === 'the host hangs' ? 45 : 5)

    await frail.mend()
    const next = await ordeal.deploy('three')
    expect(next.code, next.log).toBe(0)
    expect(await world.serving()).toEqual(['three', 'three', 'three'])
    for (const place of world.places) {
      expect(await place.releases()).toEqual(expect.arrayContaining(['three']))
      expect(await place.releases()).toHaveLength(2)
    }
    await world.expectSound()
  })
})

/** Deploys `two`, and cuts the connections of the frail host at the wire; new ones work. */
async function cutAt(ordeal: Ordeal, how: 'end' | 'reset' | 'unheard', wire: Wire, after?: readonly Wire[]) {
  const { frail } = ordeal
  await fitFor(ordeal, wire)
  await frail.trip(wire, 'hold', after)
  const running = ordeal.deploy('two', { lock_timeout: '0' })
  await Promise.race([frail.held(), running.then(({ log }) => expect.unreachable(log))])
  frail.cut(how)
  await frail.goOn()
  return running
}

describe.concurrent('a connection that is cut for a moment', () => {
  test.each([
    { how: 'reset', wire: 'mv', after: ['pre'], name: 'before the rename' },
    { how: 'end', wire: 'rmdir', after: ['pre'], name: 'after the rename' },
    { how: 'unheard', wire: 'rmdir', after: ['pre'], name: 'after the rename, and the host has not noticed' },
    { how: 'unheard', wire: 'post', name: 'in post_deploy_command, and the host has not noticed' },
  ] as const)('$name: all hosts are put back by a new one', async ({ how, wire, ...row }) => {
    await using ordeal = await openOrdeal()
    const done = await cutAt(ordeal, how, wire, 'after' in row ? row.after : undefined)
    const { code, outputs, result, log } = done
    expect(code, log).toBe(1)
    expect(outputs.status, log).toBe('reverted')
    expect(byHand(done)).toBeUndefined()
    expect(await ordeal.world.serving()).toEqual(['one', 'one', 'one'])
    for (const host of result.hosts) expect(host).toMatchObject({ status: 'reverted', release: 'one' })
    for (const place of ordeal.world.places) await expectFree(place, 45)
    await ordeal.frail.mend()
    expect((await ordeal.deploy('three')).code).toBe(0)
    await ordeal.world.expectSound()
  })

  test.each([
    ['rsync', 'reset'],
    ['rsync', 'unheard'],
    ['tar', 'reset'],
    ['tar', 'unheard'],
  ] as const)('in the upload (%s, %s): it goes on', async (wire, how) => {
    await using ordeal = await openOrdeal()
    const { code, outputs, result, log } = await cutAt(ordeal, how, wire)
    expect(code, log).toBe(0)
    expect(outputs.status).toBe('deployed')
    expect(result.hosts[1]).toMatchObject({ connections: 2, status: 'deployed' })
    expect(await ordeal.world.serving()).toEqual(['two', 'two', 'two'])
    await ordeal.world.expectSound()
  })
})

test.concurrent('after the failure each hook is tried, whatever became of the one before', async () => {
  await using world = await openWorld(['local', 'local'])
  const hooks = [
    { at: 'after failed', name: 'sweep', run: 'exit 3' },
    { at: 'after failed', name: 'tell', on: 'runner', run: `echo told >>'${world.dir}/told'` },
  ]
  const { way } = await workspace(world, JSON.stringify({ hooks }))
  const { code, log, annotations } = await world.deploy('one', { pre_symlink_command: 'exit 4' }, way)
  expect(code, log).toBe(1)
  expect(await readFile(join(world.dir, 'told'), 'utf8')).toBe('told\n')
  expect(annotations.map(({ message }) => message).join('\n')).toContain('sweep failed with exit code 3')
  expect(log).toContain('pre_symlink_command failed with exit code 4')
})
