// The fingerprint's worker thread: sorts the artifact's list, and reads every file of it once.

import { createHash, hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { filesIn, proofOf } from './transfer/proof.ts'

interface Work {
  readonly dir: string
  /** Lines of kind, size and path, each followed by NUL; one character a byte. */
  readonly list: Uint8Array
}

const block = Buffer.allocUnsafe(1 << 20)

/** In one call when the file fits the block: a hash object for each of a hundred thousand files waits too long for the collector. */
function hashFile(path: Buffer): string {
  const file = openSync(path, 'r')
  try {
    const first = readSync(file, block)
    if (first < block.length) return hash('sha256', block.subarray(0, first), 'hex')
    const whole = createHash('sha256')
    for (let size = first; size > 0; size = readSync(file, block)) whole.update(block.subarray(0, size))
    return whole.digest('hex')
  } finally {
    closeSync(file)
  }
}

const { dir, list } = workerData as Work
const text = Buffer.from(list.buffer).toString('latin1')
const proof = proofOf(text)
const prefix = Buffer.from(`${dir}/`)
const digest = createHash('sha256').update(`${proof}\n`)
for (const path of filesIn(text)) {
  const name = Buffer.from(path, 'latin1')
  digest
    .update(`${hashFile(Buffer.concat([prefix, name]))}  `)
    .update(name)
    .update('\0')
}
parentPort?.postMessage({ proof, digest: digest.digest('hex') })
