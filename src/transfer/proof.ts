// What the runner and a host must agree on before an upload gets its name (`proof` in proof.sh). Bytes all the way: a string for each of
// a hundred thousand lines would take ten times their memory.

import { createHash } from 'node:crypto'

const [NUL, NEWLINE, SPACE, DIRECTORY, FILE] = [0, 0x0a, 0x20, 0x34, 0x38]

interface Piece {
  readonly start: number
  readonly end: number
}

/**
 * SHA-256, hex, over the sorted lines of kind, size and path of an artifact's `list`. A name with a newline makes two lines on the
 * host, so it does here before they are sorted.
 * @param list each line followed by NUL.
 */
export function proofOf(list: Buffer): string {
  const hash = createHash('sha256')
  for (const line of sorted(list, piecesOf(list, NEWLINE))) hash.update(line).update('\n')
  return hash.digest('hex')
}

/** Paths of the regular files in an artifact's list, sorted. */
export function filesIn(list: Buffer): Iterable<Buffer> {
  return sorted(list, paths(list, true))
}

/** Paths of its directories and links, `./` before each and NUL after. */
export function othersIn(list: Buffer): Buffer {
  return Buffer.concat(
    Array.from(paths(list, false), ({ start, end }) => list.subarray(start - './'.length, end + 1)),
  )
}

/**
 * Paths of an artifact's directories, and of every entry with its own directory first, NUL after each; `./` before all of them. By native
 * calls alone: they are read once, between a host's answer and the first byte to it, before any loop here is fast.
 */
export function pathsOfAll(bytes: Uint8Array): { directories: readonly Buffer[]; all: Buffer } {
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const all = Buffer.allocUnsafe('./\0'.length + list.length)
  const directories: Buffer[] = []
  let at = all.write('./\0')
  for (let start = 0; start < list.length; ) {
    const path = list.indexOf(SPACE, start + 'k '.length) + 1
    const end = list.indexOf(NUL, path)
    if (list[start] === DIRECTORY) directories.push(list.subarray(path, end))
    at += list.copy(all, at, path, end + 1)
    start = end + 1
  }
  return { directories, all: all.subarray(0, at) }
}

/** What stands between two NULs, or `also` another byte. */
function* piecesOf(list: Buffer, also: number = NUL): Generator<Piece> {
  let start = 0
  for (let end = 0; end < list.length; end++) {
    if (list[end] !== NUL && list[end] !== also) continue
    yield { start, end }
    start = end + 1
  }
}

function* paths(list: Buffer, ofFiles: boolean): Generator<Piece> {
  for (const { start, end } of piecesOf(list)) {
    if ((list[start] === FILE) === ofFiles) yield { start: list.indexOf('./', start) + 2, end }
  }
}

function* sorted(list: Buffer, pieces: Iterable<Piece>): Generator<Buffer> {
  const starts: number[] = []
  const ends: number[] = []
  for (const { start, end } of pieces) {
    starts.push(start)
    ends.push(end)
  }
  const order = Uint32Array.from(starts.keys())
  order.sort((a, b) => list.compare(list, starts[b], ends[b], starts[a], ends[a]))
  for (const at of order) yield list.subarray(starts[at], ends[at])
}
