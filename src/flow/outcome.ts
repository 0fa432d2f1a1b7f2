// What a run comes to: host by host and for the fleet, as the outputs tell it.

import type { Failure } from '../failure.ts'
import { isHeld } from '../host/state.ts'
import { releasePath } from '../release/layout.ts'
import type { Mode } from '../settings/mode.ts'
import type { Settings } from '../settings/schema.ts'
import { type Course, releaseBefore, servedBefore } from './course.ts'
import type { Fleet } from './fleet.ts'
import type { HostResult, ReleaseRow, Result, Status, Timeline } from './result.ts'
import { historyAt, type Station } from './station.ts'

/** The end of a run: a result to show, whatever happened, and the failures that made it so. */
export interface Outcome {
  readonly result: Result
  readonly failures: readonly Failure[]
  /** What the run set out to make current, where it got as far as knowing it. */
  readonly attempted: string | null
  readonly timeline: readonly Timeline[]
  /** Labels of the hosts of which nobody knows what they serve. */
  readonly unseen: readonly string[]
}

export interface Ending {
  readonly status: Status
  /** What every host serves now by this run, or has staged. */
  readonly release: string | null
  readonly failures?: readonly Failure[]
}

export function outcomeOf(course: Course, { status, release, failures = [] }: Ending): Outcome {
  const { all, fleet } = course
  const first = fleet[0] ?? all[0]
  const previous = release === null || !first ? null : releaseBefore(course, first)
  const result: Result = {
    schema: 1,
    status,
    release,
    previous_release: previous,
    release_path: release !== null && first ? releasePath(first.layout, release) : null,
    hosts: all.map((station) => hostResult(course, station, status)),
    releases: releaseRows(all),
  }
  const timeline = all.map(({ host, spans }) => ({ host: host.label, spans }))
  const unseen = all.filter((station) => isUnseen(course, station)).map(({ host }) => host.label)
  return { result, failures, attempted: course.release ?? release, timeline, unseen }
}

/** A host that was not reached, that another run holds (who waits for the lock looks at nothing before), or whose answer was lost. */
function isUnseen({ context }: Course, { state, current, touched, putBack }: Station): boolean {
  const { mode, dry_run } = context.settings
  const looks = mode === 'list' || mode === 'check' || dry_run
  return current === null && (state === null || (touched && !putBack) || (!looks && isHeld(state)))
}

/** A run that failed made its release current only if every host serves it all the same (`on_failure: keep`). */
export function failedOutcome(
  course: Course,
  failures: readonly Failure[],
  status: 'failed' | 'reverted' = 'failed',
): Outcome {
  const { release, fleet } = course
  const served = fleet.every((station) => servedBefore(station) === release)
  const made = release !== null && !served && fleet.every((station) => station.current === release)
  return outcomeOf(course, { status, release: made ? release : null, failures })
}

/** For a run that never got as far as having hosts. */
export function nothingDone(failures: readonly Failure[]): Outcome {
  return withoutHosts('failed', failures)
}

/** What a run comes to that did what its mode is for. */
export const successOf = {
  deploy: 'deployed',
  stage: 'staged',
  publish: 'published',
  rollback: 'rolled_back',
  prune: 'pruned',
  list: 'listed',
  check: 'checked',
  repair: 'repaired',
} as const satisfies Record<Mode, Status>

/** For a shard of a fleet that has fewer hosts than shards. */
export function nothingToDo({ mode, dry_run }: Pick<Settings, 'mode' | 'dry_run'>): Outcome {
  return withoutHosts(dry_run ? 'planned' : successOf[mode], [])
}

function withoutHosts(status: Status, failures: readonly Failure[]): Outcome {
  const result: Result = {
    schema: 1,
    status,
    release: null,
    previous_release: null,
    release_path: null,
    hosts: [],
    releases: [],
  }
  return { result, failures, attempted: null, timeline: [], unseen: [] }
}

function hostResult({ context, fleet }: Course, station: Station, status: Status): HostResult {
  const before = servedBefore(station)
  const well = fleet.includes(station) && station.error === null
  // What one host lists does not hang on another.
  const seen = context.settings.mode === 'list' && station.state !== null
  const own = !well ? 'failed' : seen ? 'listed' : status
  return {
    host: station.host.label,
    status: station.putBack ? 'reverted' : own === 'reverted' ? 'failed' : own,
    release: station.current,
    previous_release: before === station.current ? null : before,
    error: station.error,
    seconds: Math.round(station.busy * 1000) / 1000,
    bytes_sent: station.bytesSent,
    files_changed: station.filesChanged,
    connections: station.connections,
    round_trips: station.roundTrips,
  }
}

/** Every release that any host has, newest first; a host that knows more of one than the others speaks for it. */
export function releaseRows(fleet: Fleet): readonly ReleaseRow[] {
  const rows = new Map<string, ReleaseRow>()
  const histories = fleet.map((station) => ({ station, history: historyAt(station) }))
  for (const { station, history } of histories) {
    for (const release of history) {
      const known = rows.get(release.name)
      const {
        seq,
        schema,
        state,
        activations,
        activated_at,
        created_at,
        additions: _,
        given: __,
        stirred: ___,
        reason,
        ...told
      } = release.deploy ?? {}
      rows.set(release.name, {
        ...known,
        ...release.metadata,
        // Who asks for the commit, or who deployed, asks for what is true.
        ...told,
        ...(reason === undefined ? {} : { reason }),
        ...(activated_at && activated_at.length > 0 ? { activated_at } : {}),
        release: release.name,
        current: [
          ...(known?.current ?? []),
          ...(station.current === release.name ? [station.host.label] : []),
        ],
        hosts: [...(known?.hosts ?? []), ...(release.onDisk ? [station.host.label] : [])],
        created_at: created_at ?? known?.created_at ?? null,
        state: known && knowledge(known.state) >= knowledge(release.state) ? known.state : release.state,
      })
    }
  }
  const order = mergeOrders(histories.map(({ history }) => history.map((release) => release.name)))
  return order.toReversed().flatMap((name) => {
    const row = rows.get(name)
    return row ? [markMissing(row, fleet)] : []
  })
}

/** How much a host that calls a release this knows of it. */
function knowledge(state: string): number {
  return state === 'missing' ? 0 : state === 'unknown' ? 1 : 2
}

/** The names of all lists in one order: what only some have stands right before what came next there. */
function mergeOrders(lists: readonly (readonly string[])[]): readonly string[] {
  let merged: readonly string[] = []
  for (const names of lists) {
    const places = new Map(merged.map((name, at) => [name, at]))
    // By the place of what came next, the last first. A list may be of any length: each name is looked at once.
    const fresh = new Map<number, string[]>()
    let at = merged.length
    for (const name of names.toReversed()) {
      const place = places.get(name)
      if (place !== undefined) at = Math.min(at, place)
      else if (fresh.has(at)) fresh.get(at)?.push(name)
      else fresh.set(at, [name])
    }
    if (fresh.size === 0) continue
    const before = (place: number) => fresh.get(place)?.toReversed() ?? []
    merged = [...merged.flatMap((name, place) => [...before(place), name]), ...before(merged.length)]
  }
  return merged
}

function markMissing({ missing_on: _, ...row }: ReleaseRow, fleet: Fleet): ReleaseRow {
  const there = new Set(row.hosts)
  const lacking = fleet.filter((station) => station.state && !there.has(station.host.label))
  return lacking.length === 0 ? row : { ...row, missing_on: lacking.map((station) => station.host.label) }
}
