import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeAccount, mayMakeAccounts } from './accounts.ts'
import { toolbox } from './toolbox.ts'
import {
  openWorld,
  type Place,
  program,
  type Servers,
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

const check = (
  world: World,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
) => world.run({ mode: 'check', ...inputs }, { env })

/** All that is there but the times of `.releases` itself, in which a check tries what only trying tells. */
async function stateOf(world: World): Promise<unknown> {
  const trees = (await world.snapshots()) as readonly Readonly<Record<string, string>>[]
  return trees.map(({ '.releases': _, ...rest }) => rest)
}

test.concurrent('ready: an empty host, one that was deployed to, and one with what is linked', async () => {
  await using world = await openWorld([servers.one, 'local'])
  const first = await check(world, { local_dir: world.build })
  expect(first.code, first.log).toBe(0)
  expect(first.outputs.status).toBe('checked')
  expect(first.log).toContain('ready to deploy')
  expect(await world.snapshots()).toEqual([{}, {}])

  await world.deployed('one')
  for (const { root } of world.places) await writeFiles(root, { 'shared/.env': 'x' })
  const before = await stateOf(world)
  const second = await check(world, { local_dir: world.build, linked_files: '.env', linked_dirs: 'storage' })
  expect(second.code, second.log).toBe(0)
  const others = second.annotations.filter(({ message }) => !message.includes('rsync is older than 3.4.0'))
  expect(others).toEqual([])
  expect(second.result.hosts).toMatchObject([
    { status: 'checked', release: 'one', error: null },
    { status: 'checked', release: 'one', error: null },
  ])
  expect(second.summary).toContain('ready to deploy')
  expect(await stateOf(world)).toEqual(before)
})

test.concurrent('each problem is found, on every host at once, and nothing is changed', async () => {
  await using world = await openWorld(['local', 'local', 'local', 'local', 'local', 'local'])
  const [taken, real, linked, broken, file, held] = world.places as readonly [
    Place,
    Place,
    Place,
    Place,
    Place,
    Place,
  ]
  await world.deployed('one', {
    hosts: world
      .hosts()
      .split('\n')
      .filter((_, at) => [0, 3, 5].includes(at))
      .join('\n'),
  })
  await writeFiles(real.root, { 'current/index.php': 'x' })
  await mkdir(join(linked.root, 'elsewhere'), { recursive: true })
  await symlink('elsewhere', linked.releaseDir)
  await writeFile(join(broken.root, 'manifest.json'), '{')
  await mkdir(join(file.root, 'shared/.env'), { recursive: true })
  const before = await stateOf(world)
  const { code, log, result, outputs, annotations } = await check(world, {
    local_dir: world.build,
    linked_files: '.env',
    release_name: 'one',
  })
  expect(code).toBe(1)
  expect(outputs.status).toBe('checked')
  for (const words of [
    'a release one exists already (live)',
    `${real.link} is a real directory, not a symlink`,
    `${linked.releaseDir} is a symlink, which is never followed`,
    'manifest.json cannot be trusted: it is not JSON',
    `of the wrong kind: ${file.root}/shared/.env`,
    `linked_files are missing: ${held.root}/shared/.env`,
    `linked_files are missing: ${taken.root}/shared/.env`,
  ]) {
    expect(log).toContain(words)
  }
  expect(result.hosts.map(({ status }: { status: string }) => status)).toEqual(Array(6).fill('failed'))
  expect(log.trimEnd().split('\n').at(-1)).toMatch(/^Check found \d+ problems .* that would stop a deploy/)
  expect(annotations.filter(({ level }) => level === 'error')).toHaveLength(1)
  expect(await stateOf(world)).toEqual(before)
})

test.concurrent('what is no directory where releases belong is found, by a check and by a deploy, and left alone', async () => {
  await using world = await openWorld(['local', 'local'])
  const [one, two] = world.places as readonly [Place, Place]
  await writeFiles(one.root, { releases: 'a file' })
  await writeFiles(two.root, { '.releases': 'a file' })
  const before = await stateOf(world)
  for (const { code, log } of [await check(world), await world.deploy('one')]) {
    expect(code, log).toBe(1)
    expect(log).toContain(`${one.root}/releases is no directory`)
    expect(log).toContain(`${two.root}/.releases is no directory`)
  }
  expect((await world.list()).code).toBe(0)
  expect(await stateOf(world)).toEqual(before)
  // Who only looks sees what is served all the same.
  await writeFiles(two.root, { 'releases/old/index.html': 'old' })
  await symlink('releases/old', two.link)
  expect((await world.list()).log).toMatch(/serves old, 1 release/)
})

test.concurrent('a name that is taken is found even when nothing else is wrong', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const { code, log } = await check(world, { local_dir: world.build, release_name: 'one' })
  expect(code).toBe(1)
  expect(log).toContain('a release one exists already (live)')
  const rerun = await check(world, { release_name: 'one' }, { GITHUB_RUN_ATTEMPT: '2' })
  expect(rerun.code, 'a second attempt goes on with it').toBe(0)
  const blind = await check(world, { release_name: 'one' })
  expect(blind.code, 'also where the artifact is not there yet').toBe(1)
  expect(blind.log).toContain('a release one exists already (live)')
  const missing = await check(world, { local_dir: join(world.dir, 'nowhere') })
  expect(missing.code, 'a check may run where nothing was built').toBe(0)
  await rm(world.build, { recursive: true })
  await mkdir(world.build)
  expect((await check(world, { local_dir: world.build })).annotations.length).toBeGreaterThan(0)
})

