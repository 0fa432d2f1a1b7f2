// What an artifact is, as two digests: one that every host must find again, one of the content that anyone can compare later.

import { lstatSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { ownProgram } from '../environment.ts'
import { Failure, failureFrom } from '../failure.ts'
import type { Artifact } from './artifact.ts'
import { pathsIn } from './content.ts'
import { digestOf, type Fingerprint, type Listed } from './digest.ts'

/** An artifact that is read before a thread would have started: so soon that the run may wait for it. */
const SMALL = { files: 250, bytes: 4_000_000 }

/** @throws Failure when a file cannot be read or has gone since the artifact was listed. */
export async function fingerprintOf({ dir, list, files, bytes }: Artifact): Promise<Fingerprint> {
  const small = files <= SMALL.files && bytes <= SMALL.bytes
  try {
    return small ? digestOf({ dir, list, files }) : await digestInThread({ dir, list, files })
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure(`local_dir changed or cannot be read: ${failureFrom(cause).message}`, {
      phase: 'updating',
      remedy: 'Let the build end before the deploy begins.',
      cause,
    })
  }
}

async function digestInThread(listed: Listed): Promise<Fingerprint> {
  const worker = new Worker(ownProgram('hasher'), {
    workerData: listed,
    // Its garbage is short-lived: a small nursery keeps a hundred thousand files within a few megabytes.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  worker.unref()
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once(
      'exit',
      (code) => code !== 0 && reject(new Failure('the digest of local_dir could not be made')),
    )
  })
}

/** Milliseconds by which a file's date may lag behind the clock: the kernel's ticks are up to ten apart. */
const TICK = 20

/** Whether a file may be another than was hashed. @param files what was sent; all when left out. */
export function changedSince(
  { content, since }: Fingerprint,
  dir: string,
  files?: readonly string[],
): boolean {
  const paths = files?.map((path) => Buffer.from(path, 'latin1')) ?? pathsIn(content ?? new Uint8Array())
  const prefix = Buffer.from(`${dir}/`)
  for (const path of paths) {
    const stat = lstatSync(Buffer.concat([prefix, path]), { throwIfNoEntry: false })
    if (stat === undefined || stat.ctimeMs >= since - TICK) return true
  }
  return false
}
