import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { workspace } from './workspace.ts'
import { openWorld } from './world.ts'

const frame = {
  at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  actor: 'octocat',
  run: 'https://github.com/acme/site/actions/runs/4711',
  revision: '0123456789abcdef0123456789abcdef01234567',
  seconds: expect.any(Number),
}

test.concurrent('every kind of event has a line with when, who, run, from, to, why, seconds, bytes and outcome', async () => {
  await using world = await openWorld(['local'], { inputs: { release_count: '1' } })
  await world.deployed('one')
  await world.deployed('two')
  await world.run({ mode: 'stage', local_dir: world.build, release_name: 'three' })
  await world.run({ mode: 'publish' })
  await world.rollback()
  await world.deploy('four', { pre_symlink_command: 'exit 3' })
  await world.deploy('five', { post_deploy_command: '[ "$RELEASE_NAME" != five ]' })
  await world.deploy('six', { post_deploy_command: 'exit 4', on_failure: 'keep' })
  await world.rollback({ release: 'two', on_rollback: 'remove' })
  await writeFile(
    join(world.place.root, '.releases/lock'),
    '{"run":"https://x/1","actor":"ann","mode":"deploy","since":"2026"}\n',
  )
  await mkdir(join(world.place.releaseDir, 'stray'))
  await world.run({ mode: 'repair' })
  await world.deployed('seven')
  await world.prune()

  const events = await world.place.events()
  for (const event of events) expect(event).toMatchObject(frame)
  const bytes = expect.any(Number)
  expect(events.map(({ at, actor, run, revision, seconds, ...event }) => event)).toEqual([
    { event: 'deploy', mode: 'deploy', from: null, to: 'one', bytes, outcome: 'live' },
    { event: 'deploy', mode: 'deploy', from: 'one', to: 'two', bytes, outcome: 'live' },
    { event: 'stage', mode: 'stage', to: 'three', bytes, outcome: 'staged' },
    { event: 'publish', mode: 'publish', from: 'two', to: 'three', outcome: 'live' },
    { event: 'prune', mode: 'publish', releases: ['one'], outcome: 'pruned' },
    { event: 'rollback', mode: 'rollback', from: 'three', to: 'two', outcome: 'live' },
    {
      event: 'failed',
      mode: 'deploy',
      from: 'two',
      to: 'four',
      why: 'local: pre_symlink_command failed with exit code 3',
      outcome: 'not switched',
    },
    { event: 'deploy', mode: 'deploy', from: 'two', to: 'five', bytes, outcome: 'live' },
    {
      event: 'reverted',
      mode: 'deploy',
      from: 'five',
      to: 'two',
      why: 'local: post_deploy_command failed with exit code 1',
      outcome: 'reverted',
    },
    { event: 'deploy', mode: 'deploy', from: 'two', to: 'six', bytes, outcome: 'live' },
    {
      event: 'failed',
      mode: 'deploy',
      from: 'two',
      to: 'six',
      why: 'local: post_deploy_command failed with exit code 4',
      outcome: 'kept',
    },
    { event: 'rollback', mode: 'rollback', from: 'six', to: 'two', outcome: 'live' },
    { event: 'prune', mode: 'rollback', releases: ['six'], why: 'on_rollback: remove', outcome: 'pruned' },
    { event: 'lock taken over', mode: 'repair', why: 'deploy by ann, https://x/1, since 2026' },
    { event: 'repair', mode: 'repair', outcome: 'repaired', releases: ['stray'] },
    { event: 'deploy', mode: 'deploy', from: 'two', to: 'seven', bytes, outcome: 'live' },
    {
      event: 'prune',
      mode: 'deploy',
      releases: expect.arrayContaining(['five', 'stray']),
      outcome: 'pruned',
    },
  ])
  for (const line of (await world.place.read('releases.log')).trimEnd().split('\n'))
    expect(line).toMatch(/^\{.*\}$/)
})

test.concurrent('it may be elsewhere, absolute or in a directory that is yet to be made, and one a host', async () => {
  await using world = await openWorld(['local', 'local'])
  const elsewhere = join(world.dir, 'var/log/app/deploys.log')
  const hosts = world.hosts((at) => ({ log_file: at === 0 ? elsewhere : 'log/of/releases.jsonl' }))
  await world.deployed('one', { hosts })
  await world.rollback({ hosts, release: 'one' })
  const events = async (file: string) =>
    (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).event)
  expect(await events(elsewhere)).toEqual(['deploy'])
  expect(await events(join(world.places[1]?.root as string, 'log/of/releases.jsonl'))).toEqual(['deploy'])
  expect(await world.place.events()).toEqual([])
})

test.concurrent('one that cannot be written is a warning, and stops nothing', async () => {
  await using world = await openWorld(['local'])
  await writeFile(join(world.dir, 'file'), '')
  const { annotations } = await world.deployed('one', { log_file: join(world.dir, 'file/deploys.log') })
  expect(annotations.map(({ message }) => message).join('\n')).toContain('(log_file) cannot be written')
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound()
})

test.concurrent('it is only appended to, and what it says is one line whatever a failure says', async () => {
  await using world = await openWorld(['local'])
  await mkdir(world.place.root)
  await writeFile(join(world.place.root, 'releases.log'), 'the log of another tool\n')
  await world.deployed('one')
  const config = { hooks: [{ at: 'after updated', name: 'an "odd" name; $(id)', run: 'exit 7' }] }
  const { way } = await workspace(world, JSON.stringify(config))
  await world.deploy('two', {}, { ...way, env: { GITHUB_ACTOR: 'line\nbreak "quoted"' } })
  const lines = (await world.place.read('releases.log')).trimEnd().split('\n')
  expect(lines[0]).toBe('the log of another tool')
  expect(lines).toHaveLength(3)
  expect(JSON.parse(lines[2] as string)).toMatchObject({
    event: 'failed',
    actor: 'line\nbreak "quoted"',
    why: 'local: an "odd" name; $(id) failed with exit code 7',
  })
})
