import { readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, program, type Servers, startServers, until } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** Names of the variables that any command finds there, without the action. */
async function loginEnvironment({ one }: Servers): Promise<readonly string[]> {
  const unchecked = [
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'LogLevel=ERROR',
  ]
  const login = ['-F', 'none', '-i', one.privateKeyFile, '-p', String(one.port), `${one.user}@${one.host}`]
  const { stdout } = await program('ssh', [...unchecked, ...login, 'env -0'])
  return stdout.split('\0').map((pair) => pair.slice(0, pair.indexOf('=')))
}

const lines = (log: string, label: string | undefined) =>
  log
    .split('\n')
    .flatMap((line) => (line.startsWith(`[${label}]`) ? [line.slice(`[${label}]`.length).trim()] : []))

test.concurrent('what commands print comes line by line with the host in front, stderr too', async () => {
  await using world = await openWorld(servers.all)
  const { log, annotations } = await world.deployed('one', {
    pre_symlink_command: 'echo "gate on $REMOTE_DIR"; echo oops >&2',
    post_deploy_command:
      'printf "no line end"; printf "\\n::error::forged\\n##[error]forged\\n\\033[2Jclear\\n"',
  })
  for (const [at, label] of world.labels.entries()) {
    const said = lines(log, label)
    expect(said).toContain(`gate on ${world.places[at]?.root}`)
    expect(said).toContain('oops')
    expect(said).toContain('no line end')
    expect(said).toContain('clear')
  }
  expect(annotations, 'a host can forge no annotation').toEqual([])
})

test.concurrent('output streams while the command runs', async () => {
  await using world = await openWorld([servers.one])
  const run = await world.start({
    local_dir: world.build,
    pre_symlink_command: 'echo first; while [ ! -e "$REMOTE_DIR/go" ]; do sleep 0.1; done; echo second',
  })
  await run.saw(/first/, 60_000)
  expect(run.log()).not.toContain('second')
  await writeFile(join(world.place.root, 'go'), '')
  expect((await run.done).code).toBe(0)
})

test.concurrent('commands find exactly the documented variables, hostile values as they are', async () => {
  await using world = await openWorld([servers.one])
  const root = join(world.dir, `o'dd "dir" $(touch pwned) \`id\` %s \\ é`)
  const hosts = world.hosts(() => ({ remote_dir: root }))
  const command = 'env -0 >"$OUT/$DEPLOY_MODE-env"; pwd -P >"$OUT/$DEPLOY_MODE-pwd"'
  const inputs = {
    hosts,
    pre_symlink_command: `OUT='${world.dir}'; mkdir -p "$OUT/pre"; OUT="$OUT/pre"; ${command}`,
    post_deploy_command: `OUT='${world.dir}'; ${command}`,
  }
  await world.deployed('one', inputs)
  await world.deployed('two', inputs)
  await world.rollback({ hosts, post_deploy_command: inputs.post_deploy_command })

  const environment = async (file: string) =>
    Object.fromEntries(
      (await readFile(join(world.dir, file), 'utf8'))
        .split('\0')
        .filter((pair) => pair !== '')
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
  const expected = {
    RELEASE_NAME: 'two',
    RELEASE_PATH: `${root}/releases/two`,
    PREVIOUS_RELEASE: 'one',
    CURRENT_PATH: `${root}/current`,
    SHARED_PATH: `${root}/shared`,
    REMOTE_DIR: root,
    REVISION: '0123456789abcdef0123456789abcdef01234567',
    DEPLOY_HOST: '127.0.0.1',
    DEPLOY_MODE: 'deploy',
  }
  expect(await environment('pre/deploy-env')).toMatchObject(expected)
  expect(await environment('deploy-env')).toMatchObject(expected)
  const back = {
    ...expected,
    RELEASE_NAME: 'one',
    RELEASE_PATH: `${root}/releases/one`,
    PREVIOUS_RELEASE: 'two',
    DEPLOY_MODE: 'rollback',
  }
  expect(await environment('rollback-env')).toMatchObject(back)
  expect((await readFile(join(world.dir, 'pre/deploy-pwd'), 'utf8')).trimEnd()).toBe(`${root}/releases/two`)
  expect((await readFile(join(world.dir, 'deploy-pwd'), 'utf8')).trimEnd()).toBe(`${root}/releases/two`)
  const usual = await loginEnvironment(servers)
  const own = Object.keys(await environment('deploy-env')).filter((name) => !usual.includes(name))
  expect(own.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).sort()).toEqual(
    Object.keys(expected).sort(),
  )
  expect((await readdir(world.dir)).filter((name) => name === 'pwned')).toEqual([])
})

