// `publishing`: one rename on a host, read back there, and recorded with it in the same message.

import { adoptCurrent, historyOf, previousOf } from '../release/history.ts'
import { linkText } from '../release/layout.ts'
import {
  amend,
  type Deploy,
  type Entry,
  nameOf,
  nextSeq,
  renderManifest,
  without,
} from '../release/manifest.ts'
import type { Context } from './context.ts'
import { type EventDetail, type EventName, eventLine } from './event.ts'
import type { Order } from './order.ts'
import type { Standing, Station } from './station.ts'

/** The records with `release` live from now on. */
export function activated(entries: readonly Entry[], release: string, now: Date): readonly Entry[] {
  const seq = nextSeq(entries)
  const at = now.toISOString().replace(/\.\d+Z$/, 'Z')
  return amend(entries, release, ({ reason: _, ...deploy }) => ({
    ...(deploy as Deploy),
    state: 'live',
    activations: [...deploy.activations, seq],
    activated_at: [...deploy.activated_at, at],
  }))
}

/** To switch a host to `release`, with `entries` as its manifest from then on. A damaged manifest is left alone. */
export function orderOf(
  context: Context,
  { state, layout, current }: Standing,
  release: string,
  entries: readonly Entry[],
  event: EventName,
  detail: EventDetail,
): Order {
  const known = state?.disk ?? []
  const disk = known.includes(release) ? known : [...known, release]
  const history = historyOf({ entries, disk, records: state?.records ?? [], current: release })
  return {
    publication: {
      link: linkText(layout, release),
      release,
      previous: previousOf(history, release) ?? '',
      manifest: state?.damage ? '' : renderManifest(entries),
      event: eventLine(context, event, { from: current, to: release, ...detail }),
    },
    entries,
  }
}

/**
 * Switches one host, unless it was told to before.
 * @throws Failure when the host refuses or the link does not read back; whether it was switched is then not known.
 */
export async function publish(
  station: Station,
  { publication, entries }: Order,
  onSwitched?: () => void,
): Promise<void> {
  const { session, ahead, armed } = station
  const { release } = publication
  if (ahead === null) {
    station.touched = true
    // Until the host has answered, nobody knows what it serves.
    station.current = null
    await session.publish({ ...publication, armed: armed === release }, onSwitched)
  } else await ahead.switched
  station.entries = entries
  station.current = release
}

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
  return amend(all, release, (deploy) => ({ ...deploy, state: 'failed', reason }))
}

/** What a station's manifest says once it is put back: all as it was, and what this run put there failed for `reason`. */
export function entriesBefore({ state, placed }: Station, reason: string): readonly Entry[] {
  const before = { state, placed, entries: state?.entries ?? [], current: state?.current ?? null }
  return entriesWithPlaced(before, reason)
}
