import { execFile } from 'node:child_process'
import { existsSync as exists } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCutProxy } from '../servers/cut_proxy.ts'
import { startSshd } from '../servers/sshd.ts'
import { startPasswordServer } from './password_server.ts'
import { slowSync, toolbox } from './toolbox.ts'
import { bulk, openWorld, program, type Servers, startServers, until } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('a connection that is cut during the upload is made again, and the upload goes on', async () => {
  await using server = await startSshd()
  await using world = await openWorld([server])
  await world.deployed('one')
  await world.write(bulk(60, 50_000))
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    rsync_flags: '--no-compress --bwlimit=600',
  })
  await until(async () => (await world.place.arrived('two')) > 0, 'files arrive')
  for (const pid of await server.pids()) process.kill(pid, 'SIGKILL')

  const { code, log, result } = await run.done
  expect(code, log).toBe(0)
  expect(log).toMatch(/goes on from what arrived/)
  expect(result.hosts[0]).toMatchObject({ status: 'deployed', connections: 2 })
  expect(await world.serving()).toEqual(['two'])
  await world.expectSound()
})

test.concurrent('a connection that is cut in the gate fails the run, and the command is gone', async () => {
  await using server = await startSshd()
  await using world = await openWorld([server])
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: 'echo "gate runs"; sleep 300',
  })
  await run.saw(/gate runs/, 60_000)
  for (const pid of await server.pids()) process.kill(pid, 'SIGKILL')

  const { code, outputs, log } = await run.done
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(log).toContain('pre_symlink_command did not end: the connection was lost')
  expect(await world.serving()).toEqual(['one'])
  await until(async () => (await world.place.processes()).length === 0, 'nothing of it runs on the host')
  await world.deployed('two')
  await world.expectSound()
})

test.concurrent('a connection that is cut in post_deploy_command is made again to put the host back', async () => {
  await using server = await startSshd()
  await using world = await openWorld([server])
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    post_deploy_command: '[ "$RELEASE_NAME" = one ] || { echo "post runs"; sleep 300; }',
  })
  await run.saw(/post runs/, 60_000)
  for (const pid of await server.pids()) process.kill(pid, 'SIGKILL')

  const { code, outputs, log } = await run.done
  expect(code).toBe(1)
  expect(outputs.status, log).toBe('reverted')
  expect(await world.serving()).toEqual(['one'])
  await world.deployed('three')
  await world.expectSound()
})

test.concurrent('a connection that is cut in the switch itself is made again, and the truth found out', async () => {
  await using local = await openWorld(['local'])
  await using tools = await toolbox({ fakes: slowSync(local.dir, 2) })
  await using server = await startSshd({ config: [tools.path] })
  await using world = await openWorld([server])
  await world.deployed('one')
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    pre_symlink_command: `: >'${local.dir}/slow'`,
  })
  await until(() => exists(join(local.dir, 'reached')), 'the switch is under way')
  for (const pid of await server.pids()) process.kill(pid, 'SIGKILL')

  const { code, outputs, log } = await run.done
  expect(code, log).toBe(1)
  expect(outputs.status, log).toBe('reverted')
  expect(await world.serving(), log).toEqual(['one'])
  await rm(join(local.dir, 'slow'))
  await world.deployed('three')
  await world.expectSound()
})

test.concurrent('a server that allows one session a connection gets more connections', async () => {
  await using server = await startSshd({ maxSessions: 1 })
  await using world = await openWorld([server])
  await world.deployed('one', { pre_symlink_command: 'echo gate' })
  const { result } = await world.deployed('two')
  expect(result.hosts[0].connections).toBeGreaterThan(1)
  expect((await world.rollback()).code).toBe(0)
  await world.expectSound()
})

test.concurrent('a look that leads to more questions does with one session a connection', async () => {
  await using server = await startSshd({ maxSessions: 1 })
  await using world = await openWorld([server])
  await world.deployed('one')
  await writeFile(join(world.place.root, 'manifest.json'), '{')
  const { code, result, log } = await world.list()
  expect(code, log).toBe(0)
  expect(log).toContain('records and the log instead of the manifest')
  expect(result.hosts[0]).toMatchObject({ connections: 1, round_trips: 2 })
})

