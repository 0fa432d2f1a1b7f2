// The records of a host around a switch: as they are before it, with what this run put there, and once it is put back.

import { adoptCurrent } from '../release/history.ts'
import { type Entry, nameOf, without } from '../release/manifest.ts'
import { failedFor } from '../release/transition.ts'
import type { Station } from './station.ts'

/** What the records of a station are made from. */
type Recorded = Pick<Station, 'state' | 'entries' | 'current'>

/** The records of a station with what its link serves among them. */
export function adopted({ state, entries, current }: Recorded): readonly Entry[] {
  return state ? adoptCurrent({ entries, current }) : entries
}

/** The same, with the release that this run put there: failed for `reason` until it is activated. */
export function entriesWithPlaced(
  station: Recorded & Pick<Station, 'placed'>,
  reason: string,
): readonly Entry[] {
  const { placed } = station
  const entries = adopted(station)
  if (placed === null) return entries
  const release = nameOf(placed) as string
  // What was on record of one that is missing since is of another release.
  const all = [...without(entries, [release]), placed]
  return failedFor(all, release, reason)
}

/** What a station's manifest says once it is put back: all as it was, and what this run put there failed for `reason`. */
export function entriesBefore({ state, placed }: Station, reason: string): readonly Entry[] {
  const before = { state, placed, entries: state?.entries ?? [], current: state?.current ?? null }
  return entriesWithPlaced(before, reason)
}
