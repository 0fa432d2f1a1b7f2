import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unpack } from './fixtures.ts'
import { toolbox } from './toolbox.ts'
import { readTrail, workspace } from './workspace.ts'
import {
  openWorld,
  type Place,
  type Servers,
  site,
  startServers,
  until,
  type World,
  writeFiles,
} from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const lines = (log: string, label: string | undefined) =>
  log
    .split('\n')
    .flatMap((line) => (line.startsWith(`[${label}]`) ? [line.slice(`[${label}]`.length).trim()] : []))
    .filter((line) => line.startsWith('would '))

/** A dry run that must leave every host as it is, times and inodes included, and run no command. */
async function planned(world: World, inputs: Readonly<Record<string, string>>, way = {}) {
  // The session of the run before may still be on its way out.
  const locks = () => Promise.all(world.places.map((place) => place.read('.releases/lock').catch(() => '')))
  await until(async () => (await locks()).every((text) => text === ''), 'no run is on its way out')
  const before = await world.snapshots()
  const done = await world.run({ dry_run: 'true', local_dir: world.build, ...inputs }, way)
  expect(await world.snapshots(), done.log).toEqual(before)
  return done
}

const every = ['deploy', 'stage', 'publish', 'rollback', 'prune', 'list', 'check', 'repair'] as const

/** Hooks and commands that must not run. */
function hooks(world: World): string {
  const hook = (at: string, more = {}) => ({
    at,
    name: at,
    run: `echo "${at}" >>'${world.dir}/trail'`,
    ...more,
  })
  return JSON.stringify({
    linked_dirs: ['storage'],
    hooks: [
      hook('before starting', { on: 'runner' }),
      hook('after updated', { on: 'first' }),
      hook('before started'),
      hook('before reverted'),
      hook('before publishing'),
      hook('after publishing'),
      hook('after published', { on: 'role:web' }),
      hook('after finished', { on: 'runner' }),
      hook('before failed'),
      hook('after failed', { on: 'runner' }),
    ],
  })
}

test.concurrent('every mode says per host what it would do, and changes nothing', async () => {
  await using world = await openWorld([servers.one, 'local'])
  for (const release of ['one', 'two', 'three', 'four']) await world.deployed(release)
  await world.run({ mode: 'stage', local_dir: world.build, release_name: 'later' })
  for (const place of world.places) {
    await mkdir(join(place.root, '.releases/incoming/cut'))
    await mkdir(join(place.releaseDir, 'stray'))
  }
  await writeFile(join(world.build, 'index.html'), 'changed\n')
  const { way } = await workspace(world, hooks(world))
  const hosts = world.hosts((at) => ({ roles: at === 0 ? ['web'] : [] }))
  const [first, second] = world.labels
  const command = 'exit 1'
  const expected: Readonly<Record<(typeof every)[number], readonly [string, readonly string[]]>> = {
    deploy: [
      'planned',
      [
        'would send 1 of 3 files (8 B) as five',
        'would link storage into shared/',
        'would run before starting (before starting, on the runner)',
        'would run before started (before started)',
        'would run pre_symlink_command (after updated)',
        'would run after updated (after updated)',
        'would run before publishing (before publishing)',
        'would switch from four to five',
        'would run after publishing (after publishing)',
        'would run post_deploy_command (after published)',
        'would run after published (after published)',
        'would run after finished (after finished, on the runner)',
        'would remove one, two, three, later',
      ],
    ],
    stage: [
      'planned',
      [
        'would send 1 of 3 files (8 B) as five',
        'would link storage into shared/',
        'would run before starting (before starting, on the runner)',
        'would run before started (before started)',
        'would run pre_symlink_command (after updated)',
        'would run after updated (after updated)',
        'would run after finished (after finished, on the runner)',
      ],
    ],
    publish: [
      'planned',
      [
        'would run before starting (before starting, on the runner)',
        'would run before started (before started)',
        'would run before publishing (before publishing)',
        'would switch from four to later',
        'would run after publishing (after publishing)',
        'would run after published (after published)',
        'would run after finished (after finished, on the runner)',
        'would remove one, two, three',
      ],
    ],
    rollback: [
      'planned',
      [
        'would run before starting (before starting, on the runner)',
        'would run before started (before started)',
        'would run before reverted (before reverted)',
        'would run before publishing (before publishing)',
        'would switch from four to three',
        'would run after publishing (after publishing)',
        'would run after published (after published)',
        'would run after finished (after finished, on the runner)',
        'would archive and remove four',
      ],
    ],
    prune: ['planned', ['would remove one, two']],
    list: ['listed', []],
    check: ['checked', []],
    repair: ['planned', ['would adopt stray', 'would remove 1 leftover']],
  }
  for (const mode of every) {
    const own = {
      ...(mode === 'deploy' || mode === 'stage'
        ? { release_name: 'five', pre_symlink_command: command }
        : {}),
      ...(mode === 'deploy' ? { post_deploy_command: command } : {}),
      ...(mode === 'rollback' ? { on_rollback: 'archive' } : {}),
    }
    const { code, log, outputs, result, summary } = await planned(
      world,
      { mode, hosts, release_count: '1', ...own },
      way,
    )
    expect(code, log).toBe(0)
    const [status, plan] = expected[mode]
    expect(outputs.status, mode).toBe(status)
    const told = lines(log, first)
    expect(told, `${mode}:\n${log}`).toEqual(plan)
    if (status === 'planned') {
      expect(
        result.hosts.map((host: { status: string; release: string }) => [host.status, host.release]),
      ).toEqual([
        ['planned', 'four'],
        ['planned', 'four'],
      ])
      expect(log.trimEnd().split('\n').at(-1)).toContain('nothing was changed')
      expect(summary).toContain('<h4>What would be done</h4>')
      for (const line of plan) expect(summary).toContain(`<code>${line}</code>`)
      expect(summary).not.toContain('connected; serves')
    } else expect(told).toEqual([])
    // Hooks of one host or one role are not told of the others.
    expect(
      lines(log, second).filter(
        (line) => /\(after (updated|published)\)/.test(line) && line.includes('run after'),
      ),
    ).toEqual([])
  }
  expect(await readTrail(world)).toEqual([])
})

