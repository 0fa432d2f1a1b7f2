// One run's way through the flow: the hosts it works on, the release it is about, and what each host served before.

import { previousOf } from '../release/history.ts'
import { isPlain } from '../release/name.ts'
import type { Context } from './context.ts'
import type { Fleet } from './fleet.ts'
import { historyAt, type Station } from './station.ts'

export interface Course {
  readonly context: Context
  /** Every host of the run. */
  readonly all: Fleet
  /** The hosts that take part; those set aside in `starting` are not among them. */
  fleet: Fleet
  /** The release this run is to make current or to stage; null until it is known. */
  release: string | null
  /** What hooks are told of as the release before; what each host served when the run began, unless this says otherwise. */
  readonly previous?: string
}

export function createCourse(context: Context, fleet: Fleet): Course {
  return { context, all: fleet, fleet, release: null }
}

/** What a station served when the run began. */
export function servedBefore({ before, state }: Pick<Station, 'before' | 'state'>): string | null {
  return (before === undefined ? state?.current : before) ?? null
}

/**
 * The release before that of the run: what a station served when the run began. Where that was the same already, by an earlier attempt,
 * what was live before, or what a rollback has left.
 */
export function releaseBefore({ context, release }: Course, station: Station): string | null {
  const served = servedBefore(station)
  if (served === null || served !== release) return served
  const history = historyAt(station)
  if (context.settings.mode !== 'rollback') return previousOf(history, served)
  const left = history.find(({ name }) => name === served)?.deploy?.rolled_back_from
  return isPlain(left) ? left : null
}

/** The same run for what must be finished even when it was cancelled: a switch begun, a fleet put right. */
export function undisturbed(context: Context): Context {
  return { ...context, signal: new AbortController().signal }
}