test.concurrent('a second connection that is refused for a while is waited for; for good, it ends the run', async () => {
  await using server = await startSshd({ maxSessions: 1 })
  await using proxy = await startCutProxy(server.port)
  const knownHosts = server.hostPublicKeys.map((key) => `[127.0.0.1]:${proxy.port} ${key}\n`).join('')
  await using world = await openWorld([{ ...server, port: proxy.port, knownHosts }], {
    inputs: { connect_timeout: '5' },
  })
  await world.deployed('one')

  await world.write({ 'index.html': 'two\n' })
  proxy.admit(1)
  const refused = await world.deploy('two')
  expect(refused.code, refused.log).toBe(1)
  expect(refused.annotations[0]?.message).toMatch(/updating: .* cut the connection/)
  expect(await world.serving()).toEqual(['one'])

  proxy.admit(1)
  const run = await world.start({ mode: 'deploy', local_dir: world.build, release_name: 'two' })
  await run.saw(/trying again .2 of 3./, 60_000)
  proxy.admit(Number.POSITIVE_INFINITY)
  const { code, log } = await run.done
  expect(code, log).toBe(0)
  await world.expectSound()
})

test.concurrent('what a login shell prints on its own does no harm', async () => {
  const noisy =
    'echo welcome to the host; echo "::error::motd" >&2; cat /etc/passwd; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"'
  await using server = await startSshd({ config: [`ForceCommand ${noisy}`] })
  await using world = await openWorld([server])
  const { annotations } = await world.deployed('one', { pre_symlink_command: 'echo "said by the gate"' })
  expect(annotations).toEqual([])
  await world.deployed('two')
  expect((await world.rollback()).code).toBe(0)
  expect((await world.list()).result.releases).toHaveLength(2)
  await world.expectSound()
})

const shells = ['dash', 'ksh', 'mksh', 'yash', 'zsh', 'csh', 'tcsh', 'fish'].flatMap((shell) => {
  const there = ['/bin', '/usr/bin', '/usr/local/bin'].map((dir) => `${dir}/${shell}`).find(exists)
  if (there === undefined) console.warn(`not tested: ${shell} as a login shell, which is not on this machine`)
  return there === undefined ? [] : [there]
})

// What sshd does for a user with this login shell: it runs `SHELL -c COMMAND`.
for (const there of shells) {
  test.concurrent(`the login shell may be ${there}`, async () => {
    await using server = await startSshd({
      config: [`ForceCommand exec ${there} -c "$SSH_ORIGINAL_COMMAND"`],
    })
    await using world = await openWorld([server])
    await world.deployed('one', {
      pre_symlink_command: 'echo "it\'s $RELEASE_NAME!"',
      post_deploy_command: 'pwd',
    })
    await world.deployed('two')
    expect((await world.rollback()).outputs.release).toBe('one')
    await world.expectSound()
  })
}

test.concurrent('a wrapper around commands may take none that is long', async () => {
  const short = '[ $(printf %s "$SSH_ORIGINAL_COMMAND" | wc -c) -lt 10000 ] || { echo too long; exit 9; }'
  await using server = await startSshd({
    config: [`ForceCommand ${short}; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"`],
  })
  await using world = await openWorld([server])
  const { annotations, result } = await world.deployed('one', { post_deploy_command: 'true' })
  expect(annotations).toEqual([])
  expect(result.hosts[0].connections).toBe(1)
  await world.deployed('two')
  expect((await world.rollback()).code).toBe(0)
  await world.expectSound()
})

test.concurrent('a login that runs no commands is told apart from one that fails', async () => {
  await using server = await startSshd({
    config: ['ForceCommand echo This account is currently not available.; exit 1'],
  })
  await using world = await openWorld([server])
  const { code, log } = await world.deploy('one')
  expect(code).toBe(1)
  expect(log).toContain('could not start /bin/sh (exit 1)')
  expect(log).toContain('This account is currently not available.')
})

test.concurrent('an encrypted key is opened by its passphrase, and refused by a wrong one before anything is connected', async () => {
  await using world = await openWorld([servers.one])
  const file = join(world.dir, 'key')
  await writeFile(file, servers.one.privateKey, { mode: 0o600 })
  await program('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'correct horse', '-f', file])
  const ssh_private_key = await readFile(file, 'utf8')
  await world.deployed('one', { ssh_private_key, ssh_passphrase: 'correct horse' })

  const { code, log } = await world.deploy('two', { ssh_private_key, ssh_passphrase: 'battery staple' })
  expect(code).toBe(1)
  expect(log).toContain('ssh_passphrase')
  expect(log).toContain('nothing was connected')
  expect(log.replaceAll(/::add-mask::.*\n/g, '')).not.toContain('battery staple')
})

test.concurrent('keys with CRLF or a lost last line end work as they are', async () => {
  await using world = await openWorld([servers.one])
  const { privateKey } = servers.one
  await world.deployed('one', { ssh_private_key: privateKey.replaceAll('\n', '\r\n') })
  await world.deployed('two', { ssh_private_key: privateKey.trimEnd() })
  await world.deployed('three', { ssh_private_key: privateKey.replaceAll('\n', '\\n') })
})

test.concurrent('without a key, the agent is asked', async () => {
  await using world = await openWorld([servers.one], { inputs: { ssh_private_key: '' } })
  const socket = join(world.dir, 'agent')
  const agent = execFile('ssh-agent', ['-D', '-a', socket])
  try {
    await until(() => exists(socket), 'the agent listens')
    await program('ssh-add', ['-q', servers.one.privateKeyFile], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
    })
    const { code, log } = await world.deploy('one', {}, { env: { SSH_AUTH_SOCK: socket } })
    expect(code, log).toBe(0)
  } finally {
    agent.kill()
  }
})

