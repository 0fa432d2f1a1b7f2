// The fingerprint's worker thread: sorts the artifact's list, and reads every file of it once.

import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { filesIn, othersIn, proofOf } from './transfer/proof.ts'

interface Work {
  readonly dir: string
  /** Lines of kind, size and path, each followed by NUL; one character a byte. */
  readonly list: Uint8Array
}

/** Files of an artifact whose hashes are kept on the host. */
const TOLD_CAP = 25_000

const block = Buffer.allocUnsafe(1 << 20)

interface Reading {
  readonly mode: number
  readonly sha256: Buffer
}

/** In one call when the file fits the block: a hash object for each of a hundred thousand files waits too long for the collector. */
function readWhole(path: Buffer): Reading {
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

const since = Date.now()
const { dir, list } = workerData as Work
const text = Buffer.from(list.buffer).toString('latin1')
const proof = proofOf(text)
const prefix = Buffer.from(`${dir}/`)
const digest = createHash('sha256').update(`${proof}\n`)
const paths = filesIn(text)
// Of very many files, rsync's own comparison costs less than telling each other all of them.
const plain = !text.includes('\n') && paths.length <= TOLD_CAP
// 22 characters of hash, at most 4 of mode, `./`, two blanks and the line's end.
const room = plain ? paths.reduce((size, path) => size + path.length + 31, 0) : 0
const content = Buffer.from(new ArrayBuffer(room))
let end = 0
for (const path of paths) {
  const name = Buffer.from(path, 'latin1')
  const { mode, sha256 } = readWhole(Buffer.concat([prefix, name]))
  digest
    .update(`${sha256.toString('hex')}  `)
    .update(name)
    .update('\0')
  if (plain) {
    const short = sha256.toString('base64url', 0, 16)
    end += content.write(`${short} ${mode.toString(8)} ./${path}\n`, end, 'latin1')
  }
}
const others = Buffer.from(othersIn(text), 'latin1')
parentPort?.postMessage(
  { proof, digest: digest.digest('hex'), content: plain ? content.subarray(0, end) : null, others, since },
  [content.buffer],
)
