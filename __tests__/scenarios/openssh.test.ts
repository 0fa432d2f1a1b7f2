import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPost } from '../servers/action.ts'
import { startSshd } from '../servers/sshd.ts'
import { makeAuthority } from './authority.ts'
import { startPasswordServer } from './password_server.ts'
import { toolbox } from './toolbox.ts'
import {
  bulk,
  openWorld,
  program,
  type Server,
  type Servers,
  startServers,
  until,
  type World,
} from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

interface Private extends AsyncDisposable {
  readonly world: World
  /** The TMPDIR of the world's runs. */
  readonly temp: string
  readonly way: { readonly env: Readonly<Record<string, string>> }
}

/** A world over OpenSSH whose runs have a directory for temporary files to themselves. */
async function openPrivate(server: Server, inputs: Readonly<Record<string, string>> = {}): Promise<Private> {
  const world = await openWorld([server], { inputs: { ssh_client: 'openssh', ...inputs } })
  const temp = join(world.dir, 'temp')
  await mkdir(temp)
  return {
    world,
    temp,
    way: { env: { TMPDIR: temp } },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** Arguments of every ssh process that works with files in `temp`. */
async function clients(temp: string): Promise<readonly string[]> {
  const { stdout } = await program('ps', ['-A', '-ww', '-o', 'args='])
  return stdout.split('\n').filter((line) => /^ssh /.test(line) && line.includes(temp))
}

/** Processes that show a text in their arguments or environment; the action itself does, which was given it there. */
async function showing(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')
      // In this order: one that was only just started looks like the action for a moment, and then in both.
      const command = await read('cmdline')
      const environment = await read('environ')
      const ours = command.includes('dist/main.js') || Number(pid) === process.pid
      return !ours && `${command}${environment}`.includes(text) ? [command.replaceAll('\0', ' ')] : []
    }),
  )
  return found.flat()
}

/** Files below `dir` that hold `text`. */
async function holding(dir: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')))
  return files.filter((_, at) => texts[at]?.includes(text))
}

/** A line of the middle of a private key. */
const innards = (key: string) => key.trim().split('\n')[2] as string

test.concurrent('a host is deployed to and rolled back over one connection, and the key is nowhere but in the action', async () => {
  await using alone = await openPrivate(servers.one)
  const { world, temp, way } = alone
  const first = await world.deployed('one', {}, way)
  expect(first.result.hosts[0]).toMatchObject({ status: 'deployed', connections: 1 })

  const run = await world.start(
    {
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'two',
      pre_symlink_command: `echo gate; while [ ! -e '${world.dir}/go' ]; do sleep 0.1; done`,
    },
    way,
  )
  await run.saw(/gate/, 60_000)
  const secret = innards(servers.one.privateKey)
  expect(await holding(temp, secret)).toEqual([])
  expect(await showing(secret)).toEqual([])
  const running = await clients(temp)
  expect(running.length).toBeGreaterThan(1)
  for (const line of running) expect(line).toMatch(/ -F (none|\S+\/config) /)
  await writeFile(join(world.dir, 'go'), '')
  expect((await run.done).code).toBe(0)

  expect((await world.rollback({}, way)).outputs.release).toBe('one')
  expect(await readdir(temp)).toEqual([])
  expect(await clients(temp)).toEqual([])
  await world.expectSound()
})

test.concurrent('a cancelled run ends, and neither process nor file of it is left', async () => {
  await using alone = await openPrivate(servers.one)
  const { world, temp, way } = alone
  await world.deployed('one', {}, way)
  const run = await world.start(
    {
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'two',
      pre_symlink_command: 'echo gate; sleep 300',
    },
    way,
  )
  await run.saw(/gate/, 60_000)
  run.kill('SIGINT')
  const { code, outputs } = await run.done
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(await world.serving()).toEqual(['one'])
  expect(await readdir(temp)).toEqual([])
  await until(async () => (await clients(temp)).length === 0, 'no ssh is left')
  await until(async () => (await world.place.processes()).length === 0, 'nothing runs on the host')
  await world.expectSound()
})

test.concurrent('a killed run takes its connections with it, and post removes the rest, which holds no secret', async () => {
  await using alone = await openPrivate(servers.one)
  const { world, temp, way } = alone
  const run = await world.start(
    {
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'one',
      pre_symlink_command: 'echo gate; sleep 300',
    },
    way,
  )
  await run.saw(/gate/, 60_000)
  run.killAll()
  const { signal, state } = await run.done
  expect(signal).toBe('SIGKILL')
  await until(async () => (await clients(temp)).length === 0, 'no ssh is left')
  expect(await holding(temp, innards(servers.one.privateKey))).toEqual([])
  expect(await readdir(temp)).toHaveLength(1)
  await runPost({ state })
  expect(await readdir(temp)).toEqual([])
  await until(async () => (await world.place.processes()).length === 0, 'nothing runs on the host')
})