test.concurrent('a host that does not answer, beside one with a problem of its own: both are told', async () => {
  await using world = await openWorld([{ ...servers.one, port: 1 }, 'local'])
  await writeFiles(world.places[1]?.root as string, { 'current/index.php': 'x' })
  for (const mode of ['check', 'deploy']) {
    const { code, log, result } = await world.run({ mode, local_dir: world.build, connect_timeout: '5' })
    expect(code).toBe(1)
    expect(log).toContain('127.0.0.1 port 1 refuses the connection')
    expect(log).toContain('is a real directory, not a symlink')
    expect(result.hosts.map(({ error }: { error: string | null }) => error === null)).toEqual([false, false])
  }
})

test.concurrent('missing tools are found: rsync stops a deploy, flock and tar are worth a word', async () => {
  await using tools = await toolbox({ without: ['rsync', 'flock', 'tar'] })
  await using bare = await startServers(1, { config: [tools.path] })
  await using world = await openWorld([bare.one])
  const { code, log, annotations } = await check(world)
  expect(code).toBe(1)
  expect(log).toContain('the host has no rsync')
  const warned = annotations
    .filter(({ level }) => level === 'warning')
    .map(({ message }) => message)
    .join('\n')
  expect(warned).toContain('the host has no flock')
  expect(warned).toContain('the host has no tar')
  expect(await world.snapshots()).toEqual([{}])
})

test.concurrent('a public_dir whose directory is not there stops a check and a deploy alike, and a rollback too', async () => {
  await using world = await openWorld(['local'])
  const public_dir = join(world.dir, 'www/html')
  for (const mode of ['check', 'deploy']) {
    const { code, log } = await world.run({ mode, local_dir: world.build, public_dir })
    expect(code).toBe(1)
    expect(log).toContain(`${world.dir}/www (the directory of public_dir) does not exist`)
    expect(await world.place.releases()).toEqual([])
  }
  await mkdir(join(world.dir, 'www'))
  for (const release of ['one', 'two']) await world.deployed(release, { public_dir })
  await rm(join(world.dir, 'www'), { recursive: true })
  expect((await world.rollback({ public_dir, release: 'one' })).log).toContain(
    '(the directory of public_dir) does not exist',
  )
})

test.concurrent.each([
  ['stat', 'echo 100 1 1024 100 2'],
  // Not every stat can tell, nor every filesystem by it.
  ['df', 'echo "stat: invalid option" >&2; exit 1'],
  ['df', 'echo 100 70000 1024 0 0'],
])('too little room is found before anything is sent: %s tells it', async (tool, stat) => {
  await using fake = await toolbox({
    fakes: {
      stat: `case $1 in -f) ${stat};; *) exec /usr/bin/stat "$@";; esac`,
      df:
        tool === 'df'
          ? `case $1 in
  -Pk) echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo 'none 100 99 1 99% /';;
  *) echo 'Filesystem Inodes IUsed IFree IUse% Mounted on'; echo 'none 100 98 2 98% /';;
esac`
          : 'exit 1',
    },
  })
  await using full = await startServers(1, { config: [fake.path] })
  await using world = await openWorld([full.one])
  await mkdir(world.place.root)
  const { code, log } = await check(world, { local_dir: world.build })
  expect(code).toBe(1)
  expect(log).toContain('the host has 0 MiB free, the artifact needs 1 MiB')
  expect(log).toContain('the host has 2 free inodes, the artifact needs 5')
})

