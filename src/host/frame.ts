// A question as the lines that the session on the host reads (session.sh).

import { encode } from './quote.ts'

/** Characters of a line that takes another piece. */
const LINE = 6000
/** At most 6,000 characters, which are 96 KB when every byte of theirs is encoded. */
const PIECE = /[\s\S]{1,6000}/gu

/**
 * A message as `work` in session.sh reads it. Long ones go in several lines, so that each renews the lease, and none is more than a printf
 * that is no builtin can take.
 * @param follows it is only meant if the message before it ends well.
 */
export function* frame(words: readonly string[], follows = false): Generator<string> {
  let line = ''
  for (const piece of words.flatMap(piecesOf)) {
    if (line.length + piece.length > LINE && line !== '') {
      yield `+${line}\n`
      line = ''
    }
    line += line === '' ? piece : `^${piece}`
  }
  yield `${follows ? '&' : '.'}${line}\n`
}

/** Bytes that a message takes on the wire: all of it is ASCII. */
export function lengthOf(words: readonly string[]): number {
  let length = 0
  for (const line of frame(words)) length += line.length
  return length
}

/** Line by line: what has nothing odd in it needs no decoding. */
function piecesOf(word: string): string[] {
  const lines = word.split('\n')
  return lines.flatMap((line, at) => {
    const parts = line.match(PIECE) ?? ['']
    const end = at < lines.length - 1 ? '|' : '='
    return parts.map((part, nth) => `${nth < parts.length - 1 ? '+' : end}${encode(part)}`)
  })
}