test.concurrent('an unknown, a changed and a revoked host key are refused with the line to paste, and nobody logs in', async () => {
  await using server = await startSshd()
  await using other = await startSshd()
  await using alone = await openPrivate(server)
  const { world, way } = alone
  const changed = other.knownHosts.replaceAll(String(other.port), String(server.port))
  const key = server.hostPublicKeys[0]?.split(' ').slice(0, 2).join(' ')
  const line = `[127.0.0.1]:${server.port} ${key}`
  for (const [ssh_known_hosts, words] of [
    [
      other.knownHosts,
      /ssh_known_hosts has no key for 127\.0\.0\.1 port \d+, which showed ssh-ed25519 SHA256:/,
    ],
    [changed, /showed a key that ssh_known_hosts does not have: ssh-ed25519 SHA256:/],
    [`${server.knownHosts}@revoked * ${key}`, /marks @revoked: ssh-ed25519 SHA256:/],
  ] as const) {
    const { code, log } = await world.deploy('one', { ssh_known_hosts }, way)
    expect(code).toBe(1)
    expect(log).toMatch(words)
    expect(log).toContain('nothing was sent to the host')
    if (!ssh_known_hosts.includes('@revoked')) expect(log).toContain(line)
  }
  expect(server.log(), 'no user name was sent').not.toMatch(/user|publickey|Accepted/i)
  expect(await world.place.snapshot()).toEqual({})
  await world.deployed('one', { ssh_known_hosts: line }, way)
})

