// The list of what rsync sends, for an rsync that is started before the list is known: it reads it from a named pipe.

import { execFile } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { randomMark } from '../host/script.ts'

export interface List extends AsyncDisposable {
  /** For `--files-from`. */
  readonly path: string
  /** Hands it over to an rsync that has opened it. */
  fill(content: Buffer): Promise<void>
}

/** @param dir a directory of the run's own. */
export async function openList(dir: string): Promise<List> {
  const path = join(dir, randomMark())
  await promisify(execFile)('mkfifo', ['-m', '600', path])
  // Open on both sides: rsync need not wait for a writer to open it.
  const held = await open(path, 'r+')
  return {
    path,
    async fill(content) {
      const pipe = await open(path, 'w')
      await held.close()
      try {
        await pipe.writeFile(content)
      } catch {
        // rsync has ended, and says why itself.
      } finally {
        await pipe.close()
      }
    },
    async [Symbol.asyncDispose]() {
      await held.close()
      await rm(path, { force: true })
    },
  }
}
