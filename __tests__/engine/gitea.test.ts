import { expect, test } from 'vitest'
import { openSite } from './site.ts'
import type { Engine } from './workplace.ts'

/** @param instance the server that the workflows think they are of. */
const gitea =
  (instance: string): Engine =>
  ({ event, workflow, payload, actions, secrets, vars, env }) => [
    'exec',
    ...['--image', '-self-hosted', '--event', event, '--workflows', workflow, '--eventpath', payload],
    ...['--default-actions-url', actions, '--gitea-instance', instance],
    ...['--artifact-server-addr', '127.0.0.1', '--artifact-server-port', '0'],
    ...secrets.flatMap((name) => ['--secret', name]),
    ...vars.flatMap((pair) => ['--var', pair]),
    ...env.flatMap((pair) => ['--env', pair]),
  ]

test('a push deploys, and a later job has its outputs', async () => {
  await using site = await openSite(gitea('gitea.example.com'))
  const log = await site.works('push', 'deploy.yml')
  expect(log).toContain('said status=deployed hosts=deployed')
  expect(log).toContain(`said release=${await site.served()}`)
  expect(await site.read('index.html')).toMatch(/^[0-9a-f]{40}\n$/)
  expect(log).not.toContain(site.privateKey.split('\n')[1])
})

// This runner has a cache of its own. A client speaks version 2 of its protocol where the server looks like GitHub's.
test.each([
  ['version 2', 'http://gitea.localhost'],
  ['version 1', 'gitea.example.com'],
])('a release that no host has any more comes back from its cache, %s', async (version, instance) => {
  await using site = await openSite(gitea(instance))
  const run = (mode: string, name: string) =>
    site.works('push', 'kept.yml', { vars: { MODE: mode, NAME: name, CACHE: version } })
  for (const name of ['one', 'two', 'three'])
    expect(await run('deploy', name)).toContain('the artifact is in the Actions cache')
  expect(await site.world.place.releases()).not.toContain('one')
  await run('rollback', 'one')
  expect(await site.served()).toBe('one')
  expect(await site.read('index.html')).toBe('one\n')
  await site.world.expectSound()
})
