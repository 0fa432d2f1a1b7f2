// What becomes of a release that failed before the switch: it stays for inspection, the only one of its kind on its host.

import { Failure, failureFrom } from '../failure.ts'
import type { Pruned } from '../host/answers.ts'
import type { Release } from '../release/history.ts'
import { nameOf, without } from '../release/manifest.ts'
import type { Context } from './context.ts'
import { type Course, servedBefore } from './course.ts'
import { entriesWithPlaced } from './entries.ts'
import { eventLine } from './event.ts'
import { reasonOf } from './fleet.ts'
import { isLost } from './recall.ts'
import { removeFrom, sparedAt } from './removal.ts'
import { historyAt, type Station } from './station.ts'

/** Milliseconds for that in a run that was cancelled, which waits for no slow host. */
const FAREWELL = 2000

/** Tells manifest and log of every host why nothing was switched. Its own failures change nothing: the next run finds the same. */
export async function keepForInspection(course: Course, failures: readonly Failure[]): Promise<void> {
  const { context, fleet, release } = course
  const why = reasonOf(failures)
  const told = Promise.all(
    fleet.map((station) => {
      const from = servedBefore(station)
      const event = eventLine(context, 'failed', { from, to: release, why, outcome: 'not switched' })
      return keep(context, station, why, event).catch((error) => {
        context.watch.debug(
          station.host.label,
          `the failure could not be recorded: ${failureFrom(error).message}`,
        )
      })
    }),
  )
  await (context.signal.aborted ? within(FAREWELL, told) : told)
}

/** Waits no longer than so many milliseconds. */
async function within(time: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, time)
  await Promise.race([work, late])
  clearTimeout(timer)
}

async function keep(context: Context, station: Station, why: string, event: string): Promise<void> {
  if (station.placed === null) return station.session.settle('', event)
  const remove = failedBefore(station, nameOf(station.placed) as string)
  const before = entriesWithPlaced(station, why)
  tellRemoved(
    context,
    station,
    await removeFrom(station, { remove, before, after: without(before, remove), event }),
  )
}

function tellRemoved({ watch }: Context, { host }: Station, { removed }: Pruned): void {
  if (removed.length > 0) watch.note(host.label, `removed ${removed.join(', ')}, which had failed earlier`)
}

/** The same for a host that was put back: of failed releases the one of this run stays. */
export async function dropOlderFailed({ context }: Course, station: Station): Promise<void> {
  const remove = station.placed === null ? [] : failedBefore(station, nameOf(station.placed) as string)
  if (remove.length === 0) return
  const before = station.entries
  try {
    tellRemoved(
      context,
      station,
      await removeFrom(station, { remove, before, after: without(before, remove), event: '' }),
    )
  } catch (error) {
    context.watch.debug(station.host.label, `an older failed release stays: ${failureFrom(error).message}`)
  }
}

function failedBefore(station: Station, placed: string): readonly string[] {
  // A manifest that was gone owns nothing yet.
  if (station.state && isLost(station.state)) return []
  const spared = sparedAt(station)
  return historyAt(station)
    .filter((release) => release.state === 'failed' && release.onDisk)
    .map((release) => release.name)
    .filter((name) => name !== placed && !spared.includes(name))
}

/**
 * Whether a release that stands in the way of its own second try may go: one that failed, or is staged, or that the same workflow run left
 * for bad. What somebody is served, or has pinned after it was live, stays.
 */
export function givesWay(
  { host, state: seen, current }: Pick<Station, 'host' | 'state' | 'current'>,
  { name, state, deploy }: Release,
  run: string | null,
): boolean {
  if (name === current || seen?.served.includes(name)) return false
  if (state === 'failed' || state === 'staged') return true
  const pinned = host.settings.pinned_releases?.includes(name) === true
  return (state === 'bad' || state === 'adopted') && !pinned && run !== null && deploy?.run === run
}

/**
 * What stands in the way of its own second try goes.
 * @throws Failure when the host keeps it; it stays on record then.
 */
export async function dropNamesake(context: Context, station: Station, release: string): Promise<void> {
  const namesake = historyAt(station).find((candidate) => candidate.name === release && candidate.onDisk)
  if (!namesake || !givesWay(station, namesake, context.origin.run)) return
  const before = station.entries
  // The sweep that goes with it takes what was offered as well.
  station.takeOffer()
  // The log must not take what comes by that name for what goes.
  const event = eventLine(context, 'prune', { releases: [release], outcome: 'pruned' })
  const removal = { remove: [release], before, after: without(before, [release]), event }
  const { kept } = await removeFrom(station, removal)
  if (kept.includes(release)) {
    throw new Failure(`the ${namesake.state} release ${release} of an earlier try could not be removed`, {
      remedy: 'Look on the host for a link that serves it, or choose another `release_name`.',
    })
  }
  context.watch.note(station.host.label, `removed the ${namesake.state} release ${release} of an earlier try`)
}
