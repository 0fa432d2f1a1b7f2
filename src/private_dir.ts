// A directory of the run's own on the runner, for what programs it starts come back by; nothing secret is ever in it.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateDir extends AsyncDisposable {
  readonly path: string
}

/** Nobody else may enter: mkdtemp(3) makes it with mode 0700. */
export async function openPrivateDir(): Promise<PrivateDir> {
  const path = await mkdtemp(join(tmpdir(), 'releases-'))
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
    },
  }
}
