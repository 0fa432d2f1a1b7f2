// A second try of the same workflow run (GitHub's "re-run failed jobs"): hosts that already serve what it deploys are left alone.

import { leftFor } from '../release/history.ts'
import { linkText } from '../release/layout.ts'
import { nameOf } from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import { failedFor, finished, neverLive, staged } from '../release/transition.ts'
import type { Fingerprint } from '../transfer/digest.ts'
import type { Context, Origin } from './context.ts'
import { type Course, servedBefore } from './course.ts'
import type { Fleet } from './fleet.ts'
import { historyAt, type Standing, type Station } from './station.ts'

/** The run, in an attempt after its first; null where nobody can have begun what this does. */
function again({ run, attempt }: Origin): string | null {
  return attempt < 2 ? null : run
}

/** The release that an earlier attempt of this run made live somewhere with the same content; null when there is none. */
export async function releaseOfEarlierAttempt(
  context: Context,
  fleet: Fleet,
  fingerprint: Promise<Fingerprint>,
): Promise<string | null> {
  const { origin, settings } = context
  const run = again(origin)
  if (run === null) return null
  const mine = fleet.flatMap((station) => {
    const release = served(station)
    const made = release?.deploy
    const earlier = made?.run === run && Number(made?.attempt ?? origin.attempt) < origin.attempt
    return release && earlier ? [release] : []
  })
  const wanted = mine.find(
    (release) => settings.release_name === undefined || settings.release_name === release.name,
  )
  return wanted && wanted.deploy?.digest === (await fingerprint).digest ? wanted.name : null
}

/** The release that an earlier attempt of this run went back to on some host; null when there is none. */
export function targetOfEarlierAttempt({ origin }: Context, fleet: Fleet): string | null {
  const run = again(origin)
  if (run === null) return null
  const there = fleet.find((station) => served(station)?.deploy?.rolled_back_in === run)
  return there?.current ?? null
}

/** The release that an earlier attempt of this run published somewhere, whatever is served since; null when there is none. */
export function publishedByEarlierAttempt({ origin }: Context, fleet: Fleet): string | null {
  const run = again(origin)
  if (run === null) return null
  const all = fleet.flatMap((station) => historyAt(station))
  return all.findLast(({ deploy }) => deploy?.published_in === run)?.name ?? null
}

/** Whether an earlier attempt of this run made or published it there. */
export function isOfEarlierAttempt({ origin }: Context, station: Standing, release: string): boolean {
  const run = again(origin)
  if (run === null) return false
  const known = historyAt(station).find(({ name }) => name === release)?.deploy
  return known?.run === run || known?.published_in === run
}

/** What was served before the switch to `release`, also when an earlier attempt of this run made it; null for nothing. */
export function leftBy({ origin }: Context, station: Station, release: string): string | null {
  const before = servedBefore(station)
  const run = again(origin)
  if (before !== release || run === null) return before
  const { rolled_back_in: by, rolled_back_from: left } =
    historyAt(station).find(({ name }) => name === release)?.deploy ?? {}
  return by === run && isPlain(left) ? left : before
}

/** Whether an earlier attempt left nothing to do there: what the host serves went through all that follows a switch. */
export function isFinished(station: Standing, release: string): boolean {
  return station.current === release && !served(station)?.deploy?.unfinished
}

function served(station: Standing) {
  return historyAt(station).find((release) => release.name === station.current)
}

/**
 * Makes the switches of an earlier attempt that never ended well this run's own, for when what follows them fails again: those hosts are
 * to be put back with the others (flow.md, "When something fails"). Those of a rollback stay where they are: who pressed it wanted to leave.
 */
export function takeOver({ context, fleet, release }: Course, why: string): void {
  const { mode, on_failure } = context.settings
  if (release === null || mode === 'rollback' || on_failure === 'keep') return
  for (const station of fleet) {
    const { state, layout, entries } = station
    const theirs = !station.touched && servedBefore(station) === release && station.current === release
    if (!state || state.damage || !theirs || isFinished(station, release)) continue
    const left = leftFor(historyAt(station), release)
    if (left === null || !isOfEarlierAttempt(context, station, release)) continue
    const undone = finished(
      entries.map((entry) => (nameOf(entry) === release ? neverLive(entry) : entry)),
      release,
    )
    station.touched = true
    station.before = left
    station.state = {
      ...state,
      link: linkText(layout, left),
      current: left,
      entries: mode === 'publish' ? staged(undone, release) : failedFor(undone, release, why),
    }
  }
}
