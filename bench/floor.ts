// The floor: what a deploy cannot do without. One bare ssh2 connection and one command; then one bare rsync over it, with our flags.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Login } from './site.ts'

export interface Errand {
  readonly login: Login
  /** What rsync sends; null for a floor without it. */
  readonly build: string | null
  /** Where rsync sends to, and the directory that unchanged files are linked to; null for none. */
  readonly target: string
  readonly basis: string | null
}

/** Milliseconds. */
export interface Floor {
  /** From the first packet to the end of the command `true`. */
  readonly command: number
  /** From the start of rsync to its end; 0 without one. */
  readonly rsync: number
}

/** Measured inside a fresh process, since a warm one would be faster than any step can be; its start-up does not count. */
export async function measureFloor(errand: Errand): Promise<Floor> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'floor_process.ts'),
    JSON.stringify(errand),
  ])
  return JSON.parse(stdout) as Floor
}