test.concurrent('a clock that is wrong, a filesystem without hard links: warnings, and ready all the same', async () => {
  await using fake = await toolbox({
    fakes: {
      date: 'case $1 in +%s) echo 1000000000;; *) exec /bin/date "$@";; esac',
      ln: 'case $1 in -s) exec /bin/ln "$@";; *) exit 1;; esac',
    },
  })
  await using odd = await startServers(1, { config: [fake.path] })
  await using world = await openWorld([odd.one])
  await world.deployed('one')
  const { code, log, annotations } = await check(world)
  expect(code, log).toBe(0)
  const warned = annotations.map(({ message }) => message).join('\n')
  expect(warned).toMatch(/its clock is \d+ s behind/)
  expect(warned).toContain('its filesystem has no hard links')
})

// Root may write anywhere: another user looks.
test.runIf(mayMakeAccounts())(
  'a directory that the user may not write in is found, before and after the first deploy',
  async () => {
    await using account = await makeAccount()
    const user = account.name
    await using other = await startServers(1, { users: [user] })
    await using world = await openWorld([{ ...other.one, user }])
    const unmade = await check(world)
    expect(unmade.code).toBe(1)
    expect(unmade.log).toContain(
      `${world.place.root} cannot be made: the ssh user may not write in ${world.dir}`,
    )
    expect(unmade.log).toContain(`sudo install -d -o ${user} '${world.place.root}'`)

    await mkdir(world.place.root)
    await program('chown', ['-R', user, world.place.root])
    const ready = await check(world)
    expect(ready.code, ready.log).toBe(0)
    await world.deployed('one')
    await mkdir(join(world.place.root, 'shared'))
    const linked = { local_dir: world.build, linked_dirs: 'log' }
    for (const mode of ['check', 'deploy']) {
      const refused = await world.run({ mode, ...linked })
      expect(refused.code).toBe(1)
      expect(refused.log).toContain(
        `what linked_dirs name cannot be made: the ssh user may not write in ${world.place.root}/shared`,
      )
      expect(refused.log).toContain(`sudo chown ${user} '${world.place.root}/shared'`)
    }
    await program('chown', [user, join(world.place.root, 'shared')])
    expect((await world.run({ mode: 'check', ...linked })).code).toBe(0)
    await program('chown', ['-R', 'root', world.place.releaseDir])
    const before = await stateOf(world)
    const { code, log } = await check(world)
    expect(code).toBe(1)
    expect(log).toContain(`the ssh user may not write in ${world.place.releaseDir}`)
    expect(await stateOf(world)).toEqual(before)
  },
)

test.concurrent('a filesystem that cannot clone files is found where a deploy would ask it to', async () => {
  await using fake = await toolbox({
    fakes: { cp: 'case "$*" in *--reflink*) exit 1 ;; esac; exec /bin/cp "$@"' },
  })
  await using poor = await startServers(1, { config: [fake.path] })
  await using world = await openWorld([poor.one])
  await world.deployed('one')
  const { code, log } = await check(world, { dedupe: 'reflink' })
  expect(code).toBe(1)
  expect(log).toContain('the host cannot clone files')
  expect((await check(world)).code).toBe(0)
})

