// Paths inside a release that the tool makes itself: none may be given twice, or lie inside another.

import { posix } from 'node:path'
import type { Host } from './hosts.ts'
import { Problem, show } from './problem.ts'
import type { HostSettings } from './schema.ts'

interface Claim {
  readonly name: 'linked_dirs' | 'linked_files' | 'revision_file'
  readonly path: string
}

/** `shared` are the run's own settings: a problem that is not theirs alone is named with its host. */
export function linkProblems(
  { label, settings }: Host,
  shared: HostSettings,
  revisionFile: string | undefined,
): readonly Problem[] {
  const claims = [
    ...claimed('linked_dirs', settings.linked_dirs),
    ...claimed('linked_files', settings.linked_files),
    ...claimed('revision_file', revisionFile === undefined ? [] : [revisionFile]),
  ]
  const owners = new Map<string, Claim>()
  const twice = claims.flatMap((claim) => {
    const owner = owners.get(claim.path)
    if (owner === undefined) owners.set(claim.path, claim)
    return owner === undefined
      ? []
      : [problemOf(claim, `is in ${owner.name} already`, 'Keep one of the two.')]
  })
  const nested = claims.flatMap((claim) => {
    const outer = parentsOf(claim.path).flatMap((parent) => owners.get(parent) ?? [])[0]
    if (outer === undefined) return []
    const fault = `lies inside ${show(outer.path)} (${outer.name})`
    return [problemOf(claim, fault, 'Keep the outer one alone, or paths beside each other.')]
  })
  const own = settings.linked_dirs !== shared.linked_dirs || settings.linked_files !== shared.linked_files
  return [...twice, ...nested].map((problem) => (own ? problem.in(`hosts, ${label}`) : problem))
}

function claimed(name: Claim['name'], paths: readonly string[] = []): readonly Claim[] {
  return paths.map((path) => ({ name, path }))
}

function problemOf({ name, path }: Claim, fault: string, remedy: string): Problem {
  return new Problem(`${show(path)} ${fault}`, remedy, name)
}

/** From the outermost in. */
function parentsOf(path: string): readonly string[] {
  const parent = posix.dirname(path)
  return parent === '.' ? [] : [...parentsOf(parent), parent]
}
