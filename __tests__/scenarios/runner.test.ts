import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPost } from '../servers/action.ts'
import { openWorld, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('without the files for outputs and summary the run works, and prints no commands in their place', async () => {
  await using world = await openWorld([servers.one])
  const env = { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '', GITHUB_STATE: '', RUNNER_TEMP: '' }
  const { code, log } = await world.deploy('one', {}, { env })
  expect(code, log).toBe(0)
  expect(log).not.toMatch(/::(set-output|save-state)/)
  expect(await world.serving()).toEqual(['one'])
  const failed = await world.deploy('one', {}, { env })
  expect(failed.code).toBe(1)
})

test.concurrent('a home that cannot be written and a temporary directory with a very long name do no harm', async () => {
  await using world = await openWorld([servers.one])
  const home = join(world.dir, 'home')
  await mkdir(home)
  await chmod(home, 0o555)
  const long = join(world.dir, 'x'.repeat(120), 'y'.repeat(120))
  await mkdir(long, { recursive: true })
  const { code, log } = await world.deploy('one', {}, { env: { HOME: home, TMPDIR: long }, runnerTemp: long })
  expect(code, log).toBe(0)
})

test.concurrent('outside of GitHub, with hardly any environment, it works', async () => {
  await using world = await openWorld([servers.one])
  const names = ['ACTOR', 'REF', 'REPOSITORY', 'RUN_ATTEMPT', 'RUN_ID', 'SERVER_URL', 'SHA', 'WORKSPACE']
  const env = Object.fromEntries(names.map((name) => [`GITHUB_${name}`, '']))
  await world.deployed('one', {}, { env: { ...env, CI: '', GITHUB_ACTIONS: '', HOME: '' } })
  await world.deployed('two', {}, { env })
  expect((await world.rollback({}, { env })).code).toBe(0)
  const { deploy } = await world.place.record('one')
  expect(deploy.actor).toBeUndefined()
  await world.expectSound()
})

test.concurrent('all outputs are set when the run fails, at whatever point', async () => {
  await using world = await openWorld([servers.one])
  const names = ['hosts', 'previous_release', 'release', 'release_path', 'releases', 'result', 'status']
  for (const inputs of [
    { release_count: 'none' },
    { pre_symlink_command: 'exit 1' },
    { post_deploy_command: 'exit 1' },
    {
      ssh_known_hosts:
        'other ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl',
    },
  ] as Record<string, string>[]) {
    const { code, outputs, result } = await world.deploy(`r${Object.keys(inputs)[0]?.length}`, inputs)
    expect(code).toBe(1)
    expect(Object.keys(outputs).sort()).toEqual(names)
    expect(result.status).toBe(outputs.status)
    expect(JSON.parse(outputs.hosts as string)).toEqual(result.hosts)
  }
})

test.concurrent('what a killed step leaves on the runner is removed after the job', async () => {
  await using world = await openWorld([servers.one])
  const runnerTemp = join(world.dir, 'temp')
  await mkdir(runnerTemp)
  const env = { TMPDIR: runnerTemp }
  const run = await world.start(
    { mode: 'deploy', local_dir: world.build, pre_symlink_command: 'echo gate; sleep 300' },
    { runnerTemp, env },
  )
  await run.saw(/gate$/m, 60_000)
  run.killAll()
  const { left, state } = await run.done
  expect(left.length).toBeGreaterThan(0)
  const post = await runPost({ state, runnerTemp, env })
  expect(post.code).toBe(0)
  expect(post.left).toEqual([])
})
