import { existsSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionResult, RunningAction } from '../servers/action.ts'
import { startSshd } from '../servers/sshd.ts'
import { slowSync, toolbox } from './toolbox.ts'
import { bulk, openWorld, program, type Servers, startServers, until, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** An upload that takes about ten seconds. */
const slow = { rsync_flags: '--no-compress --bwlimit=400' }
const large = bulk(80, 50_000)

const arrives = (world: World) =>
  until(
    async () =>
      (await Promise.all(world.places.map((place) => place.arrived('two')))).every((count) => count > 0),
    'files arrive on every host',
  )

/** What the runner has: SIGINT, SIGTERM 7.5 s later, and it kills after 2.5 s more; until then all must be in order. */
const PATIENCE = 10_000

/** Where hosts are slow by the test itself, beside all that runs at once here: five seconds of it are theirs already. */
const AT_LEISURE = 2 * PATIENCE

async function cancel(run: RunningAction, patience = PATIENCE): Promise<ActionResult> {
  run.kill('SIGINT')
  const timers = [
    setTimeout(() => run.kill('SIGTERM'), 0.75 * patience),
    setTimeout(() => run.killAll(), patience),
  ]
  const result = await run.done
  for (const timer of timers) clearTimeout(timer)
  expect(result.signal, result.log).toBeNull()
  return result
}

async function cancelled(run: RunningAction, patience?: number): Promise<ActionResult> {
  const result = await cancel(run, patience)
  expect(result.code, result.log).toBe(1)
  return result
}

const quiet = async (world: World) => {
  for (const place of world.places)
    await until(async () => (await place.processes()).length === 0, 'nothing of it runs on the host')
}

test.concurrent('a run cancelled while it uploads ends at once, changes nothing, and the next goes on from what arrived', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.write(large)
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'two', ...slow })
  await arrives(world)

  const { outputs, log } = await cancelled(run)
  expect(outputs.status).toBe('failed')
  expect(log).toContain('the run was cancelled')
  await quiet(world)
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.expectSound({ leftovers: true })

  const { result } = await world.deployed('two', { lock_timeout: '0' })
  for (const host of result.hosts) expect(host.files_changed).toBeLessThan(80)
  expect(await world.serving()).toEqual(['two', 'two'])
  await world.expectSound()
})

test.concurrent('a run cancelled in its gate stops the command and its children on every host', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: 'echo "gate runs"; (trap "" TERM INT HUP; sleep 300) & sleep 300; echo never',
  })
  await run.saw(/gate runs[\s\S]*gate runs/, 60_000)

  const { outputs } = await cancelled(run)
  expect(outputs.status).toBe('failed')
  await quiet(world)
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.expectSound({ leftovers: true })
  for (const place of world.places) {
    expect((await place.record('two')).deploy).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('cancelled'),
    })
    expect((await place.events()).at(-1)).toMatchObject({
      event: 'failed',
      to: 'two',
      outcome: 'not switched',
    })
  }

  await world.deployed('two', { lock_timeout: '0' })
  await world.expectSound()
})

test.concurrent('a run cancelled in post_deploy_command leaves the fleet whole: all hosts are back', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    post_deploy_command: '[ "$RELEASE_NAME" = one ] || { echo "post runs"; sleep 300; }',
  })
  await run.saw(/post runs[\s\S]*post runs/, 60_000)
  expect(await world.serving()).toEqual(['two', 'two'])

  const { outputs } = await cancelled(run)
  expect(outputs.status).toBe('reverted')
  await quiet(world)
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.expectSound({ leftovers: true })

  await world.deployed('three', { lock_timeout: '0' })
  await world.expectSound()
})

test.concurrent('a run cancelled while it switches never leaves half a fleet', async () => {
  await using local = await openWorld(['local'])
  await using tools = await toolbox({ fakes: slowSync(local.dir, 1) })
  await using slowServers = await startServers(2, { config: [tools.path] })
  await using world = await openWorld(slowServers.all)
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: `: >'${local.dir}/slow'`,
  })
  await until(() => existsSync(join(local.dir, 'reached')), 'the switch is under way')

  const { code, outputs, log } = await cancel(run, AT_LEISURE)
  expect(['deployed', 'reverted'], log).toContain(outputs.status)
  expect(code).toBe(outputs.status === 'deployed' ? 0 : 1)
  const release = outputs.status === 'deployed' ? 'two' : 'one'
  expect(await world.serving()).toEqual([release, release])
  await quiet(world)
  await rm(join(local.dir, 'slow'))
  await world.deployed('three', { lock_timeout: '0' })
  await world.expectSound()
})

