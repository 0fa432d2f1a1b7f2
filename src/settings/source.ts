// The directory that is sent, looked at before anything is connected.

import { readdirSync, realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problem, show } from './problem.ts'

/**
 * The absolute path of `directory`, which is relative to `workspace` or absolute. A symlink to a directory will do.
 * @throws Problem when it is missing, not a directory, not readable, empty or `/`.
 */
export function sourceDirectory(directory: string, workspace: string): string {
  const path = resolve(workspace, directory)
  const entries = read(directory, () => (statSync(path).isDirectory() ? readdirSync(path) : undefined))
  if (entries === undefined) {
    throw new Problem(
      `${show(directory)} is not a directory`,
      'Name the directory whose contents are to be sent.',
    )
  }
  if (entries.length === 0) {
    throw new Problem(
      `${show(directory)} is empty`,
      'An empty release would take the site down: run the build first.',
    )
  }
  if (realpathSync(path) === '/') {
    throw new Problem(
      `${show(directory)} is the whole filesystem of the runner`,
      'Name the directory whose contents are to be sent. A variable that is empty, in front of a slash, leads here.',
    )
  }
  return path
}

function read<T>(directory: string, look: () => T): T {
  try {
    return look()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const remedy = 'Build it in an earlier step or download it; the path is relative to the workspace.'
      throw new Problem(`${show(directory)} does not exist`, remedy)
    }
    throw new Problem(`${show(directory)} cannot be read (${code})`, 'Let the user of the runner read it.')
  }
}
