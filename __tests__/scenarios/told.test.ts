// What a failed run says of each host is what is: what it served before, what is left there, and why it ended.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers } from './world.ts'

let servers: Servers
beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** Kills the sshd that the shell belongs to, and fails. */
const CUT = `p=$$
while [ "$p" -gt 1 ]; do
  read -r c </proc/$p/comm
  case $c in sshd*) kill -s KILL $p; break ;; esac
  p=$(awk '/^PPid/ { print $2 }' /proc/$p/status)
done
sleep 5
exit 1`

test.concurrent.each([
  ['revert', ['one', 'one'], [null, null]],
  ['keep', ['bad', 'bad'], ['one', 'one']],
] as const)(
  'a host that is reached anew after its switch still served before what it served (on_failure: %s)',
  async (on_failure, serving, previous) => {
    await using world = await openWorld([servers.one, servers.one])
    await world.deployed('one')
    const hook = 'echo "hook: $RELEASE_NAME, before $PREVIOUS_RELEASE"'
    await writeFile(join(world.dir, 'config.yml'), `hooks:\n  - { at: after failed, run: '${hook}' }\n`)
    const { code, log, result } = await world.deploy(
      'bad',
      {
        config: 'config.yml',
        on_failure,
        post_deploy_command: `if [ "$RELEASE_NAME" = bad ] && [ "\${REMOTE_DIR##*/}" = host2 ]; then ${CUT}; fi`,
      },
      { cwd: world.dir },
    )
    expect(code, log).toBe(1)
    expect(log.match(/hook: bad, before one$/gm)).toHaveLength(2)
    expect(await world.serving()).toEqual(serving)
    expect(result.hosts.map((host: { previous_release: string | null }) => host.previous_release)).toEqual(
      previous,
    )
  },
)

test.concurrent('a failed release that has made way for another is not listed any more', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const failing = { post_deploy_command: '[ "$RELEASE_NAME" = one ]' }
  for (const [release, inputs] of [
    ['f1', failing],
    ['f2', failing],
    ['f3', { pre_symlink_command: 'exit 1' }],
  ] as const) {
    const { result } = await world.deploy(release, inputs)
    expect(result.releases.map(({ release: name }: { release: string }) => name).sort()).toEqual(
      await world.place.releases(),
    )
  }
  expect(await world.place.releases()).toEqual(['f3', 'one'])
})

test.concurrent('a run that is cancelled while a host is not healthy yet says that it was cancelled', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    health_check_command: '[ "$RELEASE_NAME" != two ]',
    health_check_attempts: '5',
    health_check_interval: '30',
  })
  await run.saw(/not healthy yet/, 30_000)
  run.kill('SIGINT')
  const { log, result } = await run.done
  expect(result.hosts[0].error).toBe('the run was cancelled')
  expect(log).not.toContain('The operation was aborted')
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound()
})

test.concurrent('a rollback goes to what it would have gone to, also after a rollback was put back and the manifest lost', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await world.deployed('two')
  const failed = await world.rollback({ post_deploy_command: '[ "$RELEASE_NAME" = two ]' })
  expect(failed.outputs.status).toBe('reverted')
  await writeFile(join(world.place.root, 'manifest.json'), '')
  const { code, log, outputs } = await world.rollback()
  expect(code, log).toBe(0)
  expect(outputs.release).toBe('one')
})