test.concurrent('a run on one host that is cancelled while its release is placed does not switch', async () => {
  await using local = await openWorld(['local'])
  await using tools = await toolbox({ fakes: slowSync(local.dir, 1) })
  await using slowServers = await startServers(1, { config: [tools.path] })
  await using world = await openWorld(slowServers.all)
  await world.deployed('one')
  const before = await world.place.inode('current')
  await writeFile(join(local.dir, 'slow'), '')
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'two' })
  await until(() => existsSync(join(local.dir, 'reached')), 'the release is being placed')

  const { outputs, log } = await cancelled(run, AT_LEISURE)
  expect(outputs.status).toBe('failed')
  expect(log).toContain('No host was switched.')
  expect(await world.place.inode('current')).toBe(before)
  expect((await world.place.events()).filter(({ event }) => event === 'deploy')).toHaveLength(1)
  await quiet(world)
  await rm(join(local.dir, 'slow'))
  await world.deployed('three', { lock_timeout: '0' })
  await world.expectSound()
})

test.concurrent('with on_failure: keep, what a host serves is known also where the cancelled run had left it', async () => {
  await using local = await openWorld(['local'])
  const [slow, reached] = [join(local.dir, 'slow'), join(local.dir, 'reached')]
  const mv = `if [ -e '${slow}' ]; then case "$*" in *incoming/two*) rm '${slow}'; : >'${reached}'; sleep 8 ;; esac; fi; exec /bin/mv "$@"`
  await using tools = await toolbox({ fakes: { mv } })
  await using slowServers = await startServers(1, { config: [tools.path] })
  await using world = await openWorld(slowServers.all, { inputs: { on_failure: 'keep' } })
  await world.deployed('one')
  await writeFile(slow, '')
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'two' })
  await until(() => existsSync(reached), 'the release is being placed', 60)
  run.kill('SIGINT')
  const { result, log } = await run.done
  expect(result.hosts[0]).toMatchObject({ release: 'one' })
  expect(log).not.toContain('no release is known')
  expect((await world.place.events()).at(-1)).toMatchObject({ event: 'failed', outcome: 'kept' })
  expect(await world.serving()).toEqual(['one'])
})

test.concurrent('a run cancelled while it waits for a lock ends at once', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const holder = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: 'echo "gate runs"; sleep 300',
  })
  await holder.saw(/gate runs[\s\S]*gate runs/, 60_000)
  const waiting = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'three' })
  await waiting.saw(/waiting up to 300 s for the lock/, 60_000)

  await cancelled(waiting)
  await cancelled(holder)
  await quiet(world)
  expect(await world.serving()).toEqual(['one', 'one'])
  await world.deployed('four', { lock_timeout: '0' })
  await world.expectSound()
})

test.concurrent('after the runner dies in the upload, the next run works at once and goes on from what arrived', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  await world.write(large)
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'two', ...slow })
  await arrives(world)
  run.killAll()
  expect((await run.done).signal).toBe('SIGKILL')
  expect(await world.serving()).toEqual(['one', 'one'])

  const { result } = await world.deployed('three', { lock_timeout: '5' })
  for (const host of result.hosts) expect(host.files_changed).toBeLessThan(80)
  expect(await world.serving()).toEqual(['three', 'three'])
  await quiet(world)
  await world.expectSound()
})

test.concurrent('after the runner dies in the gate, its command is gone and the next run works at once', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: 'echo "gate runs"; sleep 300',
  })
  await run.saw(/gate runs[\s\S]*gate runs/, 60_000)
  run.killAll()
  await run.done

  await world.deployed('three', { lock_timeout: '5' })
  expect(await world.serving()).toEqual(['three', 'three'])
  await quiet(world)
  for (const place of world.places) expect(await place.releases()).toEqual(['one', 'three'])
  await world.expectSound()
})

