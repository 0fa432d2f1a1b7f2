// What a lone host is told in one breath where nothing stands between: its release placed, switched to, and the rest pruned.

import { Failure } from '../failure.ts'
import { PassedOver } from '../host/questions.ts'
import { type Entry, nameOf } from '../release/manifest.ts'
import { type Moment, momentsOf, type Point, pointsOf } from '../settings/points.ts'
import { type Course, servedBefore } from './course.ts'
import { hasHooks } from './hook.ts'
import { clearingOf } from './prune.ts'
import type { Standing, Station } from './station.ts'
import { orderFor, type Switch } from './switching.ts'

/** What stands between a release placed and the end of a deploy. */
const between = momentsOf(pointsOf.deploy).slice(indexOf('after', 'updating'), indexOf('after', 'finishing'))

function indexOf(side: Moment['when'], name: Point): number {
  return momentsOf(pointsOf.deploy).findIndex(({ when, point }) => when === side && point === name)
}

/** Whether nobody else is to be waited for, and no command is to run, once the one host has its release. */
export function standsAlone(course: Course): boolean {
  const [station, ...others] = course.fleet
  if (!station || others.length > 0 || station.host.settings.health_check_command) return false
  return !between.some((at) => hasHooks(course, at))
}

/**
 * Tells a host what is to follow on the message that places `placed`, before that is answered. Each step is only taken if the one before
 * ended well, and none when the run has been cancelled by then.
 */
export function tellAhead({ context }: Course, station: Station, placed: Entry, task: Switch): void {
  const { session, host, layout, state, entries, current } = station
  const stand: Standing = { host, layout, state, entries, current, placed }
  const order = orderFor(context, station, task, stand)
  const clearing = clearingOf(context, { ...stand, entries: order.entries, current: nameOf(placed) ?? null })
  const { manifest, event } = order.publication
  if (!session.hasRoom(manifest, event)) return
  // It must be there to go back to for as long as nobody has heard of the switch.
  const spares = !clearing.plan.remove.some((name) => name === servedBefore(station))
  const fits = session.hasRoom(manifest, event, clearing.manifest, clearing.event, ...clearing.plan.remove)
  station.touched = true
  station.placed = placed
  const stop = () => session.stop()
  context.signal.addEventListener('abort', stop, { once: true })
  const switched = session.following.publish({ ...order.publication, armed: true }).catch((error) => {
    if (isPassedOver(error)) {
      station.touched = false
      station.ahead = null
    } else {
      // Without an answer nobody knows what the host serves.
      station.current = null
    }
    throw error
  })
  const cleared =
    spares && fits ? session.following.finish(clearing.manifest, clearing.event, clearing.plan.remove) : null
  station.ahead = { order, switched, clearing, cleared }
  const ends = Promise.allSettled([switched, cleared])
  void ends.then(() => context.signal.removeEventListener('abort', stop))
}

/** Waits until it is known what came of what a host was told. @returns whether all of it was done. */
export async function carriedOut(station: Station): Promise<boolean> {
  const { ahead } = station
  if (ahead === null) return false
  const ends = await Promise.allSettled([ahead.switched, ahead.cleared])
  if (ends[0].status === 'fulfilled') {
    station.entries = ahead.order.entries
    station.current = ahead.order.publication.release
  }
  return ahead.cleared !== null && ends.every(({ status }) => status === 'fulfilled')
}

function isPassedOver(error: unknown): boolean {
  return error instanceof Failure && error.cause instanceof PassedOver
}
