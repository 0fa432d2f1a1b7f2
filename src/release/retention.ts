// Which releases a prune removes (host.md, "Prune"): a pure decision; the host checks each name once more before it acts.

import { previousOf, type Release } from './history.ts'

export interface PrunePlan {
  /** To be moved to the trash and deleted, oldest first. */
  readonly remove: readonly string[]
  /** Gone from the disk already: only their records go. */
  readonly forget: readonly string[]
}

/**
 * Keeps the newest `keep` releases that were ever live, and always the current, the previous, the `pinned`, and what was staged after
 * the current. Failed leftovers go and use up no slot. What nobody vouches for is left alone.
 */
export function planPrune(
  history: readonly Release[],
  keep: number,
  current: string | null,
  pinned: readonly string[] = [],
): PrunePlan {
  const live = history.filter(
    (r) => r.onDisk && r.state !== 'failed' && r.state !== 'staged' && r.state !== 'unknown',
  )
  const kept = new Set([...pinned, ...live.slice(-keep).map((release) => release.name)])
  if (current !== null) kept.add(current)
  const previous = previousOf(history, current)
  if (previous !== null) kept.add(previous)
  const currentAt = history.findIndex((release) => release.name === current)
  history.forEach((release, at) => {
    if (release.state === 'staged' && at > currentAt) kept.add(release.name)
  })
  const removable = history.filter((release) => release.state !== 'unknown' && !kept.has(release.name))
  return {
    remove: removable.filter((release) => release.onDisk).map((release) => release.name),
    forget: removable.filter((release) => !release.onDisk).map((release) => release.name),
  }
}
