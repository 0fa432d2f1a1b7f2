// The artifact's content as one SHA-256, so that anyone can tell later whether two releases hold the same.

import { Worker } from 'node:worker_threads'
import { Failure } from '../failure.ts'
import type { Artifact } from './artifact.ts'

/**
 * SHA-256 over the artifact's proof, then every file's own SHA-256 and path, sorted; hex.
 * @throws Failure when a file cannot be read or has gone since the artifact was listed.
 */
export async function digestOf({ dir, paths, proof }: Artifact): Promise<string> {
  const file = import.meta.url.endsWith('.ts') ? '../hasher.ts' : './hasher.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { dir, paths, proof } })
  worker.unref()
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (cause) =>
      reject(
        new Failure(`local_dir changed or cannot be read: ${cause.message}`, {
          phase: 'updating',
          remedy: 'Let the build end before the deploy begins.',
          cause,
        }),
      ),
    )
    worker.once(
      'exit',
      (code) => code !== 0 && reject(new Failure('the digest of local_dir could not be made')),
    )
  })
}
