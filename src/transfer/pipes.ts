// The two ends of rsync's bridge in the running action: named pipes in a directory that nobody else may enter.

import { execFile } from 'node:child_process'
import { constants, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { promisify } from 'node:util'
import { randomMark } from '../host/script.ts'

export interface Pipes extends Disposable {
  /** What the bridge finds them by, in its environment. */
  readonly address: string
  /** What rsync wants to run on the host, once the bridge is there. */
  readonly greeting: Promise<readonly string[]>
  /** rsync's stream, after the greeting. */
  readonly from: Readable
  readonly to: Writable
  /** From now on, what rsync says goes nowhere: it could not come to its end while nobody listens. */
  drain(): void
  /** Tells the bridge that the host's side has ended, whether it is there yet or still to come. */
  hangUp(): void
}

/** @param dir a directory of the run's own. */
export async function openPipes(dir: string): Promise<Pipes> {
  const address = join(dir, randomMark())
  const [out, into] = [`${address}.out`, `${address}.in`]
  await promisify(execFile)('mkfifo', ['-m', '600', out, into])
  const from = new Socket({ fd: openPipe(out), readable: true, writable: false })
  const to = new Socket({ fd: openPipe(into), readable: false, writable: true })
  for (const end of [from, to]) end.on('error', () => end.destroy())
  // Only closed it has an end for the bridge.
  to.once('finish', () => to.destroy())
  const greeting = readGreeting(from)
  const drain = () => {
    from.unpipe()
    from.resume()
  }
  return {
    address,
    greeting,
    from,
    to,
    drain,
    // Before it has opened its end it would wait there, for ever, for somebody to open this one.
    hangUp: () =>
      void greeting.then(() => {
        to.destroy()
        drain()
      }),
    [Symbol.dispose]() {
      rmSync(out, { force: true })
      rmSync(into, { force: true })
      from.destroy()
      to.destroy()
    },
  }
}

/** On both sides at once: that waits for nobody, and nobody's going away ends it. */
function openPipe(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
}

/** No argument of rsync's holds a newline: with -s, paths travel in its stream. */
function readGreeting(from: Readable): Promise<readonly string[]> {
  let seen = Buffer.alloc(0)
  const { promise, resolve } = Promise.withResolvers<readonly string[]>()
  const look = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk])
    const end = seen.indexOf('\n\n')
    if (end < 0) return
    from.off('data', look)
    from.pause()
    if (end + 2 < seen.length) from.unshift(seen.subarray(end + 2))
    resolve(seen.subarray(0, end).toString().split('\n'))
  }
  from.on('data', look)
  return promise
}