test.concurrent('where nothing is yet, everything would be sent, and not even the directory is made', async () => {
  await using world = await openWorld([servers.one, 'local'])
  const { code, log, outputs } = await planned(world, { release_name: 'one', linked_dirs: 'storage' })
  expect(code, log).toBe(0)
  expect(outputs).toMatchObject({ status: 'planned', release: '' })
  for (const label of world.labels) {
    expect(lines(log, label)).toEqual([
      'would send 3 of 3 files (3.04 kB) as one',
      'would link storage into shared/',
      'would switch from nothing to one',
      'would remove no release',
    ])
  }
  expect(await world.snapshots()).toEqual([{}, {}])
})

test.concurrent('a plan that cannot be fails as the run would, and runs no hook of a failure either', async () => {
  await using world = await openWorld(['local', 'local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  const { way } = await workspace(world, hooks(world))
  const hosts = world.hosts(() => ({ roles: ['web'] }))
  for (const [inputs, words] of [
    [{ mode: 'deploy', release_name: 'one' }, 'a release one exists already'],
    [{ mode: 'deploy', linked_files: '.env' }, 'linked_files are missing'],
    [{ mode: 'rollback', release: 'nine' }, 'release nine is not on'],
    [{ mode: 'publish' }, 'no release is staged'],
  ] as const) {
    const { code, log, outputs } = await planned(world, { hosts, ...inputs }, way)
    expect(code).toBe(1)
    expect(outputs.status).toBe('failed')
    expect(log).toContain(words)
  }
  await rm(join((world.places[1] as Place).releaseDir, 'one/index.html'))
  const { code, log } = await planned(world, { mode: 'rollback', hosts }, way)
  expect(code).toBe(1)
  expect(log).toContain('release one has lost 1 entry: index.html')
  expect(await readTrail(world)).toEqual([])
})

test.concurrent('a plan that breaks off tells which host it broke off on', async () => {
  await using marks = await openWorld(['local'])
  const ill = `case "$*" in *--server*) [ ! -e '${marks.dir}/ill' ] || exit 9 ;; esac`
  await using tools = await toolbox({
    fakes: { rsync: `${ill}\nPATH=$(echo "$PATH" | cut -d: -f2-) exec rsync "$@"` },
  })
  await using poor = await startServers(1, { config: [tools.path] })
  await using world = await openWorld(['local', poor.one])
  await world.deployed('one')
  await writeFile(join(marks.dir, 'ill'), '')
  const { code, result, log } = await planned(world, { release_name: 'two' })
  expect(code).toBe(1)
  expect(
    result.hosts.map(({ status, error }: { status: string; error: string | null }) => [
      status,
      error !== null,
    ]),
  ).toEqual([
    ['failed', false],
    ['failed', true],
  ])
  expect(log).toContain('Nothing was changed on any host.')
})

test.concurrent('what is planned is what is done', async () => {
  await using world = await openWorld(['local'], { inputs: { release_count: '2', pinned_releases: 'two' } })
  for (const release of ['one', 'two', 'three', 'four']) await world.deployed(release, { release_count: '9' })
  await world.write({ ...site, 'new.html': 'new', 'css/app.css': 'changed' })
  const plan = await planned(world, { release_name: 'five' })
  expect(lines(plan.log, 'local')).toEqual([
    'would send 2 of 4 files (10 B) as five',
    'would switch from four to five',
    'would remove one, three',
  ])
  const done = await world.deployed('five')
  expect(done.log).toContain('2 of 4 files sent')
  expect(done.log).toContain('removed one, three')
  expect(await world.place.releases()).toEqual(['five', 'four', 'two'])

  const forward = await world.rollback()
  expect(forward.outputs.release).toBe('four')
  const ahead = await planned(world, { mode: 'rollback', release: 'five', on_rollback: 'remove' })
  expect(lines(ahead.log, 'local')).toEqual([
    'would switch from four to five',
    'would keep four: it came before five',
  ])
  expect(ahead.log).toContain('connect and look at every host')
  expect((await world.rollback({ release: 'five', on_rollback: 'remove' })).code).toBe(0)
  expect(await world.place.releases()).toEqual(['five', 'four', 'two'])

  const pinned = { on_rollback: 'remove', pinned_releases: 'five' }
  const kept = await planned(world, { mode: 'rollback', release: 'four', ...pinned })
  expect(lines(kept.log, 'local')).toEqual([
    'would switch from five to four',
    'would keep five: it is pinned',
  ])
  expect((await world.rollback({ release: 'four', ...pinned })).log).toContain('five stays: it is pinned')
  await world.expectSound()
})

test.concurrent('over a place that another tool made, a lost manifest, a real directory, a lock that is held', async () => {
  await using world = await openWorld(['local'])
  await unpack('capistrano-app', world.place.root)
  for (const mode of every) {
    const { log, code } = await planned(world, {
      mode,
      release_name: mode === 'deploy' ? 'mine' : '',
      release_count: '1',
    })
    expect(code, log).toBe(mode === 'publish' ? 1 : 0)
  }

  await using lost = await openWorld(['local'])
  for (const release of ['one', 'two', 'three']) await lost.deployed(release)
  await rm(join(lost.place.root, 'manifest.json'))
  for (const mode of every) {
    const { log } = await planned(lost, { mode, release_count: '1' })
    // A manifest that is gone owns nothing, so nothing would be removed.
    expect(log).not.toMatch(/would remove (one|two|three)/)
    if (mode === 'repair') expect(log).toContain('would rebuild manifest.json with 3 releases')
  }

  await using real = await openWorld(['local'])
  await writeFiles(real.place.root, { 'current/index.php': 'x' })
  await symlink('nowhere', join(real.place.root, 'manifest.json'))
  for (const mode of every) {
    const { code } = await planned(real, { mode })
    expect(code, mode).toBe(mode === 'list' ? 0 : 1)
  }

  await using held = await openWorld(['local'])
  await held.deployed('one')
  const other = await held.start({
    local_dir: held.build,
    release_name: 'two',
    pre_symlink_command: 'sleep 60',
  })
  await other.saw(/commands before the switch/)
  const { code, log } = await held.run({ dry_run: 'true', local_dir: held.build, release_name: 'three' })
  expect(code, log).toBe(0)
  expect(log).toContain('would first wait for the lock that another run holds')
  other.kill('SIGTERM')
  await other.done
})
