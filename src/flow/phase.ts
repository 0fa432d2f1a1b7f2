// A phase of the flow: its hooks before, its own work, its hooks after, each on all hosts before the next (flow.md).

import type { Point } from '../settings/points.ts'
import type { Course } from './course.ts'
import type { Fleet } from './fleet.ts'
import { hasHooks, runHooks } from './hook.ts'

export interface Turn {
  /** The hosts of a wave; all when left out. */
  readonly hosts?: Fleet
  readonly first?: boolean
  readonly last?: boolean
}

/** Says nothing of a phase that has nothing to do. */
export async function phase(
  course: Course,
  point: Point,
  title: string,
  work?: () => Promise<void>,
  { hosts = course.fleet, first = true, last = true }: Turn = {},
): Promise<void> {
  const before = { when: 'before', point } as const
  const after = { when: 'after', point } as const
  if (work || hasHooks(course, before) || hasHooks(course, after)) course.context.watch.phase(point, title)
  await runHooks(course, before, hosts, first)
  await work?.()
  await runHooks(course, after, hosts, last)
}
