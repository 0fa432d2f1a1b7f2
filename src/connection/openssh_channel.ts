// A command as the port's Channel: a process of OpenSSH's client that hands its streams to the one that holds the connection.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { PassThrough, type Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { withoutSecrets } from '../environment.ts'
import { Failure } from '../failure.ts'
import { type Channel, type Exit, UNKNOWN } from './connection.ts'
import { channelArguments, type Files } from './openssh_config.ts'
import type { Master } from './openssh_master.ts'
import type { SshTarget } from './target.ts'
import { lost } from './trouble.ts'

const ignore = () => {}

/** ssh's own status for all that is not the command's. */
const OWN = 255

/**
 * Has `command` run; undefined when the server allows no further channel.
 * @throws Failure when the connection is lost.
 */
export async function openChannel(
  target: SshTarget,
  files: Files,
  number: number,
  command: string,
  master: Master,
): Promise<Channel | undefined> {
  if (!master.alive) throw lost(target)
  // A session of its own: a signal meant for the action alone must not end it before the host was told.
  const child = spawn('ssh', [...channelArguments(files, number, command)], {
    detached: true,
    env: { ...withoutSecrets(), SSH_ASKPASS_REQUIRE: 'never' },
  })
  const ended = Promise.withResolvers<void>()
  for (const event of ['exit', 'error']) child.once(event, () => ended.resolve())
  // Taken up in this very call: node throws away what a process that has ended wrote where nobody listens.
  const streams = streamsOf(child)
  const log = files.channelLog(number)
  const told = await opening(log, ended.promise, master)
  if (told.channel !== undefined) return channelOf(child, streams, told.channel, log, master)
  child.kill()
  await rm(log, { force: true })
  if (/session request failed/.test(told.text) && !/read from master failed/.test(told.text)) return undefined
  if (!master.alive || /mux_client|Control socket|read from master/.test(told.text)) throw lost(target)
  throw new Failure(`OpenSSH starts no command on ${target.label}: ${told.text.trim().split('\n').at(-1)}`, {
    host: target.label,
  })
}

interface Opening {
  readonly text: string
  readonly channel: string | undefined
}

/** OpenSSH tells nobody but its log that the channel is there, and its log is no stream. */
async function opening(log: string, ended: Promise<void>, master: Master): Promise<Opening> {
  let over = false
  for (const end of [ended, master.gone])
    void end.then(() => {
      over = true
    })
  for (;;) {
    const last = over
    const text = await readFile(log, 'utf8').catch(() => '')
    const channel = /master session id: (\d+)/.exec(text)?.[1]
    if (channel !== undefined || last) return { text, channel }
    await Promise.race([pause(4), ended, master.gone])
  }
}

interface Streams {
  readonly stdin: Writable
  readonly stdout: PassThrough
  readonly stderr: PassThrough
  /** Settles when the process has ended and its output was read. */
  readonly closed: Promise<number | null>
  /** Ends what is read of it. */
  letGo(): void
}

function streamsOf(child: ChildProcessWithoutNullStreams): Streams {
  const closed = Promise.withResolvers<number | null>()
  child.once('close', closed.resolve)
  const [stdout, stderr] = [child.stdout, child.stderr].map((from) =>
    from.pipe(new PassThrough({ highWaterMark: 256 * 1024 })),
  ) as [PassThrough, PassThrough]
  for (const stream of [child.stdin, child.stdout, child.stderr, stdout, stderr]) stream.on('error', ignore)
  return {
    stdin: child.stdin,
    stdout,
    stderr,
    closed: closed.promise,
    letGo() {
      for (const from of [child.stdout, child.stderr]) from.unpipe().resume()
      stdout.end()
      stderr.end()
    },
  }
}

function channelOf(
  child: ChildProcessWithoutNullStreams,
  { stdin, stdout, stderr, closed, letGo }: Streams,
  channel: string,
  log: string,
  master: Master,
): Channel {
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  const settle = (result: Exit) => {
    resolve(result)
    stdin.destroy()
    void rm(log, { force: true })
  }
  void closed.then(async (code) => settle(await exitOf(code, channel, log, master)))
  // Output that nobody reads keeps the process's streams open; a loss is told without that.
  void master.gone.then(async () => settle(await exitOf(child.exitCode, channel, log, master)))
  return {
    stdin,
    stdout,
    stderr,
    exit,
    close() {
      settle(UNKNOWN)
      child.kill()
      letGo()
    },
  }
}

/** Status 255 is ssh's own, unless its log says that the command gave it. */
async function exitOf(code: number | null, channel: string, log: string, master: Master): Promise<Exit> {
  if (code === null) return UNKNOWN
  if (code !== OWN) return { code, signal: null }
  const text = await readFile(log, 'utf8').catch(() => '')
  if (text.includes(`Received exit status from master ${OWN}`)) return { code, signal: null }
  // What the one process heard of the host, and the end of the other one, come by two ways.
  for (const end = Date.now() + 1000; master.alive && Date.now() < end; await pause(10)) {
    if (master.wasSignalled(channel)) return { code: null, signal: 'unknown' }
  }
  return UNKNOWN
}
