import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers, until, type World } from '../scenarios/world.ts'
import { openWorkplace, type Task, type Workplace } from './act.ts'

let servers: Servers
let world: World
let workplace: Workplace

beforeAll(async () => {
  servers = await startServers(1)
  world = await openWorld([servers.one, servers.one])
  const { ssh_private_key: key = '', ssh_known_hosts: known = '', hosts = '' } = world.inputs
  workplace = await openWorkplace(
    { SSH_PRIVATE_KEY: key },
    { HOSTS: hosts, REMOTE_DIR: world.place.root, SSH_KNOWN_HOSTS: known, GATE: 'true' },
  )
})
afterAll(async () => {
  await workplace[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
  await servers[Symbol.asyncDispose]()
})

async function works(event: string, workflow: string, task: Task = {}): Promise<string> {
  const { code, log } = await workplace.run(event, workflow, task)
  expect(code, log).toBe(0)
  return log
}

/** What a host serves: the same on all of them. */
async function served(): Promise<string> {
  const [first, ...others] = await world.serving()
  for (const other of others) expect(other).toBe(first)
  return first as string
}

test('a push deploys, and a later job has its outputs', async () => {
  const log = await works('push', 'deploy.yml')
  const release = await served()
  expect(log).toContain('said status=deployed hosts=deployed')
  expect(log).toContain(`said release=${release}`)
  expect(await readFile(join(world.place.link, 'index.html'), 'utf8')).toMatch(/^[0-9a-f]{40}\n$/)
  // act has no service that would mask it: it must not be printed in the first place.
  expect(log).not.toContain(servers.one.privateKey.split('\n')[1])
})

test('by hand, list shows and rollback goes back', async () => {
  const first = await served()
  await works('push', 'deploy.yml')
  const second = await served()
  expect(second).not.toBe(first)
  const listed = await works('workflow_dispatch', 'rollback.yml', { inputs: { mode: 'list' } })
  expect(listed).toContain(`said status=listed newest=${second}`)
  expect(await served()).toBe(second)
  await works('workflow_dispatch', 'rollback.yml', { inputs: { mode: 'rollback' } })
  expect(await served()).toBe(first)
  await works('workflow_dispatch', 'rollback.yml', { inputs: { mode: 'rollback', release: second } })
  expect(await served()).toBe(second)
})

test('stage and publish over a matrix from an output', async () => {
  await works('workflow_dispatch', 'staged.yml')
  expect(await served()).toBe('staged-1')
  await world.expectSound()
})

test('a failure fails the job, with one annotation and nothing switched', async () => {
  const before = await served()
  const { code, log } = await workplace.run('push', 'deploy.yml', { vars: { GATE: 'echo no; exit 3' } })
  expect(code).not.toBe(0)
  expect(log).toContain('pre_symlink_command failed with exit code 3')
  expect(log).toContain('docs/troubleshooting.md#failed-with-exit-code')
  expect(log.match(/::error /g)).toHaveLength(1)
  expect(log).not.toContain('said status=failed')
  expect(log).toContain('Success - Post org/releases-deploy@v1')
  expect(await served()).toBe(before)
})

test('a job that is cancelled leaves no lock and nothing switched', async () => {
  const before = await served()
  const { child, done, log } = workplace.start('push', 'deploy.yml', {
    vars: { GATE: 'echo at the gate; sleep 60' },
  })
  await until(() => log().includes('at the gate\n'), 'the deploy is at its gate', 60)
  child.kill('SIGINT')
  expect((await done).code).not.toBe(0)
  expect(await served()).toBe(before)
  await works('push', 'deploy.yml')
  expect(await served()).not.toBe(before)
  await world.expectSound()
})
