// Three round trips less: ssh2 waits for the login service to be granted, asks whether a key would do before it signs, and waits for a
// channel before it says what to run there. And no work for nobody: it has every key of the host's proven by a signature.

import type { Client, ParsedKey } from 'ssh2'

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void
type AuthPK = (user: string, key: ParsedKey, algorithm: string | undefined, sign?: Sign) => void

/** No public way leads there; where a version of ssh2 has it otherwise, nothing is hastened. */
interface Protocol {
  authPK?: AuthPK
  service?: (name: string) => void
  session?: (channel: number, window: number, packet: number) => void
  exec?: (channel: number, command: string, wantsReply: boolean) => void
  readonly _handlers?: {
    SERVICE_ACCEPT?: (protocol: Protocol, name: string) => void
    GLOBAL_REQUEST?: (protocol: Protocol, name: string, wantsReply: boolean, data: unknown) => void
  }
}

function protocolOf(client: Client): Protocol {
  return (client as unknown as { _protocol?: Protocol })._protocol ?? {}
}

/** Hash of a signature by its algorithm (RFC 8332); keys that have only one way to sign come without an algorithm. */
const hashes: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
}

/**
 * For a client that has begun to connect. A server that does not want the key says so either way (RFC 4252, section 7: the question is
 * optional). Keys of an agent are asked for first, as each signature may cost its owner a touch.
 */
export function signAtOnce(client: Client): void {
  const protocol = protocolOf(client)
  const ask = protocol.authPK
  if (ask?.length !== 4) return
  protocol.authPK = (user, key, algorithm, sign) => {
    const name = algorithm ?? 'none'
    const able = sign === undefined && name in hashes && key.isPrivateKey?.() === true
    const signer: Sign = (data, done) => {
      const signature = key.sign(data, hashes[name])
      if (signature instanceof Error) ask.call(protocol, user, key, algorithm)
      else done(signature)
    }
    ask.call(protocol, user, key, algorithm, able ? signer : sign)
  }
}

/**
 * For a client that has begun to connect, and whose key does not depend on what the server says of itself first (RSA does): the login
 * follows the request for its service at once. A server that does not grant the service disconnects either way (RFC 4253, section 10).
 */
export function logInAtOnce(client: Client): void {
  const protocol = protocolOf(client)
  const { service, _handlers: handlers } = protocol
  const accepted = handlers?.SERVICE_ACCEPT
  if (service?.length !== 1 || handlers === undefined || accepted === undefined) return
  protocol.service = (name) => {
    service.call(protocol, name)
    if (name !== 'ssh-userauth') return
    handlers.SERVICE_ACCEPT = () => {}
    setImmediate(() => accepted(protocol, name))
  }
}

/** For a client that has begun to connect: the other keys that OpenSSH tells it of (its PROTOCOL, "hostkeys-00@openssh.com") are nobody's concern here. */
export function askForNoProof(client: Client): void {
  const { _handlers: handlers } = protocolOf(client)
  const heed = handlers?.GLOBAL_REQUEST
  if (handlers === undefined || heed?.length !== 4) return
  handlers.GLOBAL_REQUEST = (protocol, name, wantsReply, data) => {
    if (name !== 'hostkeys-00@openssh.com' || wantsReply) heed(protocol, name, wantsReply, data)
  }
}

/** By what the server calls itself (RFC 4253, section 4.2). */
export function isOpenssh(client: Client): boolean {
  return (client as unknown as { _remoteVer?: string })._remoteVer?.startsWith('OpenSSH_') === true
}

/** What OpenSSH calls the first channel of a connection: the lowest number that is free. */
const FIRST = 0

/**
 * For a connection to OpenSSH that has had no channel yet, right before `command` is the first to be run: it follows the request for its
 * channel at once. Where the server gives no channel, it hangs up for that, and what it said before may get lost.
 */
export function runAtOnce(client: Client, command: string): void {
  const protocol = protocolOf(client)
  const { session, exec } = protocol
  if (session?.length !== 3 || exec?.length !== 3) return
  protocol.session = (...request) => {
    protocol.session = session
    session.apply(protocol, request)
    exec.call(protocol, FIRST, command, true)
  }
  protocol.exec = (channel, text, wantsReply) => {
    if (channel !== FIRST || text !== command) return exec.call(protocol, channel, text, wantsReply)
    protocol.exec = exec
  }
}
