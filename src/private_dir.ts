// A directory of the run's own on the runner, for what programs it starts come back by; nothing secret is ever in it.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateDir extends AsyncDisposable {
  readonly path: string
}

/** Longest path of a socket that every platform takes (unix(7): 108 bytes; macOS: 104). */
const PATH_CAP = 100

/** The longest of OpenSSH's in it: one connection's directory, its socket, and what ssh adds to that while it makes it. */
const DEEPEST = 'releases-XXXXXX/XXXXXX/c.XXXXXXXXXXXXXXXX'

/** Nobody else may enter: mkdtemp(3) makes it with mode 0700. */
export async function openPrivateDir(): Promise<PrivateDir> {
  const base = Buffer.byteLength(join(tmpdir(), DEEPEST)) > PATH_CAP ? '/tmp' : tmpdir()
  const path = await mkdtemp(join(base, 'releases-'))
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true })
    },
  }
}