test.concurrent('a certificate of an authority lets in; one that is over, of another key or not trusted is told', async () => {
  await using aside = await openWorld(['local'])
  const authority = await makeAuthority(join(aside.dir, 'ca'))
  const stranger = await makeAuthority(join(aside.dir, 'other'))
  await using server = await startSshd({
    config: [`TrustedUserCAKeys ${authority.publicKeyFile}`, 'AuthorizedKeysFile none'],
  })
  await using alone = await openPrivate(server)
  const { world, way } = alone
  const names = ['-n', server.user]
  const good = await authority.sign(server.publicKey, [...names, '-V', '-1m:+10m'])
  const { result } = await world.deployed('one', { ssh_certificate: good }, way)
  expect(result.hosts[0].connections).toBe(1)

  const refused = async (ssh_certificate: string, words: RegExp) => {
    const { code, log } = await world.deploy('two', { ssh_certificate }, way)
    expect(code).toBe(1)
    expect(log).toMatch(words)
  }
  await refused(
    await authority.sign(server.publicKey, [...names, '-V', '-2h:-1h']),
    /has expired: it was valid until/,
  )
  await refused(await authority.sign(servers.one.publicKey, names), /for another key than ssh_private_key/)
  await refused(await authority.sign(server.publicKey, ['-h', ...names]), /is a host certificate/)
  await refused(
    await stranger.sign(server.publicKey, names),
    /does not let .* in: tried publickey \(.*certificate.*[\s\S]*TrustedUserCAKeys/,
  )
  expect(await world.serving()).toEqual(['one'])
})

test.concurrent('a host that shows a certificate of a trusted authority is known; without it, the builtin client says which client would do', async () => {
  await using aside = await openWorld(['local'])
  const authority = await makeAuthority(join(aside.dir, 'ca'))
  await using first = await startSshd()
  const file = join(aside.dir, 'host-cert.pub')
  await writeFile(file, await authority.sign(first.hostPublicKeys[0] as string, ['-h', '-n', '127.0.0.1']))
  await using server = await startSshd({ keysFrom: first, config: [`HostCertificate ${file}`] })
  const ssh_known_hosts = `@cert-authority [127.0.0.1]:* ${authority.publicKey}`
  await using alone = await openPrivate(server, { ssh_known_hosts })
  const { world, way } = alone
  await world.deployed('one', {}, way)

  const builtin = await world.deploy('two', { ssh_client: 'builtin' }, way)
  expect(builtin.code).toBe(1)
  expect(builtin.log).toMatch(/@cert-authority line only[\s\S]*ssh_client: openssh/)
  const plain = await world.deploy('two', { hosts: hostsOf(world, first) }, way)
  expect(plain.log).toMatch(/showed no certificate but ssh-ed25519 SHA256:/)
  const stranger = await makeAuthority(join(aside.dir, 'other'))
  const other = await world.deploy('two', { ssh_known_hosts: `@cert-authority * ${stranger.publicKey}` }, way)
  expect(other.code).toBe(1)
  expect(other.log).toMatch(/ssh_known_hosts/)
  expect(await world.serving()).toEqual(['one'])
})

function hostsOf(world: World, { host, port, user }: Exclude<Server, 'local'>): string {
  return `- ${JSON.stringify({ host, port, user, remote_dir: world.place.root })}`
}

test.concurrent('an encrypted key of any type is opened in memory', async () => {
  await using alone = await openPrivate(servers.one)
  const { world, temp, way } = alone
  for (const type of ['ed25519', 'rsa', 'ecdsa']) {
    const file = join(world.dir, type)
    await program('ssh-keygen', ['-q', '-t', type, '-N', 'correct horse', '-f', file])
    await using server = await startSshd({ config: [`AuthorizedKeysFile ${file}.pub`] })
    const inputs = {
      hosts: hostsOf(world, server),
      ssh_known_hosts: server.knownHosts,
      ssh_private_key: await readFile(file, 'utf8'),
      ssh_passphrase: 'correct horse',
    }
    const { log } = await world.deployed(type, inputs, way)
    expect(log.replaceAll(/::add-mask::.*\n/g, '')).not.toContain('correct horse')
  }
  expect(await readdir(temp)).toEqual([])
})

test.concurrent('a password is asked of the action alone, by either of the ways; a wrong one is told', async () => {
  const ssh_password = 's3cret \'"$(id)'
  for (const method of ['password', 'keyboard-interactive'] as const) {
    await using server = await startPasswordServer(method, ssh_password)
    await using alone = await openPrivate(server, { ssh_private_key: '', ssh_password })
    const { world, temp, way } = alone
    const run = await world.start(
      {
        mode: 'deploy',
        local_dir: world.build,
        release_name: 'one',
        pre_symlink_command: `echo gate; while [ ! -e '${world.dir}/go' ]; do sleep 0.1; done`,
      },
      way,
    )
    await run.saw(/gate/, 60_000)
    expect(await holding(temp, 's3cret')).toEqual([])
    expect(await showing('s3cret')).toEqual([])
    await writeFile(join(world.dir, 'go'), '')
    const { code, log } = await run.done
    expect(code, log).toBe(0)

    const wrong = await world.deploy('two', { ssh_password: 'wrong-password' }, way)
    expect(wrong.code).toBe(1)
    expect(wrong.log).toMatch(/does not let somebody in: tried .*(password|keyboard-interactive)/)
    expect(wrong.log.replaceAll(/::add-mask::.*\n/g, '')).not.toContain('wrong-password')
  }
})

test.concurrent('without a key, the agent is asked, for that of a certificate too', async () => {
  await using aside = await openWorld(['local'])
  const authority = await makeAuthority(join(aside.dir, 'ca'))
  await using signed = await startSshd({
    config: [`TrustedUserCAKeys ${authority.publicKeyFile}`, 'AuthorizedKeysFile none'],
  })
  const ssh_certificate = await authority.sign(servers.one.publicKey, ['-n', signed.user])
  const socket = join(aside.dir, 'agent')
  const { stdout } = await program('ssh-agent', ['-a', socket])
  try {
    await program('ssh-add', ['-q', servers.one.privateKeyFile], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
    })
    for (const [server, inputs] of [
      [servers.one, {}],
      [signed, { ssh_certificate }],
    ] as const) {
      await using alone = await openPrivate(server, { ssh_private_key: '', ...inputs })
      const { world, temp, way } = alone
      const { code, log } = await world.deploy('one', {}, { env: { ...way.env, SSH_AUTH_SOCK: socket } })
      expect(code, log).toBe(0)
      expect(await readdir(temp)).toEqual([])
    }
  } finally {
    process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]))
  }
})

