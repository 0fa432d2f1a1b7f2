// The digest's worker thread: reads every file of the artifact once, beside the run and not in its way.

import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

interface Work {
  readonly dir: string
  /** Paths below dir, one character a byte. */
  readonly paths: readonly string[]
  readonly proof: string
}

const block = Buffer.allocUnsafe(1 << 20)

function hashFile(path: Buffer): string {
  const file = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    for (let size = readSync(file, block); size > 0; size = readSync(file, block))
      hash.update(block.subarray(0, size))
    return hash.digest('hex')
  } finally {
    closeSync(file)
  }
}

const { dir, paths, proof } = workerData as Work
const prefix = Buffer.from(`${dir}/`)
const digest = createHash('sha256').update(`${proof}\n`)
for (const path of [...paths].sort()) {
  const name = Buffer.from(path, 'latin1')
  digest
    .update(`${hashFile(Buffer.concat([prefix, name]))}  `)
    .update(name)
    .update('\0')
}
parentPort?.postMessage(digest.digest('hex'))