test.concurrent('after the runner dies in post_deploy_command, list tells the truth and the next run works', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    post_deploy_command: 'echo "post runs"; sleep 300',
  })
  await run.saw(/post runs[\s\S]*post runs/, 60_000)
  run.killAll()
  await run.done

  await quiet(world)
  const { result } = await world.list()
  expect(result.releases[0]).toMatchObject({ release: 'two', state: 'live', current: world.labels })
  await world.expectSound({ leftovers: true })
  expect((await world.rollback({ lock_timeout: '5' })).outputs.release).toBe('one')
})

test.concurrent('on the runner itself, a cancelled command and its children stop too', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: 'echo "gate runs"; sleep 300 & sleep 300',
  })
  await run.saw(/gate runs/, 60_000)
  await cancelled(run)
  await quiet(world)
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound({ leftovers: true })
})

test.concurrent.each([
  ['list', 'readlink'],
  ['rollback', 'flock'],
])('a %s cancelled while a host hangs ends at once, and leaves nothing running there', async (mode, tool) => {
  await using box = await toolbox({ fakes: { [tool]: `exec sleep 7${mode.length}77` } })
  await using hanging = await startSshd({ config: [box.path] })
  await using world = await openWorld([hanging])
  await mkdir(join(world.place.root, 'releases/one'), { recursive: true })
  await symlink('releases/one', join(world.place.root, 'current'))
  const run = await world.start({ mode, remote_dir: world.place.root })
  const sleeps = async () =>
    (await program('ps', ['-A', '-o', 'args='])).stdout.includes(`sleep 7${mode.length}77`)
  await until(sleeps, 'the host hangs')
  const { log } = await cancelled(run)
  expect(log).toContain('the run was cancelled')
  expect(log).not.toContain('was lost')
  await until(async () => !(await sleeps()), 'the tool is gone', 60_000)
})

test.concurrent('a deploy cancelled while the disks of two hosts are slow waits for neither', async () => {
  await using marks = await openWorld(['local'])
  await using tools = await toolbox({ fakes: slowSync(marks.dir, 40) })
  await using world = await openWorld(['local', 'local'])
  await world.deployed('one')
  await writeFile(join(marks.dir, 'slow'), '')
  const inputs = { mode: 'deploy', local_dir: world.build, release_name: 'two' }
  const run = await world.start(inputs, { env: { PATH: tools.search } })
  await until(() => existsSync(join(marks.dir, 'reached')), 'a disk is slow', 60)
  const { log, outputs } = await cancelled(run, AT_LEISURE)
  expect(outputs.status).toBe('failed')
  expect(log).toContain('the run was cancelled')
  expect(await world.serving()).toEqual(['one', 'one'])
  await rm(join(marks.dir, 'slow'))
  await world.deployed('three', { lock_timeout: '90' })
  await world.expectSound()
})

test.concurrent('a check that is cancelled does not say that all is well', async () => {
  await using marks = await openWorld(['local'])
  await using tools = await toolbox({ fakes: slowSync(marks.dir, 40) })
  await using world = await openWorld(['local'])
  await world.deployed('one')
  await writeFile(join(marks.dir, 'slow'), '')
  const run = await world.start({ mode: 'check' }, { env: { PATH: tools.search } })
  await until(() => existsSync(join(marks.dir, 'reached')), 'a disk is slow', 60)
  const { log } = await cancelled(run, AT_LEISURE)
  expect(log).toContain('the run was cancelled')
  expect(log).not.toContain('ready to deploy')
})

test.concurrent.each(['deploy', 'check'])(
  'a %s cancelled while its artifact is still being listed ends at once',
  async (mode) => {
    await using world = await openWorld(['local'])
    await world.deployed('one')
    const listing = `: >'${world.dir}/reached'; exec sleep 60`
    const rsync = `case "$*" in *--version*) ;; *) ${listing} ;; esac\nPATH=$(echo "$PATH" | cut -d: -f2-) exec rsync "$@"`
    await using tools = await toolbox({ fakes: { rsync } })
    const inputs = { mode, local_dir: world.build, release_name: 'two' }
    const run = await world.start(inputs, { env: { PATH: tools.search } })
    await until(() => existsSync(join(world.dir, 'reached')), 'the artifact is read', 60)
    const { log } = await cancelled(run)
    expect(log).toContain('the run was cancelled')
    expect(log).not.toContain('Check found')
    expect(await world.serving()).toEqual(['one'])
  },
)
