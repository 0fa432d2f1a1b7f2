// The directory that is sent, looked at before anything is connected.

import { readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Host } from './hosts.ts'
import { Problem, show } from './problem.ts'
import type { HostSettings } from './schema.ts'

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

/**
 * Of hosts that are the runner itself, those which keep their releases in what is sent: each release would hold all before it.
 * @param exclude what is not sent: a pattern that names the place, or a directory above it, will do.
 */
export function enclosed(
  directory: string,
  hosts: readonly Host[],
  shared: HostSettings,
  exclude: readonly string[],
): readonly Problem[] {
  const source = realPath(directory)
  const spared = new Set(exclude.map((pattern) => pattern.replace(/^\/|\/$/g, '')))
  const inside = hosts.filter(({ kind, settings }) => {
    const root = `${realPath(settings.remote_dir)}/`
    if (kind !== 'local' || !root.startsWith(`${source}/`)) return false
    const steps = root.slice(source.length + 1, -1).split('/')
    return !steps.some((_, at) => spared.has(steps.slice(0, at + 1).join('/')))
  })
  return inside.map(({ label, settings: { remote_dir: root } }) => {
    const problem = new Problem(
      `${show(root)} is or lies in local_dir (${show(directory)}), so that each release would hold those before it`,
      'Let local_dir name the build alone, choose a remote_dir outside of it, or exclude that.',
      'remote_dir',
    )
    return root === shared.remote_dir ? problem : problem.in(`hosts, ${label}`)
  })
}

/** Without symlinks, as far down as there is something. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const above = dirname(path)
    return above === path ? path : join(realPath(above), basename(path))
  }
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
