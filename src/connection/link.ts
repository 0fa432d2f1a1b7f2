// One authenticated connection of the builtin client: reaching the host, by way of others if need be, and logging in.

import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { orAborted } from '../abort.ts'
import { Failure } from '../failure.ts'
import type { Progress } from './attempts.ts'
import { type Authentication, authentication } from './authentication.ts'
import { sshChannel } from './channel.ts'
import type { Channel } from './connection.ts'
import { dial } from './dial.ts'
import { askForNoProof, isOpenssh, logInAtOnce, runAtOnce, signAtOnce } from './haste.ts'
import { hostKeyCheck } from './host_key.ts'
import { firstChannelNeeded, type Link } from './links.ts'
import { keepKeys, keepTogether } from './packet.ts'
import { answered, measureRoundTrip } from './round_trip.ts'
import { SILENCE } from './silence.ts'
import { explainSsh2 } from './ssh2_trouble.ts'
import type { SshTarget } from './target.ts'
import { lost, lostOrNoChannels, noChannels, noCommands, noWayOn, onTheWay } from './trouble.ts'

interface BuiltinLink extends Link {
  readonly admitted: Promise<void>
  readonly client: Client
}

/** One try. @throws Failure, or anything at all once `signal` is aborted. */
export async function openLink(
  target: SshTarget,
  signal: AbortSignal,
  progress: Progress,
): Promise<BuiltinLink> {
  const check = hostKeyCheck(target)
  let login: Authentication | undefined
  // On its way while what will speak there is loaded.
  const arriving = reach(target, signal, progress)
  arriving.catch(() => {})
  try {
    const [{ NodeSSH }, { default: ssh2 }] = await Promise.all([import('node-ssh'), import('ssh2')])
    login = authentication(target, ssh2)
    const way = await arriving
    // Who speaks on a stream that has ended already hears nothing of that.
    if (way.stream.destroyed) throw way.stream.errored ?? cut
    progress.stage = 'in the key exchange'
    keepTogether(way.stream)
    const ssh = new NodeSSH()
    const connecting = ssh.connect({
      sock: way.stream,
      username: target.user,
      hostVerifier: check.accepts,
      algorithms: { serverHostKey: check.algorithms },
      authHandler: login.handler,
      readyTimeout: 0,
      keepaliveInterval: SILENCE.every * 1000,
      keepaliveCountMax: SILENCE.times,
    })
    const client = ssh.connection as Client
    // It may be gone with the very words that tell of the login.
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
    keepKeys(client)
    signAtOnce(client)
    askForNoProof(client)
    if (login.isSelfContained) logInAtOnce(client)
    // node-ssh takes its own listener away once connected; the next reset would end the process.
    client.on('error', () => {})
    client.on('handshake', () => {
      progress.stage = 'at the login'
    })
    await orAborted(connecting, signal)
    return linkOf(client, closed, way, target)
  } catch (error) {
    arriving.then(
      (way) => way.hangUp(),
      () => {},
    )
    if (signal.aborted) throw error
    throw explainSsh2(error, target, check, login)
  }
}

/** As node has it of a socket that the other side closed. */
const cut = Object.assign(new Error('closed before a word was said'), { code: 'ECONNRESET' })

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
  const bastion = target.jump
  const jump = await openLink(bastion, signal, progress).catch((error) => {
    throw error instanceof Failure ? onTheWay(error, target) : error
  })
  void jump.admitted.then(() => progress.pass(bastion))
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
    throw noWayOn(target, target.jump, (error as { reason?: number }).reason === 2, error)
  }
}

function linkOf(client: Client, closed: Promise<void>, way: Way, target: SshTarget): BuiltinLink {
  let alive = true
  let roundTrip: (() => number | undefined) | undefined
  let commands = 0
  const oneAtLeast = firstChannelNeeded<Channel>(() => noChannels(target))
  client.setMaxListeners(0)
  const onClose = () => {
    alive = false
    way.hangUp()
  }
  client.once('close', onClose)
  void closed.then(onClose)
  return {
    client,
    // The process that answers this is begun when the login is over for the one that counts, a while after the client hears of it.
    admitted: Promise.race([answered(client), closed]),
    get alive() {
      return alive
    },
    get roundTrip() {
      return roundTrip?.()
    },
    longCommands: isOpenssh(client),
    async start(command) {
      commands += 1
      const hasty = commands === 1 && isOpenssh(client)
      if (hasty) runAtOnce(client, command)
      // Who only looks, by a single command, does not need to know.
      if (commands > 1) roundTrip ??= measureRoundTrip(client)
      const gone = lost(target)
      try {
        return await oneAtLeast(() => start(client, command, target, gone))
      } catch (error) {
        if (!hasty || error !== gone) throw error
        // A server that gives no channel hangs up on what follows, and its reason may get lost with that.
        throw lostOrNoChannels(target)
      }
    },
    async close() {
      if (!alive) return
      // Its last word is with the kernel when this returns, and there is no answer to wait for.
      client.end()
      setTimeout(() => way.hangUp(), 1500).unref()
    },
  }
}

function start(
  client: Client,
  command: string,
  target: SshTarget,
  gone: Failure,
): Promise<Channel | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Channel | undefined>()
  const onClose = () => reject(gone)
  client.once('close', onClose)
  try {
    client.exec(command, (error, channel) => {
      client.off('close', onClose)
      // Listened to in this very call: the exit status may come in the same packet.
      if (!error) resolve(sshChannel(channel, client))
      else if ('reason' in error && error.reason !== '') resolve(undefined)
      else reject(noCommands(target, error))
    })
  } catch {
    // ssh2 throws "Not connected" from here.
    client.off('close', onClose)
    reject(gone)
  }
  return promise
}
