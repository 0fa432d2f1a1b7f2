// Reads every file of an artifact once, for its fingerprint.

import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { filesIn, othersIn, proofOf } from './proof.ts'

export interface Fingerprint {
  /** SHA-256 over kind, size and path of every entry: what `proof` in proof.sh must find before an upload gets its name. */
  readonly proof: string
  /** `sha256:` and that of the proof and every file's own SHA-256 and path, sorted, in hex. */
  readonly digest: string
  /** A line for every file: hash, mode, `./path`; null when a path holds a newline, or there are very many. Bytes, as paths are. */
  readonly content: Uint8Array | null
  /** `./path` of every directory and link, each followed by NUL. */
  readonly others: Uint8Array
  /** Milliseconds since 1970, before the first file was read. */
  readonly since: number
}

export interface Listed {
  readonly dir: string
  /** Lines of kind, size and path, each followed by NUL. */
  readonly list: Uint8Array
  /** How many regular files it lists. */
  readonly files: number
}

/** Files of an artifact whose hashes are kept on the host. */
const TOLD_CAP = 150_000

const BLOCK = 1 << 20

interface Reading {
  readonly mode: number
  readonly sha256: Buffer
}

/** In one call when the file fits the block: a hash object for each of a hundred thousand files waits too long for the collector. */
function readWhole(path: Buffer, block: Buffer): Reading {
  const file = openSync(path, 'r')
  try {
    const mode = fstatSync(file).mode & 0o7777
    const first = readSync(file, block)
    if (first < block.length) return { mode, sha256: hash('sha256', block.subarray(0, first), 'buffer') }
    const whole = createHash('sha256')
    for (let size = first; size > 0; size = readSync(file, block)) whole.update(block.subarray(0, size))
    return { mode, sha256: whole.digest() }
  } finally {
    closeSync(file)
  }
}

/** @throws what node does when a file cannot be read, or has gone since it was listed. */
export function digestOf({ dir, list: bytes, files }: Listed): Fingerprint {
  const since = Date.now()
  const block = Buffer.allocUnsafe(BLOCK)
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const proof = proofOf(list)
  const prefix = Buffer.from(`${dir}/`)
  const digest = createHash('sha256').update(`${proof}\n`)
  // Of very many files, rsync's own comparison costs less than telling each other all of them.
  const plain = !list.includes('\n') && files <= TOLD_CAP
  // 22 characters of hash, at most 4 of mode, `./`, two blanks and the line's end.
  const content = Buffer.from(new ArrayBuffer(plain ? list.length + files * 31 : 0))
  let end = 0
  for (const name of filesIn(list)) {
    const { mode, sha256 } = readWhole(Buffer.concat([prefix, name]), block)
    digest
      .update(`${sha256.toString('hex')}  `)
      .update(name)
      .update('\0')
    if (plain) {
      end += content.write(`${sha256.toString('base64url', 0, 16)} ${mode.toString(8)} ./`, end, 'latin1')
      end += name.copy(content, end)
      end += content.write('\n', end, 'latin1')
    }
  }
  return {
    proof,
    digest: `sha256:${digest.digest('hex')}`,
    content: plain ? content.subarray(0, end) : null,
    others: othersIn(list),
    since,
  }
}
