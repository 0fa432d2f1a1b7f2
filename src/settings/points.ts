// The points of the flow that hooks attach to, and which of them a mode passes (flow.md).

import type { Mode } from './mode.ts'

/** In the order of a deploy, of a rollback, and of both. */
export const points = [
  'starting',
  'started',
  'updating',
  'updated',
  'reverting',
  'reverted',
  'publishing',
  'published',
  'finishing',
  'finishing_rollback',
  'finished',
  'failed',
] as const
export type Point = (typeof points)[number]

/** A point, with its side. */
export interface Moment {
  readonly when: 'before' | 'after'
  readonly point: Point
}

/** Those that a mode passes, in order; only what switches hosts, or makes them ready for it, passes any. */
export const pointsOf: Readonly<Record<Mode, readonly Point[]>> = {
  deploy: points.filter((point) => !point.includes('revert') && point !== 'finishing_rollback'),
  stage: ['starting', 'started', 'updating', 'updated', 'finished', 'failed'],
  publish: ['starting', 'started', 'publishing', 'published', 'finishing', 'finished', 'failed'],
  rollback: points.filter((point) => !point.includes('updat') && point !== 'finishing'),
  prune: [],
  list: [],
  check: [],
  repair: [],
}

/** Both sides of each, in order. */
export function momentsOf(some: readonly Point[]): readonly Moment[] {
  return some.flatMap((point) => [
    { when: 'before', point },
    { when: 'after', point },
  ])
}
