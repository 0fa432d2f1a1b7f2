// The process of OpenSSH's client that holds a connection, and what it lets us know.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Progress } from './attempts.ts'
import { type Files, masterArguments } from './openssh_config.ts'
import { stageOf } from './openssh_trouble.ts'
import type { OpensshTarget } from './target.ts'

/**
 * Ends ssh, and all that ssh has started, as soon as its own stdin ends: no connection outlives the action, however that ends.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
ssh=$!
{ cat <&3 >/dev/null; kill 0; } 2>/dev/null &
exec 3<&-
wait "$ssh"`

/** What a channel needs to know of it. */
export interface Master {
  readonly alive: boolean
  /** Settles when it has ended. */
  readonly gone: Promise<void>
  /** Whether the host has told that the command of this channel was killed by a signal. */
  wasSignalled(channel: string): boolean
}

export interface MasterProcess extends Master {
  /** Settles when the control socket is there. Rejects when ssh ended before. */
  readonly ready: Promise<void>
  /** Settles when the server is done with the login as well, as far as that can be known. */
  readonly admitted: Promise<void>
  /** What ssh said until then. */
  log(): string
  /** Waits for the end no longer than this many milliseconds. */
  end(patience: number): Promise<void>
}

/** What sshd says first when its own part of the login is over. */
const WELCOME = 'rtype hostkeys-00@openssh.com'

/** Starts ssh; what it needs for the login must be there already. `progress` hears how far it is. */
export function startMaster(
  target: OpensshTarget,
  files: Files,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): MasterProcess {
  const args = ['-c', GUARD, 'sh', 'ssh', ...masterArguments(target, files)]
  // A process group of its own, which the guard may end; and a session, so that there is no terminal to ask.
  const child: ChildProcess = spawn('/bin/sh', args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env,
  })
  child.stdin?.on('error', () => {})
  let log = ''
  const ready = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  const admitted = Promise.withResolvers<void>()
  let tail = ''
  const signalled = new Set<string>()
  ready.promise.catch(() => {})
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const [, opened, killed] of text.matchAll(/channel (?:(\d+): new|(\d+) rtype exit-signal)/g)) {
      if (opened !== undefined) signalled.delete(opened)
      if (killed !== undefined) signalled.add(killed)
    }
    const seen = tail + text
    tail = seen.slice(-WELCOME.length)
    if (seen.includes(WELCOME)) admitted.resolve()
    if (timer === undefined) return
    log += text
    progress.stage = stageOf(log)
    look()
  })
  // ssh makes the socket when it is logged in, and says nothing of that which a next version could not word otherwise.
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    if (!existsSync(files.control)) return
    stopLooking()
    ready.resolve()
    // Other servers do not say it.
    if (!log.includes('remote software version OpenSSH_')) admitted.resolve()
  }
  const stopLooking = () => {
    clearInterval(timer)
    timer = undefined
  }
  timer = setInterval(look, 50)
  const end = () => {
    stopLooking()
    child.stdin?.destroy()
    gone.resolve()
    admitted.resolve()
    ready.reject(new Error(`ssh ended (${child.exitCode ?? child.signalCode})`))
  }
  child.once('error', end)
  child.once('close', end)
  return {
    ready: ready.promise,
    admitted: admitted.promise,
    gone: gone.promise,
    get alive() {
      return child.exitCode === null && child.signalCode === null
    },
    wasSignalled: (channel) => signalled.delete(channel),
    log: () => log,
    async end(patience) {
      stopLooking()
      child.stdin?.destroy()
      await Promise.race([gone.promise, pause(patience, undefined, { ref: false })])
    },
  }
}
