// A host that is far away and has nothing yet gets all of it as one stream; whatever comes between, it has the right bytes in the end.

import { expect, test } from 'vitest'
import { build, farAway, placed } from './far.ts'
import { readTree } from './tree.ts'
import { bulk, program, until } from './world.ts'

const { stdout: found } = await program('sh', ['-c', 'command -v zstd; command -v rsync'])
const [ZSTD, RSYNC] = found.split('\n')

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
  await using far = await farAway({ fakes: { zstd: `sleep 10; exec ${ZSTD} "$@"` } })
  const { world } = far
  await build(far)
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'one' })
  const unpacking = async () => (await world.place.processes()).filter((line) => /^\d+ tar -I/.test(line))
  await until(async () => (await unpacking()).length > 0, 'the host unpacks', 60)
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

test.concurrent.each([
  ['whole', null],
  ['by rsync where the connection is lost on the way', 1_000_000],
])('what is new in a release goes as a stream, beside what the host has: %s', async (_, bytes) => {
  const none = `case "$*" in *--server*) exit 9;; esac; exec ${RSYNC} "$@"`
  await using far = await farAway(bytes === null ? { fakes: { rsync: none } } : {})
  const { world, cutter } = far
  await build(far)
  await world.deployed('one')
  await world.write({ 'index.html': 'changed\n', ...bulk(33, 90_000) })
  if (bytes !== null) cutter.after(bytes, 'reset')
  const { code, log } = await world.deploy('two')
  expect(code, log).toBe(0)
  if (bytes !== null) expect(log).toMatch(/the upload broke off; try 2 of 4 goes on from what arrived/)
  else expect(log).toMatch(/34 of \d+ files sent/)
  expect(await placed(far, 'two')).toEqual(await readTree(world.build))
  expect(await placed(far, 'one')).not.toEqual(await readTree(world.build))
  await world.expectSound()
})
