// Paths on a host that would get in each other's way, such as a symlink inside the directory of releases.

import { posix } from 'node:path'
import type { Host } from './hosts.ts'
import { Problem, show } from './problem.ts'
import type { HostSettings } from './schema.ts'

/** What the tool itself keeps under `remote_dir`. */
const kept = ['.releases', 'manifest.json', 'shared']

/** The settings that claim a path, in turn. */
const claims = ['release_dir', 'public_dir', 'log_file'] as const

interface Claim {
  readonly path: string
  readonly owner: string
}

/** `shared` are the run's own settings: a collision that is not theirs alone is named with its host. */
export function collisions({ label, settings }: Host, shared: HostSettings): readonly Problem[] {
  const pathOf = (name: string): string => posix.resolve(settings.remote_dir, name)
  const claimed: Claim[] = kept.map((name) => ({
    path: pathOf(name),
    owner: `${show(name)}, which the tool keeps for itself`,
  }))
  const own = claims.some((name) => settings[name] !== shared[name])
  const problems: Problem[] = []
  for (const name of claims) {
    const path = pathOf(settings[name])
    // A log is a file that outlives releases, which is what shared/ is for.
    const rivals =
      name === 'log_file' ? claimed.filter((rival) => !isLogIn(path, rival, pathOf('shared'))) : claimed
    const fault = inside(settings.remote_dir, path) ? 'is or contains remote_dir' : firstOverlap(path, rivals)
    if (fault === undefined) claimed.push({ path, owner: `${name} (${show(settings[name])})` })
    else {
      const problem = new Problem(`${show(settings[name])} ${fault}`, 'Choose another path.', name)
      problems.push(own ? problem.in(`hosts, ${label}`) : problem)
    }
  }
  return problems
}

function firstOverlap(path: string, rivals: readonly Claim[]): string | undefined {
  for (const rival of rivals) {
    if (path === rival.path) return `is also ${rival.owner}`
    if (inside(path, rival.path)) return `lies inside ${rival.owner}`
    if (inside(rival.path, path)) return `contains ${rival.owner}`
  }
  return undefined
}

function isLogIn(path: string, rival: Claim, shared: string): boolean {
  return rival.path === shared && path !== shared && inside(path, shared)
}

/** Whether `path` is `parent` or below it. */
function inside(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`)
}