for (const ssh_client of ['builtin', 'openssh']) {
  test.concurrent(`a host behind others is reached through them, each checked (${ssh_client})`, async () => {
    const [bastion, inner] = servers.all as [Servers['one'], Servers['one']]
    await using behind = await startSshd({
      config: [`AuthorizedKeysFile ${join(bastion.dir, 'authorized_keys')}`],
    })
    await using alone = await openPrivate(
      { ...behind, privateKey: bastion.privateKey },
      { ssh_client, ssh_known_hosts: [bastion, inner, behind].map(({ knownHosts }) => knownHosts).join('') },
    )
    const { world, temp, way } = alone
    const hop = (server: Exclude<Server, 'local'>) => `${server.user}@${server.host}:${server.port}`
    const through = behind.log().length
    const { result } = await world.deployed('one', { ssh_proxy_jump: `${hop(bastion)}, ${hop(inner)}` }, way)
    expect(result.hosts[0].connections).toBe(1)
    expect(behind.log().slice(through)).toMatch(/Accepted publickey/)

    const strange = await world.deploy(
      'two',
      { ssh_proxy_jump: hop(inner), ssh_known_hosts: bastion.knownHosts + behind.knownHosts },
      way,
    )
    expect(strange.code).toBe(1)
    expect(strange.log).toContain(
      `on the way to 127.0.0.1: ssh_known_hosts has no key for 127.0.0.1 port ${inner.port}`,
    )

    await using closed = await startSshd({
      config: [`AuthorizedKeysFile ${join(bastion.dir, 'authorized_keys')}`, 'AllowTcpForwarding no'],
    })
    const refused = await world.deploy(
      'two',
      { ssh_proxy_jump: hop(closed), ssh_known_hosts: closed.knownHosts + behind.knownHosts },
      way,
    )
    expect(refused.log).toContain(`127.0.0.1 does not connect to 127.0.0.1 port ${behind.port}`)
    expect(refused.log).toContain('AllowTcpForwarding')
    expect(await world.serving()).toEqual(['one'])
    expect(await readdir(temp)).toEqual([])
  })
}

test.concurrent('a file of settings says how a host is reached, and no more than the inputs leave to it', async () => {
  await using alone = await openPrivate(servers.one)
  const { world, temp, way } = alone
  const evil = join(world.dir, 'evil')
  const file = join(world.dir, 'settings')
  await writeFile(
    file,
    [
      'Host www.example.test',
      `  HostName ${servers.one.host}`,
      `  Port ${servers.one.port}`,
      `  ProxyCommand /bin/sh -c 'exec nc %h %p || exec socat - TCP:%h:%p'`.replace(
        /.*/,
        `  ProxyUseFdpass no`,
      ),
      'Host *',
      '  User nobody-at-all',
      '  StrictHostKeyChecking no',
      '  UserKnownHostsFile /dev/null',
      '  PermitLocalCommand yes',
      `  LocalCommand touch ${evil}`,
      `  ControlPath ${temp}/theirs`,
      '  RemoteCommand false',
      '',
    ].join('\n'),
  )
  const hosts = `- ${JSON.stringify({ host: 'www.example.test', user: servers.one.user, remote_dir: world.place.root })}`
  await world.deployed('one', { ssh_config: file, hosts }, way)
  expect(existsSync(evil)).toBe(false)

  const stranger = await world.deploy(
    'two',
    {
      ssh_config: file,
      hosts,
      ssh_known_hosts: 'a ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f',
    },
    way,
  )
  expect(stranger.code).toBe(1)
  expect(stranger.log).toContain(`[127.0.0.1]:${servers.one.port} ssh-ed25519 `)
  await writeFile(file, 'Host *\n  Nonsense yes\n')
  expect((await world.deploy('two', { ssh_config: file }, way)).log).toMatch(
    /ssh_config has a line .*line 2: .*Nonsense/i,
  )
  await writeFile(file, 'Host *\n  ProxyCommand no-such-proxy %h\n')
  expect((await world.deploy('two', { ssh_config: file }, way)).log).toMatch(
    /closed the connection before the login: .*no-such-proxy: (command )?not found/,
  )
  const missing = await world.deploy('two', { ssh_config: 'nowhere' }, way)
  expect(missing.log).toMatch(/ssh_config: the file cannot be read \(ENOENT\)/)
})

test.concurrent('a connection that is cut during the upload is made again, and the upload goes on', async () => {
  await using server = await startSshd()
  await using alone = await openPrivate(server)
  const { world, temp, way } = alone
  await world.write(bulk(60, 50_000))
  const run = await world.start(
    {
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'two',
      rsync_flags: '--no-compress --bwlimit=600',
    },
    way,
  )
  await until(async () => (await world.place.arrived('two')) > 0, 'files arrive')
  for (const pid of await server.pids()) process.kill(pid, 'SIGKILL')
  const { code, log, result } = await run.done
  expect(code, log).toBe(0)
  expect(log).toMatch(/goes on from what arrived/)
  expect(result.hosts[0]).toMatchObject({ status: 'deployed', connections: 2 })
  expect(await readdir(temp)).toEqual([])
  await world.expectSound()
})

test.concurrent('a runner without OpenSSH is told what to install', async () => {
  await using tools = await toolbox({ without: ['ssh'] })
  await using alone = await openPrivate(servers.one)
  const { world, way } = alone
  const { code, log } = await world.deploy('one', {}, { env: { ...way.env, PATH: tools.search } })
  expect(code).toBe(1)
  expect(log).toContain('the runner has no OpenSSH client')
})
