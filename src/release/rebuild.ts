// What records and log tell of the releases on a disk, for when the manifest does not (host.md, "The manifest"): pure, from untrusted text.

import {
  deployOf,
  type Entry,
  type JsonObject,
  nameOf,
  parseManifest,
  readObject,
  type State,
} from './manifest.ts'
import { isHeard, namesIn, nothing, type Past, readLog } from './past.ts'

/** A release that is there, with what can be known of it. */
interface Found {
  readonly release: string
  readonly record: Entry
  readonly past: Past
  /** Whether the log's silence says something as well: it was being written when the release came. */
  readonly told: boolean
}

/** @param records texts by the names of their releases. @param log its lines, oldest first. */
export function rebuild(
  disk: readonly string[],
  records: ReadonlyMap<string, string>,
  log: readonly string[],
): readonly Entry[] {
  const found = find(disk, records, log)
  return found.map((one, at) => {
    if (one.told) return entryOf(one)
    const { activated_at } = one.past
    const deploy = { activated_at, activations: [at - found.length], state: 'adopted' }
    return { ...one.record, deploy: { ...deployOf(one.record), ...deploy } as JsonObject }
  })
}

export interface Completed {
  readonly entries: readonly Entry[]
  /** The state of each release that the log tells of, or would have. */
  readonly told: ReadonlyMap<string, State>
}

/** A manifest with what the log tells of the releases that are there; what it does not came before. */
export function completed(
  entries: readonly Entry[],
  seen: {
    readonly disk: readonly string[]
    readonly records: ReadonlyMap<string, string>
    readonly log: readonly string[]
  },
): Completed {
  const listed = new Map(entries.map((entry) => [nameOf(entry), entry]))
  const all = find(seen.disk, seen.records, seen.log)
  // A log that could not be written for a while says nothing by its silence.
  const gaps = all.some((one) => one.told && !isHeard(one.past) && wasLive(listed.get(one.release)))
  if (gaps) return { entries, told: new Map() }
  const found = all.filter((one) => one.told && (isHeard(one.past) || !listed.has(one.release)))
  const told = new Map(found.map(({ release, past }) => [release, stateOf(past)]))
  const older = entries.filter((entry) => !told.has(nameOf(entry) ?? ''))
  const last = older
    .flatMap((entry) => deployOf(entry)?.activations ?? [])
    .reduce((a, b) => Math.max(a, b), 0)
  return {
    entries: [
      ...older.map((entry) => earlier(entry, last)),
      ...found.map((one) => entryOf({ ...one, record: listed.get(one.release) ?? one.record })),
    ],
    told,
  }
}

function wasLive(entry: Entry | undefined): boolean {
  const state = entry && deployOf(entry)?.state
  return state === 'live' || state === 'bad'
}

/** With its activations before the first line of a log. */
function earlier(entry: Entry, by: number): Entry {
  const deploy = deployOf(entry)
  if (!deploy) return entry
  return {
    ...entry,
    deploy: { ...deploy, activations: deploy.activations.map((at) => at - by) } as JsonObject,
  }
}

function entryOf({ record, past }: Found): Entry {
  const { activations, activated_at } = past
  const deploy = { ...deployOf(record), activations, activated_at, state: stateOf(past) }
  return { ...record, deploy: deploy as JsonObject }
}

function stateOf({ bad, staged, activations }: Past): State {
  if (bad) return 'bad'
  if (activations.length > 0) return 'live'
  return staged ? 'staged' : 'failed'
}

/** In the order they came. */
function find(
  disk: readonly string[],
  records: ReadonlyMap<string, string>,
  log: readonly string[],
): readonly Found[] {
  const named = new Set(log.flatMap((line) => namesIn(line)))
  const strangers = [...named].filter((release) => disk.includes(release) && !recordOf(release, records))
  // The log alone tells of them: what another tool had made, or whose record is gone. Nobody knows when; before all that is on record.
  const stub = (release: string): Entry => ({
    release,
    deploy: { schema: 1, seq: strangers.indexOf(release) - strangers.length, state: 'adopted' },
  })
  const known = new Map(
    disk.flatMap((release) => {
      const record = recordOf(release, records) ?? (named.has(release) ? stub(release) : undefined)
      return record ? [[release, record]] : []
    }),
  )
  const seqOf = (release: string) => deployOf(known.get(release) ?? {})?.seq ?? 0
  const { pasts, begin } = readLog(log, known, seqOf)
  return [...known]
    .map(([release, record]): Found => {
      const past = pasts.get(release) ?? nothing()
      // A log may have been rotated away, or be elsewhere now: its silence says nothing of what is older than its first upload.
      const told = isHeard(past) || seqOf(release) > begin
      return { release, record, past, told }
    })
    .sort((a, b) => seqOf(a.release) - seqOf(b.release))
}

/** The record of a release, if it is one that a manifest may hold. */
export function recordOf(release: string, records: ReadonlyMap<string, string>): Entry | undefined {
  const record = readObject(records.get(release) ?? '')
  if (!record) return undefined
  try {
    const [entry] = parseManifest(JSON.stringify([{ ...record, release }]))
    return entry && deployOf(entry) ? entry : undefined
  } catch {
    return undefined
  }
}
