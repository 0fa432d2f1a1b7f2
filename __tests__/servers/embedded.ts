// An SSH server inside this process: no root, no daemon, no file outside its directory. A stand-in for a host, not for sshd.

import { spawn } from 'node:child_process'
import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext, type ServerChannel } from 'ssh2'

export interface EmbeddedServer extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly user: string
  /** Line for `ssh_known_hosts`. */
  readonly knownHosts: string
  /** OpenSSH text of the one key it lets in. */
  readonly privateKey: string
  /** Where commands start, and their HOME. */
  readonly dir: string
  /** Connections accepted so far. */
  connections(): number
}

function authenticate(context: AuthContext, key: ssh2.ParsedKey): void {
  if (context.method === 'publickey' && isOwner(context, key)) context.accept()
  else context.reject(['publickey'])
}

// A client first asks whether the key would do, without a signature.
function isOwner(
  { key: offered, blob, signature, hashAlgo }: PublicKeyAuthContext,
  key: ssh2.ParsedKey,
): boolean {
  const allowed = key.getPublicSSH()
  if (offered.data.length !== allowed.length || !timingSafeEqual(offered.data, allowed)) return false
  return signature === undefined || (blob !== undefined && key.verify(blob, signature, hashAlgo) === true)
}

// Like sshd: the command is a group of its own, outlives its client, and learns of its end by closed pipes alone.
function runCommand(command: string, dir: string, channel: ServerChannel): void {
  const { username, shell } = userInfo()
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: dir,
    env: { HOME: dir, PATH: process.env.PATH, USER: username, LOGNAME: username, SHELL: shell ?? '/bin/sh' },
    detached: true,
  })
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  // A command that stops reading breaks its pipe; what it says with its exit status is enough.
  child.stdin.on('error', () => channel.resume())
  channel.on('error', () => {})
  channel.on('close', () => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  })
  child.on('error', (error) => {
    channel.stderr.write(`${error.message}\n`)
    channel.exit(127)
    channel.end()
  })
  child.on('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 1)
    else channel.exit(signal.replace('SIG', ''), false, '')
    // Ending the channel closes it, also for what stderr has not sent yet.
    channel.stderr.end(() => channel.end())
  })
}

function serve(client: Connection, key: ssh2.ParsedKey, dir: string): void {
  client.on('authentication', (context) => authenticate(context, key))
  client.on('session', (accept) => {
    const session = accept()
    session.on('exec', (start, _refuse, { command }) => runCommand(command, dir, start()))
  })
  // A client that goes away without a word is everyday life for a server.
  client.on('error', () => {})
}

export interface KeyPair {
  readonly privateKey: string
  readonly publicKey: string
}

/** An ed25519 key pair in OpenSSH's text form, made in memory. */
export function makeKey(): KeyPair {
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ed25519')
  // One in 370 that ssh2 makes is malformed, to ssh-keygen as well.
  return ssh2.utils.parseKey(privateKey) instanceof Error ? makeKey() : { privateKey, publicKey }
}

/**
 * Starts a server whose commands run in `dir` and which lets in whoever has `user`.
 * @throws when `address` cannot be bound, e.g. 127.0.0.2 on macOS.
 */
export async function startEmbeddedServer(
  dir: string,
  { address = '127.0.0.1', user = makeKey() }: { address?: string; user?: KeyPair } = {},
): Promise<EmbeddedServer> {
  const host = makeKey()
  const key = ssh2.utils.parseKey(user.publicKey)
  if (key instanceof Error) throw key
  const clients = new Set<Connection>()
  let count = 0
  const server = new ssh2.Server({ hostKeys: [host.privateKey] }, (client) => {
    count++
    clients.add(client)
    client.on('close', () => clients.delete(client))
    // Without ssh2's compiled part, packets and their tags are written apart: Nagle's algorithm would stall them.
    ;(client as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true)
    serve(client, key, dir)
  })
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address,
    port,
    user: userInfo().username,
    knownHosts: `[${address}]:${port} ${host.publicKey}`,
    privateKey: user.privateKey,
    dir,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const client of clients) client.end()
      await closed
    },
  }
}
