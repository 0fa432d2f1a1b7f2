import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startSshd } from '../servers/sshd.ts'
import { placeAt } from './place.ts'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { openWorld, writeFiles } from './world.ts'

const lures = [
  '$(canary)',
  '`canary`',
  ';canary;',
  '|canary|',
  '&canary&',
  '>(canary)',
  "';canary;'",
  '";canary;"',
  '\ncanary\n',
  '$IFS;canary',
  '--rsync-path=canary',
  '-e canary',
  '--rsh=canary',
  'host:canary',
  '::canary',
]

/** Any text with any lure in it, as a file may be called. */
const names = fc
  .sample(
    fc.tuple(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('', ...lures),
      fc.string({ maxLength: 20 }),
    ),
    {
      numRuns: 400,
      seed: 11,
    },
  )
  .map((parts) => parts.join('').toWellFormed().replaceAll(/[\0/]/g, '_'))
  .filter((name) => !['', '.', '..'].includes(name) && Buffer.byteLength(name) < 200)

test('any name of a file, path on the host, metadata or value arrives as it is, and no part of it is ever run', async () => {
  await using tools = await toolbox({ fakes: { canary: 'pwd >>"$(dirname "$0")/sang"' } })
  await using server = await startSshd({ config: [tools.path] })
  await using world = await openWorld([server])
  const way = { env: { PATH: tools.search } }
  const root = join(
    world.dir,
    lures.filter((lure) => !lure.includes('\n')).join(' '),
    `it's "here" * ? [a] ~ \\ %s !`,
  )
  const files = Object.fromEntries(
    [...new Set([...lures, ...names])].map((name, at) => [`deep/${name}`, `${at}`]),
  )
  await rm(world.build, { recursive: true })
  const build = join(world.dir, '-build $(canary) `canary`;canary')
  await writeFiles(build, files)
  const values = Object.fromEntries(lures.map((lure, at) => [`${lure} ${at}`, [lure, { [lure]: lure }]]))
  const inputs = {
    hosts: JSON.stringify([{ host: server.host, port: server.port, user: server.user, remote_dir: root }]),
    local_dir: build,
    release_dir: 'releases $(canary)',
    public_dir: '`canary`/current;canary',
    log_file: 'log|canary',
    linked_dirs: JSON.stringify(lures.filter((lure) => /^[$`;|]/.test(lure))),
    linked_files: 'env $(canary)',
    revision_file: 'REV;canary;',
    exclude: '*.$(canary)',
    metadata: JSON.stringify(values),
    pre_symlink_command:
      'printf "%s\\0" "$RELEASE_PATH" "$REMOTE_DIR" "$CURRENT_PATH" "$SHARED_PATH" >"$REMOTE_DIR/told"',
  }
  await mkdir(join(root, 'shared'), { recursive: true })
  await writeFile(join(root, 'shared/env $(canary)'), 'x')
  for (const release of ['one', 'two']) await world.deployed(release, { ...inputs, local_dir: build }, way)

  const place = placeAt(root, { releaseDir: inputs.release_dir, publicDir: inputs.public_dir })
  for (const release of ['one', 'two']) {
    expect(await readTree(join(place.releaseDir, release, 'deep'))).toEqual(
      await readTree(join(build, 'deep')),
    )
  }
  const { deploy, release, ...metadata } = await place.record('two')
  expect(metadata).toEqual(values)
  expect((await place.read('told')).split('\0')).toEqual([
    join(place.releaseDir, 'two'),
    root,
    place.link,
    join(root, 'shared'),
    '',
  ])
  const back = await world.rollback({ ...inputs, on_rollback: 'archive' }, way)
  expect(back.code, back.log).toBe(0)
  expect(await place.serves()).toBe('one')
  for (const mode of ['list', 'check', 'prune', 'repair']) {
    const { code, log } = await world.run(
      { mode, hosts: inputs.hosts, release_dir: inputs.release_dir, public_dir: inputs.public_dir },
      way,
    )
    expect(code, log).toBe(0)
  }
  expect(existsSync(join(tools.dir, 'sang')), 'the canary').toBe(false)

  // It does sing when it is called.
  await world.deployed('three', { ...inputs, pre_symlink_command: 'canary' }, way)
  expect(existsSync(join(tools.dir, 'sang'))).toBe(true)
})

test('what the runner has of ssh and rsync settings has no effect: config, known_hosts, commands in variables', async () => {
  await using tools = await toolbox({ fakes: { canary: 'pwd >>"$(dirname "$0")/sang"' } })
  await using server = await startSshd()
  await using other = await startSshd()
  await using world = await openWorld([server])
  const home = join(world.dir, 'home')
  const command = join(tools.dir, 'canary')
  await writeFiles(home, {
    '.ssh/config': `Host *\n  ProxyCommand ${command}\n  StrictHostKeyChecking no\n  PermitLocalCommand yes\n  LocalCommand ${command}\n`,
    '.ssh/known_hosts': server.knownHosts,
    '.gitconfig': `[core]\n\tfsmonitor = ${command}\n\tsshCommand = ${command}\n`,
  })
  const env = {
    HOME: home,
    ...Object.fromEntries(
      ['RSYNC_RSH', 'RSYNC_CONNECT_PROG', 'RSYNC_OLD_ARGS', 'SSH_ASKPASS', 'GIT_SSH_COMMAND'].map((name) => [
        name,
        command,
      ]),
    ),
    SSH_ASKPASS_REQUIRE: 'force',
  }
  await world.deployed('one', {}, { env })
  const wrong = other.knownHosts.replaceAll(String(other.port), String(server.port))
  const { code, log } = await world.deploy('two', { ssh_known_hosts: wrong }, { env })
  expect(code).toBe(1)
  expect(log).toContain('showed a key that ssh_known_hosts does not have')
  expect(existsSync(join(tools.dir, 'sang')), 'the canary').toBe(false)
  expect(await world.serving()).toEqual(['one'])
})
