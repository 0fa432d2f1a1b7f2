// One authenticated SSH connection: reaching the host, within a deadline, with retries.

import type { Duplex } from 'node:stream'
import pRetry from 'p-retry'
import type { Client, ClientChannel } from 'ssh2'
import { Failure } from '../failure.ts'
import { type Authentication, authentication } from './authentication.ts'
import { deadline, dial, orAborted } from './dial.ts'
import { hostKeyCheck } from './host_key.ts'
import type { SshTarget } from './target.ts'
import { cancelled, explain, lost, Transient, timedOut } from './trouble.ts'

export interface Link {
  readonly client: Client
  readonly alive: boolean
  /**
   * Starts a command; undefined when the server allows no further channel beside those there are.
   * @throws Failure when the connection is lost or the server lets no command run at all.
   */
  start(command: string): Promise<ClientChannel | undefined>
  /** Says goodbye, and hangs up after at most two seconds. */
  close(): Promise<void>
}

/** Where an attempt is, for the one line that a timeout leaves. */
interface Progress {
  stage: string
}

/** @throws Failure once the deadline has passed, the attempts are used up, or another attempt cannot help. */
export async function openLink(
  target: SshTarget,
  signal: AbortSignal,
  onRetry: (text: string) => void,
): Promise<Link> {
  using limit = deadline(signal, target.connectTimeout)
  const progress: Progress = { stage: '' }
  let opened: Link | undefined
  let last: Failure | undefined
  const attempt = async () => {
    opened = await openOnce(target, limit.signal, progress)
    return opened
  }
  try {
    return await pRetry(attempt, {
      retries: 3,
      minTimeout: 500,
      randomize: true,
      signal: limit.signal,
      shouldRetry: ({ error }) => error instanceof Transient,
      onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof Transient) || retriesLeft === 0 || limit.signal.aborted) return
        last = error
        onRetry(`${error.message}; trying again (${attemptNumber} of 3)`)
      },
    })
  } catch (error) {
    await opened?.close()
    if (signal.aborted) throw cancelled(target, signal.reason)
    if (error instanceof Failure) throw error
    throw limit.signal.aborted ? (last ?? timedOut(target, progress.stage)) : error
  }
}

async function openOnce(target: SshTarget, signal: AbortSignal, progress: Progress): Promise<Link> {
  const check = hostKeyCheck(target)
  let login: Authentication | undefined
  let way: Way | undefined
  try {
    const [{ NodeSSH }, { default: ssh2 }] = await Promise.all([import('node-ssh'), import('ssh2')])
    login = authentication(target, ssh2)
    way = await reach(target, signal, progress)
    progress.stage = 'in the key exchange'
    const ssh = new NodeSSH()
    const connecting = ssh.connect({
      sock: way.stream,
      username: target.user,
      hostVerifier: check.accepts,
      algorithms: { serverHostKey: check.algorithms },
      authHandler: login.handler,
      readyTimeout: 0,
      // A host that has been silent for half a minute is given up: its session has ended itself by then (LEASE).
      keepaliveInterval: 5_000,
      keepaliveCountMax: 5,
    })
    const client = ssh.connection as Client
    // node-ssh takes its own listener away once connected; the next reset would end the process.
    client.on('error', () => {})
    client.on('handshake', () => {
      progress.stage = 'at the login'
    })
    await orAborted(connecting, signal)
    return linkOf(client, way, target)
  } catch (error) {
    way?.hangUp()
    if (signal.aborted) throw error
    throw explain(error, target, check, login)
  }
}

/** The stream to speak SSH on. */
interface Way {
  readonly stream: Duplex
  hangUp(): void
}

async function reach(target: SshTarget, signal: AbortSignal, progress: Progress): Promise<Way> {
  if (!target.jump) {
    progress.stage = 'before a connection was there'
    const socket = await dial(target, signal)
    return { stream: socket, hangUp: () => socket.destroy() }
  }
  const jump = await openOnce(target.jump, signal, progress)
  progress.stage = `before a connection was there through ${target.jump.label}`
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>()
  try {
    jump.client.forwardOut('127.0.0.1', 0, target.name, target.port, (error, stream) =>
      error ? reject(error) : resolve(stream),
    )
    const stream = await orAborted(promise, signal)
    stream.on('error', () => {})
    return { stream, hangUp: () => void jump.close() }
  } catch (error) {
    void jump.close()
    if (signal.aborted) throw error
    const Kind = (error as { reason?: number }).reason === 2 ? Transient : Failure
    const message = `${target.jump.label} does not connect to ${target.name} port ${target.port}`
    const remedy = `Check the address as ${target.jump.label} sees it, and AllowTcpForwarding in its sshd_config.`
    throw new Kind(message, { host: target.label, remedy, cause: error })
  }
}

function linkOf(client: Client, way: Way, target: SshTarget): Link {
  let alive = true
  // Channels that were opened, ever, or are being asked for.
  let asked = 0
  client.setMaxListeners(0)
  client.once('close', () => {
    alive = false
    way.hangUp()
  })
  return {
    client,
    get alive() {
      return alive
    },
    async start(command) {
      asked++
      const channel = await start(client, command, target)
      if (channel) return channel
      asked--
      if (asked === 0) throw noChannels(target)
      return undefined
    },
    async close() {
      if (!alive) return
      // Its last word is with the kernel when this returns, and there is no answer to wait for.
      client.end()
      setTimeout(() => way.hangUp(), 1500).unref()
    },
  }
}

function start(client: Client, command: string, target: SshTarget): Promise<ClientChannel | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel | undefined>()
  const onClose = () => reject(lost(target))
  client.once('close', onClose)
  try {
    client.exec(command, (error, channel) => {
      client.off('close', onClose)
      if (!error) resolve(channel)
      else if ('reason' in error && error.reason !== '') resolve(undefined)
      else reject(noCommands(target, error))
    })
  } catch {
    // ssh2 throws "Not connected" from here.
    client.off('close', onClose)
    reject(lost(target))
  }
  return promise
}

function noCommands(target: SshTarget, cause: Error): Failure {
  return new Failure(`the SSH server of ${target.label} refuses to run commands for ${target.user}`, {
    host: target.label,
    remedy: 'The account may be limited to sftp, or its shell may not exist.',
    cause,
  })
}

function noChannels(target: SshTarget): Failure {
  return new Failure(`the SSH server of ${target.label} opens no channel for commands`, {
    host: target.label,
    remedy: 'Its sshd_config must allow at least one session a connection (MaxSessions 1).',
  })
}