test.concurrent('drift and a lock that is held are told, and stop nothing', async () => {
  await using world = await openWorld(['local', 'local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  await world.rollback({ hosts: world.hosts().split('\n')[0] as string })
  const other = await world.start({ local_dir: world.build, pre_symlink_command: 'sleep 60' })
  await other.saw(/commands before the switch/)
  const { code, log, annotations } = await check(world)
  expect(code, log).toBe(0)
  expect(annotations.map(({ message }) => message).join('\n')).toContain('the hosts differ: one on')
  expect(log).toContain('locked: deploy by octocat')
  other.kill('SIGTERM')
  await other.done
})

for (const mode of ['check', 'deploy'] as const) {
  test.concurrent(`${mode} tells what is in the way of remote_dir, and leaves it`, async () => {
    await using world = await openWorld(['local', 'local', 'local'])
    const [file, below, dangling] = world.places as readonly [Place, Place, Place]
    await writeFile(file.root, 'mine')
    await writeFile(below.root, 'mine')
    await symlink('nowhere', dangling.root)
    const hosts = world
      .hosts()
      .split('\n')
      .map((line) => line.replace(`"${below.root}"`, `"${below.root}/app"`))
    const inputs = { mode, hosts: hosts.join('\n'), local_dir: world.build }
    const { code, log, outputs } = await world.run(inputs)
    expect(code).toBe(1)
    expect(outputs.status).toBe(mode === 'check' ? 'checked' : 'failed')
    expect(log).toContain(`${file.root} (remote_dir) is no directory`)
    expect(log).toContain(`${below.root}/app cannot be made: ${below.root} is no directory`)
    expect(log).toContain(`${dangling.root} (remote_dir) is no directory`)
    expect(log).toContain('#is-no-directory')
    // Nobody has looked for it.
    expect(log).not.toContain("the host's rsync")
    expect(log).not.toContain('failed in "')
    expect(await readFile(file.root, 'utf8')).toBe('mine')
  })
}

test.concurrent('two entries that are one place are told so, and do not trip over each other', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  await symlink(world.place.root, join(world.dir, 'other'))
  const mkdir = 'PATH=$(echo "$PATH" | cut -d: -f2-); mkdir "$@" && case $* in *probe*) sleep 1 ;; esac'
  const cp = 'case "$*" in *--reflink*) exit 1 ;; esac; exec /bin/cp "$@"'
  await using slow = await toolbox({ fakes: { mkdir, cp } })
  const places = [world.place.root, join(world.dir, 'other')]
  const hosts = places.map((remote_dir) => `- ${JSON.stringify({ host: 'local', remote_dir })}`).join('\n')
  const { code, log } = await world.run({ mode: 'check', hosts }, { env: { PATH: slow.search } })
  expect(code, log).toBe(1)
  expect(log).toMatch(/two entries of hosts are the same place: .* and /)
  expect(log).toContain('Check found 1 problem')
  const more = await world.run({ mode: 'check', hosts, dedupe: 'reflink' }, { env: { PATH: slow.search } })
  expect(more.log, 'no problem hides another of its host').toContain('Check found 3 problems')
  expect(more.log).toMatch(/two entries of hosts are the same place: .* and /)
})

test.concurrent('what a deploy refuses or cannot do of its own places is found beforehand', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  await rm(join(world.place.root, 'releases.log'))
  await mkdir(join(world.place.root, 'releases.log'))
  const logless = await world.run({ mode: 'check' })
  expect(logless.code, logless.log).toBe(0)
  expect(logless.log).toContain('releases.log (log_file) cannot be written')
  await rename(join(world.place.root, '.releases'), join(world.dir, 'elsewhere'))
  await symlink(join(world.dir, 'elsewhere'), join(world.place.root, '.releases'))
  const { code, log } = await world.run({ mode: 'check' })
  expect(code).toBe(1)
  expect(log).toContain('.releases is a symlink')
  expect(log).toContain('What to do: Take the symlink away on the host')
})

test.concurrent('a deploy that ends meanwhile takes nothing away that a check is trying', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const waits = `: >'${world.dir}/reached'; while [ ! -e '${world.dir}/go' ]; do sleep 0.2; done`
  const ln = `case "$*" in *probe*) ${waits} ;; esac; PATH=$(echo "$PATH" | cut -d: -f2-) exec ln "$@"`
  await using tools = await toolbox({ fakes: { ln } })
  const checking = await world.start({ mode: 'check' }, { env: { PATH: tools.search } })
  await until(() => existsSync(join(world.dir, 'reached')), 'the check tries hard links', 60)
  await world.deployed('two')
  await writeFile(join(world.dir, 'go'), '')
  const { code, log } = await checking.done
  expect(code, log).toBe(0)
  expect(log).not.toContain('no hard links')
})
