// A shell on the host that waits to become rsync: asked for ahead, since that takes two round trips.

import type { Readable } from 'node:stream'
import { type Channel, type Connection, type Exit, UNKNOWN } from '../connection/connection.ts'
import { loader } from '../host/script.ts'

export interface Shell {
  readonly channel: Promise<Channel>
  /** Has it run a call of upload.sh, once. */
  run(invocation: string): void
  /** What the call reads. */
  write(data: Buffer): void
}

/** @param spare as of Connection.exec. */
export function awaitShell(connection: Connection, become: string | undefined, spare?: 'spare'): Shell {
  const { command, text, run } = loader('upload', become)
  const channel = connection.exec(command, spare)
  // Its failure is told to whoever uses it.
  channel.catch(() => undefined)
  const write = (data: Buffer | string) =>
    void channel.then(
      ({ stdin }) => stdin.write(data),
      () => undefined,
    )
  write(text)
  return { channel, run: (invocation) => write(run(invocation)), write }
}

/** For one that nothing is to be run in. */
export function dismiss(shell: Shell | undefined): void {
  void shell?.channel.then(
    (channel) => channel.close(),
    () => undefined,
  )
}

/** How much is kept of what is said about a failure. */
const SAID_CAP = 2000

/**
 * Lets a call come to the end of what it reads, and then to its own. That it did not before `signal`, or that the connection was lost, is
 * an exit that nobody knows.
 * @param input the rest of what it reads.
 * @throws what the shell's channel was refused with.
 */
export async function endOf(
  shell: Shell,
  signal: AbortSignal,
  input?: Readable,
): Promise<{ readonly exit: Exit; readonly said: string }> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<null>()
  const onAbort = () => stop(null)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  let said = ''
  const work = async (): Promise<Exit> => {
    const channel = await shell.channel
    channel.stdout.resume()
    channel.stderr.on('data', (data: Buffer) => {
      if (said.length < SAID_CAP) said += data.toString()
    })
    if (input) input.pipe(channel.stdin)
    else channel.stdin.end()
    return channel.exit
  }
  try {
    const exit = (await Promise.race([work(), stopped])) ?? UNKNOWN
    return { exit, said: said.trim().slice(0, SAID_CAP) }
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Also one that comes only now.
    dismiss(shell)
  }
}

/** Bytes that a login shell may print of its own before the upload begins. */
export const PREAMBLE_CAP = 1024 * 1024

/** Reads on to `mark`, which comes after what a login shell printed, and leaves what follows it in the stream. */
export function readTo(
  from: Readable,
  mark: string,
  onMark: () => void,
  limit: { readonly cap: number; readonly onOverflow: () => void },
): void {
  let size = 0
  let tail = ''
  const look = (chunk: Buffer) => {
    const seen = tail + chunk.toString('latin1')
    const at = seen.indexOf(mark)
    size += chunk.length
    if (at < 0) {
      tail = seen.slice(-mark.length)
      if (size <= limit.cap) return
      from.off('data', look)
      from.resume()
      limit.onOverflow()
      return
    }
    from.off('data', look)
    from.pause()
    const rest = seen.length - at - mark.length
    if (rest > 0) from.unshift(chunk.subarray(chunk.length - rest))
    onMark()
  }
  from.on('data', look)
  from.resume()
}
