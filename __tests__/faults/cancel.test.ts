// F6: SIGINT and SIGTERM in each phase; a job that ends badly leaves `post` something to do, which never fails it.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { slowSync, toolbox } from '../scenarios/toolbox.ts'
import { bulk, openWorld, type Servers, startServers, until, type World } from '../scenarios/world.ts'
import { runPost } from '../servers/action.ts'
import { figure, soak } from './measure.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** From SIGINT to SIGKILL the runner waits 10 s; it must be over before. */
const PATIENCE = 9500

interface Stage {
  readonly at: string
  readonly inputs: (world: World) => Readonly<Record<string, string>>
  /** A line of the log, or what is seen on the hosts, that says that it is there. */
  readonly reached: RegExp | ((world: World) => Promise<boolean>)
  /** How the run may end; what it says is checked against the hosts. */
  readonly ends: readonly string[]
}

const wait = (text: string) => `[ "$RELEASE_NAME" = one ] || { echo "${text}"; sleep 300; }`
const stages: readonly Stage[] = [
  {
    at: 'a hook of starting',
    inputs: () => ({}),
    reached: /after starting runs/,
    ends: ['failed'],
  },
  {
    at: 'the upload',
    inputs: () => ({ rsync_flags: '--no-compress --bwlimit=300' }),
    reached: async (world) =>
      (await Promise.all(world.places.map((each) => each.arrived('two')))).every(Boolean),
    ends: ['failed'],
  },
  {
    at: 'the gate',
    inputs: () => ({ pre_symlink_command: wait('gate runs') }),
    reached: /gate runs[\s\S]*gate runs/,
    ends: ['failed'],
  },
  {
    at: 'post_deploy_command',
    inputs: () => ({ post_deploy_command: wait('post runs') }),
    reached: /post runs[\s\S]*post runs/,
    ends: ['reverted'],
  },
  {
    at: 'the health check',
    inputs: () => ({
      health_check_command: `: >"$REMOTE_DIR/checking"; ${wait('check runs')}`,
      health_check_attempts: '1',
    }),
    // What a check prints is shown when it fails.
    reached: async (world) => world.places.every(({ root }) => existsSync(join(root, 'checking'))),
    ends: ['reverted'],
  },
]

const hooks = (at: string) =>
  at === 'a hook of starting'
    ? JSON.stringify({
        hooks: [{ at: 'after starting', name: 'slow', run: 'echo "after starting runs"; sleep 300' }],
      })
    : '{}'

// The scenarios send SIGINT in upload, gate and post_deploy_command.
const elsewhere = ['the upload', 'the gate', 'post_deploy_command']
const rows = stages.flatMap((stage) =>
  (['SIGINT', 'SIGTERM'] as const)
    .filter((signal) => soak || elsewhere.includes(stage.at) === (signal === 'SIGTERM'))
    .map((signal) => ({ ...stage, signal, row: `${signal} in ${stage.at}` })),
)

describe.concurrent('cancelled', () => {
  test.each(rows)('$row', async ({ at, inputs, reached, ends, signal }) => {
    await using world = await openWorld(servers.all)
    await world.deployed('one')
    await world.write(bulk(60, 40_000))
    const cwd = join(world.dir, 'workspace')
    await mkdir(join(cwd, '.github'), { recursive: true })
    await writeFile(join(cwd, '.github/releases.yml'), hooks(at))
    const run = await world.start(
      { mode: 'deploy', local_dir: world.build, release_name: 'two', ...inputs(world) },
      { cwd },
    )
    if (reached instanceof RegExp) await run.saw(reached, 60_000)
    else await until(() => reached(world), `${at} is reached`, 60)

    const began = performance.now()
    run.kill(signal)
    const { code, outputs, log, result } = await run.done
    expect(performance.now() - began, log).toBeLessThan(PATIENCE)
    expect(code, log).toBe(1)
    expect(ends, log).toContain(outputs.status)
    expect(log).toContain('the run was cancelled')
    expect(result.hosts.map(({ release }: { release: string }) => release)).toEqual(['one', 'one'])
    expect(await world.serving()).toEqual(['one', 'one'])
    for (const place of world.places) {
      await until(async () => (await place.processes()).length === 0, 'nothing of it runs on the host', 10)
    }
    await world.expectSound({ leftovers: true })
    await world.deployed('three', { lock_timeout: '0' })
    await world.expectSound()
    figure(`cancelled: ${signal} in ${at}`, { tried: 1, violations: 0 })
  })

  test('SIGINT while it connects to a host that says nothing', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening))
    const { port } = silent.address() as { port: number }
    await using world = await openWorld([servers.one, { ...servers.one, port }])
    const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'one' })
    await run.saw(/connect, lock and look/, 60_000)
    await new Promise((pass) => setTimeout(pass, 1500))
    const began = performance.now()
    run.kill('SIGINT')
    const { code, log } = await run.done
    silent.close()
    expect(performance.now() - began, log).toBeLessThan(PATIENCE)
    expect(code).toBe(1)
    expect(log).toContain('Nothing was changed on any host.')
    expect(await world.places[0]?.linkText()).toBeNull()
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s while it cleans up: the deploy stands, and says so',
    async (signal) => {
      await using local = await openWorld(['local'])
      await using tools = await toolbox({ fakes: slowSync(local.dir, 2) })
      await using slow = await startServers(1, { config: [tools.path] })
      await using world = await openWorld([slow.one], { inputs: { release_count: '1' } })
      for (const release of ['zero', 'one']) await world.deployed(release)
      const run = await world.start({
        mode: 'deploy',
        local_dir: world.build,
        release_name: 'two',
        post_deploy_command: `: >'${local.dir}/slow'`,
      })
      await until(() => existsSync(join(local.dir, 'reached')), 'it cleans up')
      const began = performance.now()
      run.kill(signal)
      const { code, outputs, log } = await run.done
      expect(performance.now() - began, log).toBeLessThan(PATIENCE)
      expect(code, log).toBe(0)
      expect(outputs).toMatchObject({ status: 'deployed', release: 'two' })
      expect(await world.serving()).toEqual(['two'])
      await rm(join(local.dir, 'slow'))
      await world.deployed('three', { lock_timeout: '10' })
      await world.expectSound()
    },
  )
})

describe('post', () => {
  const states: readonly [string, (dir: string) => Promise<string>][] = [
    ['nothing', async () => ''],
    ['a directory that is gone', async (dir) => join(dir, 'releases-gone')],
    [
      'a file',
      async (dir) => {
        await writeFile(join(dir, 'releases-file'), 'x')
        return join(dir, 'releases-file')
      },
    ],
    [
      'a link to what is not its own',
      async (dir) => {
        await symlink(join(dir, 'precious'), join(dir, 'releases-link'))
        return join(dir, 'releases-link')
      },
    ],
    ['a directory of another name', async (dir) => join(dir, 'precious')],
    ['no path at all', async () => 'releases-\n\u0000'],
  ]

  test.each(states)(
    'never fails the job, and removes nothing but its own: the state is %s',
    async (_, make) => {
      const dir = await mkdtemp(join(tmpdir(), 'post-'))
      await mkdir(join(dir, 'precious'))
      await writeFile(join(dir, 'precious/file'), 'x')
      const socket = await make(dir)
      const env = socket.includes('\u0000') ? 'releases-\n' : socket
      const { code, log } = await runPost({ state: env === '' ? {} : { socket: env } })
      expect(code, log).toBe(0)
      expect(await readdir(join(dir, 'precious'))).toEqual(['file'])
      await rm(dir, { recursive: true })
    },
  )
})
