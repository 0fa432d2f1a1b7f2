// A checked-out repository as a run finds it: the config file, and whatever else a scenario puts there.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Files, type World, writeFiles } from './world.ts'

export interface Workspace {
  readonly dir: string
  /** The last argument of a world's run: from this workspace. */
  readonly way: { readonly cwd: string }
}

/** A workspace of the world's own with `config` as its config file. */
export async function workspace(world: World, config: string, files: Files = {}): Promise<Workspace> {
  const dir = join(world.dir, 'workspace')
  await writeFiles(dir, { '.github/releases.yml': config, ...files })
  return { dir, way: { cwd: dir } }
}

/** What hooks wrote to the world's trail, line by line; empty when none did. */
export async function readTrail(world: World): Promise<readonly string[]> {
  const text = await readFile(join(world.dir, 'trail'), 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}