test.concurrent('a first deploy has an empty PREVIOUS_RELEASE', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one', { pre_symlink_command: 'set -u; [ -z "$PREVIOUS_RELEASE" ]' })
})

test.concurrent('a command may be any script of sh: lines, CRLF, quotes, here-documents, exit, an own set -e', async () => {
  await using world = await openWorld([servers.one])
  const { log } = await world.deployed('one', {
    pre_symlink_command: [
      'set -eu',
      'cat <<"END"',
      `it's "quoted" $(not run) %%END`,
      'END',
      'for word in a b',
      'do echo "word $word"',
      'done',
      'exit 0',
      'echo never',
    ].join('\r\n'),
  })
  const said = lines(log, world.labels[0])
  expect(said).toEqual(expect.arrayContaining([`it's "quoted" $(not run) %%END`, 'word a', 'word b']))
  expect(said).not.toContain('never')
})

test.concurrent('an unfinished quote, an exit status, a signal each fail the gate with their own words', async () => {
  await using world = await openWorld([servers.one])
  for (const [script, words] of [
    [`echo "unfinished`, /pre_symlink_command failed with exit code [1-9]/],
    ['exit 42', /pre_symlink_command failed with exit code 42/],
    ['false\ntrue\nset -e\nfalse\necho never', /pre_symlink_command failed with exit code 1/],
    ['kill -SEGV $$', /pre_symlink_command (was killed|did not end)/],
    ['sh -c "kill -TERM \\$\\$"', /pre_symlink_command was killed by signal 15/],
    ['/no/such/program', /pre_symlink_command failed with exit code 127/],
  ] as const) {
    const { code, log } = await world.deploy('one', { pre_symlink_command: script })
    expect(code).toBe(1)
    expect(log).toMatch(words)
    expect(await world.place.linkText()).toBeNull()
  }
})

test.concurrent('a command past command_timeout is killed with its children, also those that ignore signals', async () => {
  await using world = await openWorld(servers.all)
  const { code, log } = await world.deploy('one', {
    pre_symlink_command:
      'trap "" TERM; (trap "" TERM HUP INT; sleep 300) & echo started; sleep 300; sleep 300',
    command_timeout: '1',
  })
  expect(code).toBe(1)
  expect(log).toContain(
    'pre_symlink_command was stopped after 1 s (command_timeout), with all it had started',
  )
  for (const place of world.places)
    await until(async () => (await place.processes()).length === 0, 'nothing of it runs on the host')
})

test.concurrent('a daemon that a command leaves behind lives on, holds no lock and holds up nobody', async () => {
  await using world = await openWorld([servers.one])
  const daemon = 'setsid sh -c \'echo $$ >"$REMOTE_DIR/pid"; exec sleep 300\' </dev/null >/dev/null 2>&1 &'
  const started = performance.now()
  await world.deployed('one', { post_deploy_command: daemon })
  expect(performance.now() - started).toBeLessThan(30_000)
  const pid = Number(await world.place.read('pid'))
  try {
    expect(await realpath(`/proc/${pid}/cwd`)).toContain('/releases/one')
    await world.deployed('two', { lock_timeout: '0' })
  } finally {
    process.kill(pid, 'SIGKILL')
  }
})

test.concurrent('a command that prints a great deal neither stalls nor floods', async () => {
  await using world = await openWorld([servers.one])
  const { log } = await world.deployed('one', {
    post_deploy_command: 'yes "line of output" | head -n 120000',
  })
  expect(log).toContain('the rest is not shown')
  expect(log.length).toBeLessThan(5_000_000)
})

test.concurrent('a command of one host alone is run there alone', async () => {
  await using world = await openWorld(servers.all)
  const hosts = world.hosts((at) => (at === 0 ? { post_deploy_command: 'echo only here' } : {}))
  const { log } = await world.deployed('one', { hosts })
  expect(lines(log, world.labels[0])).toContain('only here')
  expect(lines(log, world.labels[1])).not.toContain('only here')
})
