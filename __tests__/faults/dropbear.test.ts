// F29: dropbear in place of OpenSSH: all modes work, and a run that dies there leaves neither a lock nor a command.

import { mkdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { mayMakeAccounts } from '../scenarios/accounts.ts'
import { bulk, openWorld, program, until, type World } from '../scenarios/world.ts'
import { type Dropbear, startDropbear } from '../servers/dropbear.ts'

async function openHost(): Promise<{ readonly dropbear: Dropbear; readonly world: World } & AsyncDisposable> {
  const stack = new AsyncDisposableStack()
  const dropbear = stack.use(await startDropbear())
  const world = stack.use(await openWorld([dropbear.server], { inputs: { release_count: '2' } }))
  await mkdir(world.place.root)
  await program('chown', [dropbear.server.user, world.place.root])
  return { dropbear, world, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test.runIf(mayMakeAccounts())(
  'dropbear: deploy, stage, publish, rollback, prune, list and repair work',
  async () => {
    await using host = await openHost()
    const { world } = host
    const gate = { pre_symlink_command: 'echo "gate in $PWD"', post_deploy_command: 'test -f index.html' }
    for (const release of ['one', 'two']) await world.deployed(release, gate)
    const staged = await world.run({ mode: 'stage', local_dir: world.build, release_name: 'three' })
    expect(staged.code, staged.log).toBe(0)
    expect((await world.run({ mode: 'publish' })).outputs.release).toBe('three')
    expect((await world.rollback()).outputs.release).toBe('two')
    for (const run of [await world.prune(), await world.list(), await world.run({ mode: 'repair' })])
      expect(run.code, run.log).toBe(0)
    const failed = await world.deploy('four', { post_deploy_command: '[ "$RELEASE_NAME" != four ]' })
    expect(failed.outputs.status, failed.log).toBe('reverted')
    expect(await world.serving()).toEqual(['two'])
    await world.deployed('five')
    await world.expectSound()
  },
)

test.runIf(mayMakeAccounts())(
  'dropbear: after the runner dies in upload and gate nothing runs on, and the next run works',
  async () => {
    await using host = await openHost()
    const { world } = host
    await world.deployed('one')
    const deploy = { mode: 'deploy', local_dir: world.build, release_name: 'two' }
    const inGate = await world.start({ ...deploy, pre_symlink_command: 'echo "gate runs"; sleep 300' })
    await inGate.saw(/gate runs/, 60_000)
    inGate.killAll()
    await inGate.done
    await until(
      async () => (await world.place.processes()).length === 0,
      'nothing of it runs on the host',
      10,
    )
    await world.write(bulk(60, 40_000))
    const inUpload = await world.start({ ...deploy, rsync_flags: '--no-compress --bwlimit=500' })
    await until(async () => (await world.place.arrived('two')) > 5, 'files arrive', 60)
    inUpload.killAll()
    await inUpload.done
    const { result } = await world.deployed('two', { lock_timeout: '5' })
    expect(result.hosts[0].files_changed).toBeLessThan(60)
    await world.expectSound()
  },
)
