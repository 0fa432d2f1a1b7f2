// What a run comes to: host by host and for the fleet, as the outputs tell it.

import type { Failure } from '../failure.ts'
import { releasePath } from '../release/layout.ts'
import type { Fleet } from './fleet.ts'
import type { HostResult, ReleaseRow, Result, Status } from './result.ts'
import { historyAt, type Station } from './station.ts'

/** The end of a run: a result to show, whatever happened, and the failures that made it so. */
export interface Outcome {
  readonly result: Result
  readonly failures: readonly Failure[]
  /** What the run set out to make current, where it got as far as knowing it. */
  readonly attempted: string | null
}

export interface Ending {
  readonly status: Status
  readonly release: string | null
  readonly previous: string | null
  readonly failures?: readonly Failure[]
  readonly attempted?: string | null
  /** A host's own status where it differs. */
  readonly statusOf?: (station: Station) => Status
}

export function outcomeOf(fleet: Fleet, seconds: number, ending: Ending): Outcome {
  const { status, release, previous } = ending
  const first = fleet[0]
  const result: Result = {
    schema: 1,
    status,
    release,
    previous_release: previous,
    release_path: release !== null && first ? releasePath(first.layout, release) : null,
    hosts: fleet.map((station) => hostResult(station, seconds, ending)),
    releases: releaseRows(fleet),
  }
  return { result, failures: ending.failures ?? [], attempted: ending.attempted ?? release }
}

/** A run that failed made `attempted` current only if every host serves it all the same (`on_failure: keep`). */
export function failedOutcome(
  fleet: Fleet,
  seconds: number,
  attempted: string | null,
  failures: readonly Failure[],
  status: 'failed' | 'reverted' = 'failed',
): Outcome {
  const made = attempted !== null && fleet.every((station) => station.current === attempted)
  const release = made ? attempted : null
  const previous = made ? (fleet[0]?.state?.current ?? null) : null
  return outcomeOf(fleet, seconds, { status, release, previous, attempted, failures })
}

function hostResult(station: Station, seconds: number, ending: Ending): HostResult {
  const before = station.state?.current ?? null
  return {
    host: station.host.label,
    status: ending.statusOf?.(station) ?? (station.error === null ? ending.status : 'failed'),
    release: station.current,
    previous_release:
      before === station.current ? (ending.previous === station.current ? null : ending.previous) : before,
    error: station.error,
    seconds: station.seconds || seconds,
    bytes_sent: station.bytesSent,
    files_changed: station.filesChanged,
    connections: station.connections,
    round_trips: station.roundTrips,
  }
}

/** Every release that any host has, newest first; a host that knows more of one than the others speaks for it. */
export function releaseRows(fleet: Fleet): readonly ReleaseRow[] {
  const rows = new Map<string, { row: ReleaseRow; order: number }>()
  for (const station of fleet) {
    for (const [order, release] of historyAt(station).entries()) {
      const known = rows.get(release.name)?.row
      const { seq, schema, state, activations, activated_at, created_at, ...told } = release.deploy ?? {}
      const row: ReleaseRow = {
        ...release.metadata,
        ...told,
        ...(activated_at && activated_at.length > 0 ? { activated_at } : {}),
        release: release.name,
        current: [
          ...(known?.current ?? []),
          ...(station.current === release.name ? [station.host.label] : []),
        ],
        hosts: [...(known?.hosts ?? []), ...(release.onDisk ? [station.host.label] : [])],
        created_at: created_at ?? known?.created_at ?? null,
        state: known && known.state !== 'missing' ? known.state : release.state,
      }
      rows.set(release.name, { row, order: Math.max(order, rows.get(release.name)?.order ?? 0) })
    }
  }
  return [...rows.values()].sort((a, b) => b.order - a.order).map(({ row }) => markMissing(row, fleet))
}

function markMissing(row: ReleaseRow, fleet: Fleet): ReleaseRow {
  const lacking = fleet.filter((station) => station.state && !row.hosts.includes(station.host.label))
  return lacking.length === 0 ? row : { ...row, missing_on: lacking.map((station) => station.host.label) }
}