test.concurrent('a password lets in, by either of the ways that servers ask for it; a wrong one is told', async () => {
  for (const method of ['password', 'keyboard-interactive'] as const) {
    await using server = await startPasswordServer(method, 's3cret \'"$(id)')
    await using world = await openWorld([server], {
      inputs: { ssh_private_key: '', ssh_password: 's3cret \'"$(id)' },
    })
    await world.deployed('one')
    await world.deployed('two')
    const { code, log } = await world.deploy('three', { ssh_password: 'wrong-password' })
    expect(code).toBe(1)
    expect(log).toMatch(/does not let .* in: tried .*password/)
    expect(log.replaceAll(/::add-mask::.*\n/g, '')).not.toContain('wrong-password')
    await world.expectSound()
  }
})

test.concurrent('a key that the host does not know is refused with what was tried, and nothing is changed', async () => {
  await using other = await startSshd()
  await using world = await openWorld([servers.one])
  const { code, log } = await world.deploy('one', { ssh_private_key: other.privateKey })
  expect(code).toBe(1)
  expect(log).toMatch(
    /does not let .* in: tried publickey \(ssh-ed25519 SHA256:\S+\); the server takes publickey/,
  )
  expect(await world.place.snapshot()).toEqual({})
})

test.concurrent('an unknown host key is refused with the line to paste, and nobody logs in', async () => {
  await using server = await startSshd()
  await using other = await startSshd()
  await using world = await openWorld([server])
  const wrong = other.knownHosts.replaceAll(String(other.port), String(server.port))
  for (const [ssh_known_hosts, words] of [
    [other.knownHosts, /ssh_known_hosts has no key for 127\.0\.0\.1/],
    [wrong, /SHA256:/],
  ] as const) {
    const { code, log } = await world.deploy('one', { ssh_known_hosts })
    expect(code).toBe(1)
    expect(log).toMatch(words)
    expect(log).toMatch(/SHA256:\S+/)
  }
  expect((await world.deploy('one', { ssh_known_hosts: other.knownHosts })).log).toContain(
    `[127.0.0.1]:${server.port} ${server.hostPublicKeys[0]?.split(' ').slice(0, 2).join(' ')}`,
  )
  expect(server.log(), 'no user name was sent').not.toMatch(/user|publickey|Accepted/i)
  expect(await world.place.snapshot()).toEqual({})
})

test.concurrent('host_key_checking: off connects, and warns each time', async () => {
  await using world = await openWorld([servers.one])
  for (const release of ['one', 'two']) {
    const { annotations } = await world.deployed(release, { ssh_known_hosts: '', host_key_checking: 'off' })
    expect(annotations.map(({ level, message }) => `${level}: ${message}`).join()).toMatch(
      /warning: .*host_key_checking/,
    )
  }
})

test.concurrent('a host that does not answer fails the run within connect_timeout, and the others are not touched', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  await using world = await openWorld([servers.one, { ...servers.one, port }], {
    inputs: { connect_timeout: '2' },
  })
  const { code, log, seconds } = await world.deploy('one')
  silent.close()
  expect(code).toBe(1)
  expect(seconds).toBeLessThan(20)
  expect(log).toContain(`127.0.0.1:${port}`)
  expect(await world.places[0]?.linkText()).toBeNull()
})

test.concurrent('no key and no secret is left on the runner or shown in the log', async () => {
  await using world = await openWorld([servers.one])
  const { log, left } = await world.deployed('one')
  expect(left).toEqual([])
  const shown = log.replaceAll(/::add-mask::.*\n/g, '')
  for (const line of servers.one.privateKey.trim().split('\n').slice(1, -1)) expect(shown).not.toContain(line)
})
