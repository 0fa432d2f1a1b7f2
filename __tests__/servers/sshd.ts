// A real sshd on loopback for one test: own keys, own configuration, a random port; needs no rights but the user's own.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa'

export interface SshdOptions {
  /** Channels at once on one connection; 10 is sshd's own default. */
  readonly maxSessions?: number
  /** Log-in names allowed beside the current user; others than that need root. */
  readonly users?: readonly string[]
  /** Lines of sshd_config that go before the defaults, so they win. */
  readonly config?: readonly string[]
  readonly hostKeys?: readonly KeyType[]
  /** A port to come back on, after a dispose. */
  readonly port?: number
  /** `dir` of an earlier server whose keys to use again; it is then not removed. */
  readonly keysFrom?: Sshd
}

export interface Sshd extends AsyncDisposable {
  /** Process id of the one that listens. */
  readonly pid: number
  readonly host: string
  readonly port: number
  readonly user: string
  /** Temporary directory with the keys and the configuration. */
  readonly dir: string
  /** The host's public keys, `type base64`, in the order of `hostKeys`. */
  readonly hostPublicKeys: readonly string[]
  /** known_hosts text for all of the host's keys. */
  readonly knownHosts: string
  /** Private key that may log in, and the file it is in. */
  readonly privateKey: string
  readonly privateKeyFile: string
  readonly publicKey: string
  /** Process ids of the log-ins: kill these to drop connections. */
  pids(): Promise<number[]>
  /** What sshd has said so far. */
  log(): string
}

/** @throws Error when sshd is not installed or does not start: a test must not pass for want of a server. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const program = findSshd()
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 })
  const dir = options.keysFrom?.dir ?? (await mkdtemp(join(tmpdir(), 'sshd-')))
  // Log-ins of other users read their authorised keys in here themselves.
  await chmod(dir, 0o711)
  const types = options.hostKeys ?? ['ed25519']
  await Promise.all([
    ...types.map((type) => makeKey(join(dir, `host_${type}`), type)),
    makeKey(join(dir, 'user'), 'ed25519'),
  ])
  const read = (name: string) => readFile(join(dir, name), 'utf8')
  const publicKey = (await read('user.pub')).trim()
  await writeFile(join(dir, 'authorized_keys'), `${publicKey}\n`, { mode: 0o644 })
  const hostPublicKeys = await Promise.all(types.map(async (type) => (await read(`host_${type}.pub`)).trim()))
  const user = userInfo().username
  const file = join(dir, 'sshd_config')
  const startAt = async (port: number) => {
    await writeFile(file, configuration(dir, port, user, types, options).join('\n'))
    return { port, ...(await start(program, file)) }
  }
  const { port, ...server } = await (options.port === undefined ? atFreePort(startAt) : startAt(options.port))

  return {
    pid: server.child.pid as number,
    host: '127.0.0.1',
    port,
    user,
    dir,
    hostPublicKeys,
    knownHosts: hostPublicKeys.map((key) => `[127.0.0.1]:${port} ${key}\n`).join(''),
    privateKey: await read('user'),
    privateKeyFile: join(dir, 'user'),
    publicKey,
    pids: () => logins(server.child.pid ?? 0),
    log: server.log,
    async [Symbol.asyncDispose]() {
      const pids = await logins(server.child.pid ?? 0)
      const ended = new Promise((resolve) => server.child.once('exit', resolve))
      if (server.child.exitCode === null && server.child.kill()) await ended
      for (const pid of pids) kill(pid)
      if (!options.keysFrom) await rm(dir, { recursive: true, force: true })
    },
  }
}

/**
 * Line of sshd_config that sets the environment of every log-in; sshd heeds the first such line only, so it holds all.
 * bash started by sshd reads ~/.bashrc at its first level only: what a developer keeps there is none of a test's business.
 */
export function environment(variables: Readonly<Record<string, string>> = {}): string {
  const all = Object.entries({ SHLVL: '1', ...variables })
  return `SetEnv ${all.map(([name, value]) => `${name}=${value}`).join(' ')}`
}

function configuration(
  dir: string,
  port: number,
  user: string,
  types: readonly KeyType[],
  { config = [], maxSessions = 10, users = [] }: SshdOptions,
): string[] {
  return [
    ...config,
    `ListenAddress 127.0.0.1:${port}`,
    ...types.map((type) => `HostKey ${join(dir, `host_${type}`)}`),
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    `AllowUsers ${[user, ...users].join(' ')}`,
    `MaxSessions ${maxSessions}`,
    // Of this one, unlike all others, the last line wins.
    ...(config.some((line) => line.startsWith('MaxStartups')) ? [] : ['MaxStartups 1000']),
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    environment(),
    'UseDNS no',
    'PrintMotd no',
    'PidFile none',
    'LogLevel VERBOSE',
    '',
  ]
}

function findSshd(): string {
  const places = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/lib/ssh',
  ]
  // sshd starts itself again for each connection, which takes its full path.
  const found = places
    .map((place) => join(place, 'sshd'))
    .find((file) => file.startsWith('/') && existsSync(file))
  if (!found)
    throw new Error('these tests need an SSH server: install openssh-server (it does not have to run)')
  return found
}

async function makeKey(file: string, type: KeyType): Promise<void> {
  if (existsSync(file)) return
  await run('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(type === 'rsa' ? ['-b', '2048'] : []),
    '-N',
    '',
    '-C',
    'test',
    '-f',
    file,
  ])
}

/** A port that was free a moment ago may have gone to another one of many servers. */
async function atFreePort<T>(startAt: (port: number) => Promise<T>, tries = 5): Promise<T> {
  try {
    return await startAt(await freePort())
  } catch (error) {
    if (tries === 1 || !String(error).includes('Address already in use')) throw error
    return atFreePort(startAt, tries - 1)
  }
}

/** A port on 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function start(program: string, config: string): Promise<{ child: ChildProcess; log: () => string }> {
  const child = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  const listening = Promise.withResolvers<void>()
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (text.includes('Server listening on')) listening.resolve()
  })
  child.once('error', listening.reject)
  child.once('exit', (code) => listening.reject(new Error(`sshd ended with ${code}:\n${text}`)))
  await listening.promise
  return { child, log: () => text }
}

/** sshd's own processes below the listening one; a log-in's commands are not among them. */
async function logins(server: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,comm='])
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  const below = (parent: number): number[] =>
    rows
      .filter(([, ppid, name]) => Number(ppid) === parent && name?.startsWith('sshd'))
      .flatMap(([pid]) => [Number(pid), ...below(Number(pid))])
  return below(server)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone by itself.
  }
}
