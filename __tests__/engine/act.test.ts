import { afterAll, beforeAll, expect, test } from 'vitest'
import { workflows } from '../docs/workflows.ts'
import { until } from '../scenarios/world.ts'
import { startCacheService } from '../servers/cache_service.ts'
import { openSite, type Site } from './site.ts'
import type { Engine } from './workplace.ts'

const act: Engine = ({ event, workflow, payload, actions, secrets, vars, env }) => [
  event,
  ...['--workflows', workflow, '--eventpath', payload],
  ...['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
  ...['--local-repository', `org/releases-deploy@v1=${actions}/org/releases-deploy`],
  ...secrets.flatMap((name) => ['--secret', name]),
  ...vars.flatMap((pair) => ['--var', pair]),
  ...env.flatMap((pair) => ['--env', pair]),
]

let site: Site

beforeAll(async () => {
  site = await openSite(act)
})
afterAll(() => site[Symbol.asyncDispose]())

test('a push deploys, and a later job has its outputs', async () => {
  const log = await site.works('push', 'deploy.yml')
  const release = await site.served()
  expect(log).toContain('said status=deployed hosts=deployed')
  expect(log).toContain(`said release=${release}`)
  expect(await site.read('index.html')).toMatch(/^[0-9a-f]{40}\n$/)
  // act has no service that would mask it: it must not be printed in the first place.
  expect(log).not.toContain(site.privateKey.split('\n')[1])
})

test('by hand, list shows and rollback goes back', async () => {
  const first = await site.served()
  await site.works('push', 'deploy.yml')
  const second = await site.served()
  expect(second).not.toBe(first)
  const listed = await site.works('workflow_dispatch', 'rollback.yml', { inputs: { mode: 'list' } })
  expect(listed).toContain(`said status=listed newest=${second}`)
  expect(await site.served()).toBe(second)
  await site.works('workflow_dispatch', 'rollback.yml', { inputs: { mode: 'rollback' } })
  expect(await site.served()).toBe(first)
  await site.works('workflow_dispatch', 'rollback.yml', { inputs: { mode: 'rollback', release: second } })
  expect(await site.served()).toBe(second)
})

test('stage and publish over a matrix from an output', async () => {
  await site.works('workflow_dispatch', 'staged.yml')
  expect(await site.served()).toBe('staged-1')
  await site.world.expectSound()
})

test('a failure fails the job, with one annotation and nothing switched', async () => {
  const before = await site.served()
  const { code, log } = await site.workplace.run('push', 'deploy.yml', { vars: { GATE: 'echo no; exit 3' } })
  expect(code).not.toBe(0)
  expect(log).toContain('pre_symlink_command failed with exit code 3')
  expect(log).toContain('docs/troubleshooting.md#failed-with-exit-code')
  expect(log.match(/::error /g)).toHaveLength(1)
  expect(log).not.toContain('said status=failed')
  expect(log).toContain('Success - Post org/releases-deploy@v1')
  expect(await site.served()).toBe(before)
})

test('a job that is cancelled leaves no lock and nothing switched', async () => {
  const before = await site.served()
  const { child, done, log } = await site.workplace.start('push', 'deploy.yml', {
    vars: { GATE: 'echo at the gate; sleep 60' },
  })
  await until(() => log().includes('at the gate\n'), 'the deploy is at its gate', 60)
  child.kill('SIGINT')
  const ended = await done
  expect(ended.code).not.toBe(0)
  expect(ended.log).toContain('Success - Post org/releases-deploy@v1')
  expect(await site.served()).toBe(before)
  await site.works('push', 'deploy.yml')
  expect(await site.served()).not.toBe(before)
  await site.world.expectSound()
})

test('a release that no host has any more comes back from the cache', async () => {
  await using service = await startCacheService()
  const { env } = service
  for (const release of ['one', 'two', 'three'])
    await site.works('push', 'kept.yml', { env, vars: { MODE: 'deploy', NAME: release } })
  expect(service.keys()).toHaveLength(3)
  expect(await site.world.place.releases()).not.toContain('one')
  await site.works('push', 'kept.yml', { env, vars: { MODE: 'rollback', NAME: 'one' } })
  expect(await site.served()).toBe('one')
  expect(await site.read('index.html')).toBe('one\n')
  await site.world.expectSound()
})

test('the two workflows of the README, as they stand there, lead to a deploy and a rollback', async () => {
  const [deploy, rollback] = workflows().filter(({ name }) => name.startsWith('README.md'))
  for (const [name, text = ''] of [
    ['readme-deploy.yml', deploy?.text],
    ['readme-rollback.yml', rollback?.text],
  ] as const) {
    // act does not know `queue` yet.
    await site.workplace.add(name, text.replace(/^ *queue: max\n/m, ''))
  }
  await site.works('push', 'readme-deploy.yml')
  const first = await site.served()
  expect(await site.read('index.html')).toBe('built\n')
  await site.works('push', 'readme-deploy.yml')
  expect(await site.served()).not.toBe(first)
  const inputs = { environment: 'production' }
  expect(await site.works('workflow_dispatch', 'readme-rollback.yml', { inputs })).toContain('Listed ')
  await site.works('workflow_dispatch', 'readme-rollback.yml', { inputs: { ...inputs, mode: 'rollback' } })
  expect(await site.served()).toBe(first)
})
