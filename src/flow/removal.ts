// Releases taken from a host: what it keeps all the same stays on record and in the log, and so goes on being owned.

import type { Pruned } from '../host/answers.ts'
import { quote } from '../host/quote.ts'
import { type Entry, nameOf, renderManifest } from '../release/manifest.ts'
import { count } from '../wording.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

/** What nothing takes from a host: what links of other names serve, and what the settings pin. */
export function sparedAt({ host, state }: Pick<Station, 'host' | 'state'>): readonly string[] {
  return [...(host.settings.pinned_releases ?? []), ...(state?.served ?? [])]
}

export interface Removal {
  readonly remove: readonly string[]
  /** The host's records while nothing has gone, and once all has. */
  readonly before: readonly Entry[]
  readonly after: readonly Entry[]
  /** A line for the log, or none. */
  readonly event: string
}

export async function removeFrom(station: Station, removal: Removal): Promise<Pruned> {
  const { remove, after, event } = removal
  return noteRemoval(station, removal, await station.session.finish(renderManifest(after), event, remove))
}

/** What came of it, which may have been asked for before. */
export async function noteRemoval(
  station: Station,
  { before, after, event }: Omit<Removal, 'remove'>,
  pruned: Pruned,
): Promise<Pruned> {
  const { removed, kept } = pruned
  const { state, session } = station
  const stays = new Set([...after.map(nameOf), ...kept])
  station.entries = kept.length === 0 ? after : before.filter((entry) => stays.has(nameOf(entry)))
  if (state) station.state = { ...state, disk: state.disk.filter((name) => !removed.includes(name)) }
  if (kept.length > 0) await session.settle(renderManifest(station.entries), takenBack(event, kept))
  return pruned
}

/** What another user made in a release cannot be deleted by who deploys. @param noise what the host said of it. */
export function warnOfLeft({ watch }: Context, station: Station, left: number, noise: string): void {
  if (left === 0) return
  const { host, layout } = station
  const place = `${layout.root}/.releases/trash`
  const said = noise.trim()
  watch.warn(
    host.label,
    `${count(left, 'thing')} in ${place} could not be deleted${said ? `: ${said}` : ''}. By hand, on the host: sudo rm -rf ${quote(place)}`,
  )
}

/** The log was told before anything went: a line of the same event says what stayed. */
function takenBack(event: string, kept: readonly string[]): string {
  const told: { readonly releases?: unknown } = event === '' ? {} : JSON.parse(event)
  return told.releases === undefined ? '' : JSON.stringify({ ...told, releases: kept, outcome: 'kept' })
}
