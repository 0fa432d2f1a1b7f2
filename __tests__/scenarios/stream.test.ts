// A host that is far away and has nothing yet gets all of it as one stream; whatever comes between, it has the right bytes in the end.

import { randomBytes } from 'node:crypto'
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startDelayProxy } from '../../bench/delay_proxy.ts'
import { startCutProxy } from '../servers/cut_proxy.ts'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { bulk, openWorld, program, startServers, until } from './world.ts'

const { stdout: found } = await program('sh', ['-c', 'command -v zstd'])
const ZSTD = found.trim()

/** A world some milliseconds away, whose host has other tools. */
async function farAway(
  tools: { without?: readonly string[]; fakes?: Record<string, string> } = {},
  { roundTrip = 10, maxSessions = 10 } = {},
) {
  await using stack = new AsyncDisposableStack()
  const box = stack.use(await toolbox(tools))
  const { one } = stack.use(await startServers(1, { config: [box.path], maxSessions }))
  const wire = stack.use(await startDelayProxy({ port: one.port, roundTrip }))
  const cutter = stack.use(await startCutProxy(wire.port))
  const { port } = cutter
  const knownHosts = one.hostPublicKeys.map((key) => `[127.0.0.1]:${port} ${key}\n`).join('')
  const world = stack.use(await openWorld([{ ...one, port, knownHosts }]))
  const kept = stack.move()
  return { world, cutter, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

type Far = Awaited<ReturnType<typeof farAway>>

/** A build with all that a release may hold. */
async function build({ world }: Far) {
  await world.write({
    'index.html': 'hello\n',
    'a b/-c': 'text',
    'bin/run': '#!/bin/sh\n',
    ...bulk(30, 40_000),
  })
  const at = (path: string) => join(world.build, path)
  await chmod(at('bin/run'), 0o750)
  await chmod(at('bin'), 0o2711)
  await mkdir(at('empty'))
  await symlink('../index.html', at('bin/link'))
}

const placed = ({ world }: Far, release: string) => readTree(join(world.place.root, 'releases', release))

const streams = /"stream":true/

test.concurrent('the first deploy is a stream, and the next one shares what has not changed', async () => {
  await using far = await farAway()
  const { world } = far
  await build(far)
  const { log, result } = await world.deployed('one')
  expect(log).toMatch(streams)
  expect(log).toMatch(/all are there and proven whole/)
  const files = Object.keys(await readTree(world.build)).length
  expect(result.hosts[0]).toMatchObject({ files_changed: expect.any(Number) })
  expect(result.hosts[0].files_changed).toBeLessThan(files)
  expect(result.hosts[0].bytes_sent).toBeGreaterThan(500_000)
  expect(await placed(far, 'one')).toEqual(await readTree(world.build))

  await world.write({ 'index.html': 'changed\n' })
  const next = await world.deployed('two')
  expect(next.result.hosts[0].bytes_sent).toBeLessThan(100_000)
  expect(await placed(far, 'two')).toEqual(await readTree(world.build))
  await world.expectSound()
})

test.concurrent.each([
  ['zstd fails', { zstd: 'exit 1' }],
  ['zstd ends early', { zstd: 'head -c 1000; exit 0' }],
  [
    'tar does not know how',
    {
      tar: 'case "$*" in --version) echo "tar (GNU tar) 1.20"; exit;; esac\necho "tar: invalid option" >&2; exit 2',
    },
  ],
] as const)('where the host says that it can, but its %s, rsync does it', async (_, fakes) => {
  await using far = await farAway({ fakes })
  await build(far)
  const { log } = await far.world.deployed('one')
  expect(log).toMatch(/the artifact did not get there in one piece.*another try, with less asked of it/s)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})

test.concurrent.each([[['zstd']], [['tar']]])('a host without %s is not asked for it', async (without) => {
  await using far = await farAway({ without })
  await build(far)
  const { code, log } = await far.world.deploy('one')
  expect(log).not.toMatch(streams)
  expect(log).not.toMatch(/another try/)
  if (without[0] === 'zstd') expect(code, log).toBe(0)
})

test.concurrent('one whose tar is killed is sent again by rsync', async () => {
  await using far = await farAway({ fakes: { zstd: `sleep 3; exec ${ZSTD} "$@"` } })
  const { world } = far
  await build(far)
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'one' })
  const unpacking = async () => (await world.place.processes()).filter((line) => /^\d+ tar -I/.test(line))
  await until(async () => (await unpacking()).length > 0, 'the host unpacks', 30)
  for (const line of await unpacking()) process.kill(Number.parseInt(line, 10), 'SIGKILL')
  const { code, log } = await run.done
  expect(code, log).toBe(0)
  expect(log).toMatch(/another try, with less asked of it/)
  expect(await placed(far, 'one')).toEqual(await readTree(world.build))
  await world.expectSound()
})

