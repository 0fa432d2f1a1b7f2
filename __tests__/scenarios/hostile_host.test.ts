import { mkdir, rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Channel, type LyingServer, startLyingServer } from '../servers/liar.ts'
import { readTree } from './tree.ts'
import { openWorld, type Servers, startServers, until, type World, writeFiles } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

interface Pair extends AsyncDisposable {
  readonly world: World
  readonly liar: LyingServer
}

/** An honest host that serves `two`, and beside it one that lies. A run that hangs is killed, and then has no exit code. */
async function openPair(lie: (channel: Channel) => void, served = ['two']): Promise<Pair> {
  const { publicKey, privateKey } = servers.one
  const liar = await startLyingServer({ publicKey, privateKey }, lie)
  const world = await openWorld([servers.one, liar], { inputs: { connect_timeout: '6' } })
  const honest = world.hosts().split('\n')[0] as string
  for (const release of served) await world.deployed(release, { hosts: honest, connect_timeout: '20' })
  return {
    world,
    liar,
    async [Symbol.asyncDispose]() {
      await liar[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

const noise = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251)).toString('latin1')

const mute: Readonly<Record<string, (channel: Channel) => void>> = {
  'sends garbage without an end': ({ forever }) => forever(noise),
  'sends one line without an end': ({ forever }) => forever('y'.repeat(1024 * 1024)),
  'lets one byte after another through': ({ stream }) => {
    const drip = setInterval(() => stream.write('.'), 100)
    stream.on('close', () => clearInterval(drip))
  },
}

test.concurrent.for(Object.entries(mute))(
  'a host that %s: with min_hosts the others are served as if it were not there',
  async ([, lie]) => {
    await using pair = await openPair(lie)
    const { world } = pair
    const { code, log, outputs } = await world.deploy('three', { min_hosts: '1' })
    expect(code, log).toBe(0)
    expect(outputs.status).toBe('deployed')
    expect(log).toContain('set aside, as min_hosts allows')
    expect(await world.serving()).toEqual(['three', null])
    await world.expectSound()
  },
)

test.concurrent('without min_hosts, a host that does not answer stops the run before anything is changed', async () => {
  for (const lie of [() => {}, ({ stream }: Channel) => void stream.end()]) {
    await using pair = await openPair(lie)
    const { world } = pair
    const before = await world.places[0]?.snapshot()
    const { code, log, result } = await world.deploy('three')
    expect(code, log).toBe(1)
    expect(result.hosts).toMatchObject([
      { status: 'failed', release: 'two' },
      { status: 'failed', error: expect.any(String) },
    ])
    // The session there still clears up when the run has ended.
    const left = async () => Object.keys((await world.places[0]?.snapshot()) ?? {})
    await until(
      async () => (await left()).every((path) => !path.includes('/offer.')),
      'what was prepared is gone',
    )
    expect(await left()).toEqual(Object.keys(before ?? {}))
    expect(await world.serving()).toEqual(['two', null])
  }
})

/** What a host tells that holds `two` and `one`, with `more` added. */
function tell({ say }: Channel, more: readonly string[] = []): void {
  const entry = (release: string, seq: number) =>
    JSON.stringify({
      release,
      deploy: {
        schema: 1,
        seq,
        state: 'live',
        created_at: '2026-11-21T18:43:58Z',
        activations: [seq],
        activated_at: [],
      },
    })
  const manifest = ['manifest present', `text [${entry('one', 1)},`, `text ${entry('two', 2)}]`]
  const disk = ['locked', 'root 2f', 'link 72656c65617365732f74776f', 'current two', 'dir one', 'dir two']
  for (const line of [
    ...disk,
    'rsync rsync  version 3.2.7',
    'space 99999999',
    'inodes 9 9',
    ...manifest,
    ...more,
  ])
    say(line)
}

test.concurrent('a host that has a manifest of a gigabyte stops the run before anything is touched', async () => {
  await using pair = await openPair((channel) => {
    if (channel.part !== 'session') return
    channel.say('hello')
    channel.onMessage((verb) => {
      if (verb !== 'open') return
      channel.say('manifest present')
      channel.forever(`${channel.mark} text ${'{"release":"x"},'.repeat(4096)}\n`)
    })
  })
  const { world } = pair
  const { code, log } = await world.run({ mode: 'prune', min_hosts: '1' })
  expect(code, log).toBe(1)
  expect(log).toContain('the host sent an answer without end')
  expect(await world.serving()).toEqual(['two', null])
  await world.expectSound()
})

test.concurrent('names with which a host would lead out of releases/ reach no command, no output and no other host', async () => {
  const verbs: string[] = []
  const names = ['../../etc', '..', '-rf', 'a/b', '/etc', '.hidden', 'x;reboot', '$(reboot)', '']
  const hostile = names.flatMap((name) => [
    ...['dir', 'record', 'incoming', 'current', 'kept', 'pruned', 'unfinished'].map(
      (key) => `${key} ${name}`,
    ),
    `leftover trash/${name}`,
    `text {"release":${JSON.stringify(name)},"deploy":{}}`,
  ])
  await using pair = await openPair((channel) => {
    if (channel.part !== 'session') return
    channel.say('hello')
    channel.onMessage((verb) => {
      verbs.push(verb)
      if (verb === 'open')
        tell(
          channel,
          hostile.filter((line) => !line.startsWith('text')),
        )
      channel.say('end 0')
    })
  })
  const { world } = pair
  const { log, outputs, summary } = await world.list()
  expect(outputs.releases, 'the host was listened to').toContain('"release":"one"')
  for (const name of names.filter((each) => each.length > 2)) {
    expect(outputs.releases).not.toContain(name)
    expect(log).not.toContain(name)
    expect(summary).not.toContain(name)
  }
  const pruned = await world.run({ mode: 'prune', release_count: '1' })
  expect(pruned.outputs.releases).not.toMatch(/etc|reboot/)
  expect(verbs).toContain('open')
  expect(await world.serving()).toEqual(['two', null])
  await world.expectSound()
})

test.concurrent('a host that goes away in the switch has the others put back as they were', async () => {
  await using pair = await openPair(
    (channel) => {
      if (channel.part !== 'session') return
      channel.say('hello')
      channel.onMessage((verb) => {
        if (verb === 'publish') {
          channel.stream.end()
          return
        }
        if (verb === 'open') tell(channel)
        if (verb === 'verify') channel.say('verified one known 0 0')
        channel.say('end 0')
      })
    },
    ['one', 'two'],
  )
  const { world } = pair
  const { code, outputs, result, log } = await world.rollback()
  expect(code, log).toBe(1)
  expect(outputs.status).toMatch(/failed|reverted/)
  expect(result.hosts[0]).toMatchObject({ status: 'reverted', release: 'two' })
  expect(await world.serving()).toEqual(['two', null])
  await world.expectSound()
})

const uploads: Readonly<Record<string, (channel: Channel) => void>> = {
  'answers rsync with garbage': ({ mark, stream, forever }) => {
    stream.write(`${mark}\n`)
    forever(noise)
  },
  'never comes to the upload for all it prints': ({ forever }) => forever(noise),
}

test.concurrent.for(Object.entries(uploads))(
  'a host that %s ends the run before anything is switched',
  async ([, lie]) => {
    await using pair = await openPair((channel) => {
      if (channel.part === 'upload') return lie(channel)
      channel.say('hello')
      channel.onMessage((verb) => {
        if (verb === 'open') tell(channel)
        channel.say('end 0')
      })
    })
    const { world } = pair
    const { code, log, result } = await world.deploy('three')
    expect(code, log).toBe(1)
    expect(result.hosts).toMatchObject([
      { release: 'two', error: null },
      { error: expect.stringContaining('upload') },
    ])
    expect(await world.serving()).toEqual(['two', null])
    await world.expectSound({ leftovers: true })
  },
)

/** What must outlive everything: a directory beside remote_dir with things in it that have the names of releases. */
async function precious(world: World): Promise<{ dir: string; untouched(): Promise<void> }> {
  const dir = join(world.dir, 'precious')
  await writeFiles(dir, {
    ...Object.fromEntries(['one', 'two', 'three', 'four'].map((name) => [`${name}/keep`, name])),
    keep: 'all of it',
  })
  const before = await readTree(dir, { identity: true })
  return { dir, untouched: async () => expect(await readTree(dir, { identity: true })).toEqual(before) }
}

test.concurrent('a releases directory that is swapped for a symlink while the run works is not followed', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two']) await world.deployed(release)
  const { dir, untouched } = await precious(world)
  const swap = `mv "$REMOTE_DIR/releases" "$REMOTE_DIR/away" && ln -s '${dir}' "$REMOTE_DIR/releases"`
  const before = await world.deploy('three', { release_count: '1', pre_symlink_command: swap })
  expect(before.code).toBe(1)
  expect(before.log).toContain('is a symlink')
  await untouched()

  const { root } = world.place
  const mend = async () => {
    await rename(join(root, 'releases'), join(root, 'link'))
    await rename(join(root, 'away'), join(root, 'releases'))
    await rename(join(root, 'link'), join(world.dir, `link-${Math.random()}`))
  }
  await mend()
  const after = await world.deploy('four', { release_count: '1', post_deploy_command: swap })
  expect(after.log).toMatch(/could not remove|is a symlink/)
  await untouched()
  await mend()
  await world.deployed('five', { release_count: '1' })
  await untouched()
  await world.expectSound()
})

test.concurrent('releases that are symlinks, under names that the manifest owns, are never followed', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const { dir, untouched } = await precious(world)
  const { root } = world.place
  await mkdir(join(root, 'away'))
  for (const release of ['one', 'two']) {
    await rename(join(root, 'releases', release), join(root, 'away', release))
    await symlink(join(dir, release), join(root, 'releases', release))
  }
  const back = await world.rollback({ on_rollback: 'remove' })
  expect(back.code, back.log).toBe(1)
  await world.deployed('four', { release_count: '1' })
  await world.run({ mode: 'repair' })
  await untouched()
  expect(await world.serving()).toEqual(['four'])
})
