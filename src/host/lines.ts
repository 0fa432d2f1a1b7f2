// What a channel says, cut into lines as it comes.

import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** Characters of one line: well above a manifest of 32 MiB, which is the largest read. */
const LINE_CAP = 40 * 1024 * 1024

/** Hears each line as it ends; `onOverflow` that one never does, after which no more is heard. */
export function readLines(stdout: Readable, onLine: (text: string) => void, onOverflow: () => void): void {
  const decoder = new StringDecoder('utf8')
  let pending: string[] = []
  let size = 0
  stdout.on('data', (chunk: Buffer) => {
    if (size > LINE_CAP) return
    const pieces = decoder.write(chunk).split('\n')
    for (const [at, piece] of pieces.entries()) {
      pending.push(piece)
      size += piece.length
      if (at < pieces.length - 1) {
        onLine(pending.join(''))
        pending = []
        size = 0
      }
    }
    if (size <= LINE_CAP) return
    pending = []
    onOverflow()
  })
}

/** Waits a moment for what is still on its way; a stream that nobody ends has none. */
export async function readToEnd(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 500)
  stream.once('end', resolve).once('close', resolve)
  await promise
  clearTimeout(timer)
}