test.concurrent.each([60_000, 200_000, 500_000])(
  'one whose connection is lost after %s bytes is gone on with by rsync',
  async (bytes) => {
    await using far = await farAway()
    const { world, cutter } = far
    await build(far)
    cutter.after(bytes, 'reset')
    const { code, log } = await world.deploy('one')
    expect(code, log).toBe(0)
    expect(log).toMatch(streams)
    expect(log).toMatch(/the upload broke off; try 2 of 4 goes on from what arrived/)
    expect(await placed(far, 'one')).toEqual(await readTree(world.build))
    await world.expectSound()
  },
)

/** Far enough that the windows hold up what a machine like this one sends, and enough for them to do so. */
const WIDE = { roundTrip: 300 }
const LARGE = 36_000_000

async function buildLarge(far: Far) {
  await build(far)
  for (const name of ['one', 'two']) await writeFile(join(far.world.build, name), randomBytes(LARGE / 2))
}

test.concurrent('what is large and far goes by several channels', async () => {
  await using far = await farAway({}, WIDE)
  await buildLarge(far)
  const run = await far.world.start({ mode: 'deploy', local_dir: far.world.build, release_name: 'one' })
  const lanes = async () => (await far.world.place.processes()).filter((line) => /^\d+ cat$/.test(line))
  await until(async () => (await lanes()).length > 0, 'a lane is open', 30)
  const { code, log } = await run.done
  expect(code, log).toBe(0)
  expect(log).not.toMatch(/another try|try \d of/)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})

test.concurrent('when a lane of it is killed, rsync does it', async () => {
  await using far = await farAway({}, WIDE)
  await buildLarge(far)
  const run = await far.world.start({ mode: 'deploy', local_dir: far.world.build, release_name: 'one' })
  const lanes = async () => (await far.world.place.processes()).filter((line) => /^\d+ cat$/.test(line))
  await until(async () => (await lanes()).length > 0, 'a lane is open', 30)
  for (const line of await lanes()) process.kill(Number.parseInt(line, 10), 'SIGKILL')
  const { code, log } = await run.done
  expect(code, log).toBe(0)
  expect(log).toMatch(/the artifact did not get there in one piece.*another try, with less asked of it/s)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})

test.concurrent.each([3, 4])(
  'a server that allows %s channels is asked for no other connection',
  async (channels) => {
    await using far = await farAway({}, { ...WIDE, maxSessions: channels })
    await buildLarge(far)
    const { result } = await far.world.deployed('one')
    expect(result.hosts[0].connections).toBe(1)
    expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
    await far.world.expectSound()
  },
)

test.concurrent('one by several channels that is cut off is gone on with by rsync', async () => {
  await using far = await farAway({}, WIDE)
  await buildLarge(far)
  far.cutter.after(LARGE * 0.8, 'reset')
  const { code, log } = await far.world.deploy('one')
  expect(code, log).toBe(0)
  expect(log).toMatch(/the upload broke off; try 2 of 4 goes on from what arrived/)
  expect(await placed(far, 'one')).toEqual(await readTree(far.world.build))
  await far.world.expectSound()
})
