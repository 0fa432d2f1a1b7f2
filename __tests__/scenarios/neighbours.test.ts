// What else is at work in and around a remote_dir: other links, another way to it, a command that switches by itself.

import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { openWorld, type World } from './world.ts'

test.concurrent('a release that a link of another name serves is not pruned', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  for (const release of ['two', 'three', 'four']) {
    const { log } = await world.deployed(release, { public_dir: 'preview', release_count: '1' })
    expect(log).not.toContain('could not remove')
  }
  expect(await world.place.read('current/index.html')).toBeDefined()
  expect(await world.place.releases()).toEqual(['four', 'one', 'three'])
  const planned = await world.prune({ public_dir: 'preview', release_count: '1', dry_run: 'true' })
  expect(planned.log).toContain('would remove no release')
})

test.concurrent('what is served by a link to one of its files is not pruned either', async () => {
  await using world = await openWorld(['local'])
  for (const name of ['1', '2', '10']) {
    await mkdir(join(world.place.releaseDir, name), { recursive: true })
    await writeFile(join(world.place.releaseDir, name, 'app.jar'), name)
  }
  await symlink('releases/2/app.jar', world.place.link)
  expect((await world.run({ mode: 'repair' })).code).toBe(0)
  expect((await world.place.manifest()).map(({ release }) => release)).toEqual(['1', '10', '2'])
  expect((await world.prune({ release_count: '1' })).code).toBe(0)
  expect(await world.place.read('current')).toBe('2')
})

/** Two entries of `hosts` that lead to one directory. */
async function byTwoWays(world: World): Promise<string> {
  await symlink(world.place.root, join(world.dir, 'other'))
  const places = [world.place.root, join(world.dir, 'other')]
  return places.map((remote_dir) => `- ${JSON.stringify({ host: 'local', remote_dir })}`).join('\n')
}

test.concurrent('one directory by two ways is told at once', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const hosts = await byTwoWays(world)
  const { code, log } = await world.deploy('two', { hosts })
  expect(code).toBe(1)
  expect(log).toContain('two entries of hosts are the same place')
  const checked = await world.run({ mode: 'check', hosts })
  expect(checked.code).toBe(1)
  expect(checked.log).toContain('two entries of hosts are the same place: ')
  expect(await world.serving()).toEqual(['one'])
})

test.concurrent('one directory by two ways is told, too, when the second comes before the first has left its name', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  await writeFile(join(world.place.root, '.releases/lock'), '{"run":"a run that died","id":"dead"}\n')
  const flock =
    'PATH=$(echo "$PATH" | cut -d: -f2-); flock "$@"; code=$?; [ $code != 0 ] || sleep 3; exit $code'
  await using slow = await toolbox({ fakes: { flock } })
  const inputs = { hosts: await byTwoWays(world), lock_timeout: '30' }
  const { code, log } = await world.deploy('two', inputs, { env: { PATH: slow.search } })
  expect(code).toBe(1)
  expect(log).toContain('two entries of hosts are the same place')
  expect(log).not.toContain('another run holds the lock')
  expect(await world.serving()).toEqual(['one'])
})

test.concurrent('a command that leads the link elsewhere after the switch is told', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const post_deploy_command =
    'ln -s releases/one "$REMOTE_DIR/x" && mv -T "$REMOTE_DIR/x" "$REMOTE_DIR/current"'
  const { log } = await world.deployed('two', { post_deploy_command })
  expect(log).toContain('serves one now: something has switched it since')
})

test.concurrent('a look at a host where a run is at work finds no leftovers', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const gate = join(world.dir, 'gate')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: `echo at the gate; while [ ! -e '${gate}' ]; do sleep 0.1; done`,
  })
  await run.saw(/at the gate/, 60_000)
  const { log } = await world.list()
  expect(log).toContain('locked: deploy by octocat')
  expect(log).not.toContain('leftover')
  await writeFile(gate, '')
  expect((await run.done).code).toBe(0)
  await rm(gate)
})

test.concurrent('a manifest that is lost or broken loses no release that another tool had made', async () => {
  await using world = await openWorld(['local'])
  for (const name of ['20200101000001', '20200101000002'])
    await mkdir(join(world.place.releaseDir, name), { recursive: true })
  await symlink('releases/20200101000002', world.place.link)
  await writeFile(
    join(world.place.root, 'revisions.log'),
    ['20200101000001', '20200101000002']
      .map((name) => `Branch main (at 012345) deployed as release ${name} by ann\n`)
      .join(''),
  )
  await world.deployed('one')
  await writeFile(join(world.place.root, 'manifest.json'), 'x')
  const back = await world.rollback()
  expect(back.code, back.log).toBe(0)
  expect(back.outputs.release).toBe('20200101000002')
  expect((await world.run({ mode: 'repair' })).code).toBe(0)
  expect((await world.place.manifest()).map(({ release }) => release)).toEqual([
    '20200101000001',
    '20200101000002',
    'one',
  ])
  expect((await world.rollback()).outputs.release).toBe('20200101000001')
})
