// A shell on the host that waits to become rsync: asked for ahead, since that takes two round trips.

import type { Readable } from 'node:stream'
import type { Channel, Connection } from '../connection/connection.ts'
import { loader } from '../host/script.ts'

export interface Shell {
  readonly channel: Promise<Channel>
  /** Has it run a call of host.sh, once. */
  run(invocation: string): void
  /** What the call reads. */
  write(data: Buffer): void
}

export function awaitShell(connection: Connection, become: string | undefined): Shell {
  const { command, input } = loader('upload', become)
  const channel = connection.exec(command)
  // Its failure is told to whoever uses it.
  channel.catch(() => undefined)
  const write = (data: Buffer | string) =>
    void channel.then(
      ({ stdin }) => stdin.write(data),
      () => undefined,
    )
  return { channel, run: (invocation) => write(input(invocation)), write }
}

/** Bytes that a login shell may print of its own before the upload begins. */
export const PREAMBLE_CAP = 1024 * 1024

/**
 * Reads on to the first of `marks`, and leaves what follows it in the stream. What a login shell printed is part of what came before.
 * @param onMark told the mark and, as latin1, what came before it.
 */
export function readTo(
  from: Readable,
  marks: readonly string[],
  onMark: (mark: string, before: string) => void,
  limit: { readonly cap: number; readonly onOverflow: () => void },
): void {
  const longest = Math.max(...marks.map((mark) => mark.length))
  const pieces: string[] = []
  let size = 0
  let tail = ''
  const look = (chunk: Buffer) => {
    const text = chunk.toString('latin1')
    const seen = tail + text
    const mark = marks.find((each) => seen.includes(each))
    pieces.push(text)
    size += text.length
    if (mark === undefined) {
      tail = seen.slice(-longest)
      if (size <= limit.cap) return
      from.off('data', look)
      from.resume()
      limit.onOverflow()
      return
    }
    from.off('data', look)
    from.pause()
    const rest = seen.length - seen.indexOf(mark) - mark.length
    if (rest > 0) from.unshift(chunk.subarray(chunk.length - rest))
    onMark(mark, pieces.join('').slice(0, size - rest - mark.length))
  }
  from.on('data', look)
  from.resume()
}
