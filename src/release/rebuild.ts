// What records and log tell of the releases on a disk, for when the manifest does not (host.md, "The manifest"): pure, from untrusted text.

import {
  deployOf,
  type Entry,
  isObject,
  type JsonObject,
  nameOf,
  parseManifest,
  type State,
} from './manifest.ts'
import { isPlain } from './name.ts'

/** A release that is there, with what can be known of it. */
interface Found {
  readonly release: string
  readonly record: Entry
  readonly past: Past
  /** Whether the log's silence says something as well: it was being written when the release came. */
  readonly told: boolean
}

/** What the log tells of one release. */
interface Past {
  readonly activations: number[]
  readonly activated_at: string[]
  bad: boolean
  failed: boolean
  staged: boolean
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
  const named = new Set(log.flatMap((line) => namesIn(parse(line) ?? {})))
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

function isHeard({ bad, failed, staged, activations }: Past): boolean {
  return bad || failed || staged || activations.length > 0
}

function nothing(): Past {
  return { activations: [], activated_at: [], bad: false, failed: false, staged: false }
}

interface Reading {
  readonly pasts: ReadonlyMap<string, Past>
  /** The oldest that is there, and of whose coming the log tells: what came after it is told of, too. */
  readonly begin: number
}

function readLog(
  log: readonly string[],
  known: ReadonlyMap<string, Entry>,
  seqOf: (release: string) => number,
): Reading {
  const pasts = new Map<string, Past>()
  const pastOf = (release: string) => {
    const past = pasts.get(release) ?? nothing()
    pasts.set(release, past)
    return past
  }
  let begin = Number.POSITIVE_INFINITY
  // The last switch, and what the log had told of whom it left and led to: who puts it back says nothing of either, but that a deploy failed.
  let last: { readonly to: unknown; readonly before: ReadonlyMap<string, Past> } | undefined
  for (const [at, line] of log.entries()) {
    const { event, mode, from, to: target, at: time, releases, run } = parse(line) ?? {}
    const deployed = mode !== 'rollback' && mode !== 'publish'
    const came = event === 'deploy' || event === 'stage' || (event === 'failed' && deployed)
    const to = came && isOfAnother(known, target, run) ? null : target
    // What has that name later is another.
    if (event === 'prune' && Array.isArray(releases)) for (const gone of releases) pasts.delete(String(gone))
    if (came && isPlain(to) && known.has(to)) begin = Math.min(begin, seqOf(to))
    if (event === 'reverted' && deployed && isOfAnother(known, from, run)) continue
    if (event === 'reverted' && isPlain(from) && last?.to === from) {
      for (const [release, past] of last.before) pasts.set(release, past)
      last = undefined
      if (deployed) Object.assign(pastOf(from), { failed: true, staged: false })
      continue
    }
    if (event === 'stage' && isPlain(to)) pastOf(to).staged = true
    // Where one was to be gone back to, or published, its failure is no verdict on the release.
    if (event === 'failed' && deployed && isPlain(to))
      Object.assign(pastOf(to), { failed: true, staged: false })
    if (!switches.has(String(event))) continue
    const named = [from, to].filter(isPlain)
    last = { to, before: new Map(named.map((release) => [release, structuredClone(pastOf(release))])) }
    // It was live without a word of when: that could not be written.
    if (isPlain(from) && known.has(from) && pastOf(from).activations.length === 0)
      pastOf(from).activations.push(2 * at + 1)
    if (isPlain(to)) {
      const past = pastOf(to)
      past.activations.push(2 * at + 2)
      if (typeof time === 'string') past.activated_at.push(time)
      if (event !== 'reverted') past.bad = false
    }
    // A rollback by name may go forward, which is no verdict on what it left.
    const forward = event === 'rollback' && isPlain(from) && isPlain(to) && seqOf(from) < seqOf(to)
    const verdict = event === 'rollback' || (event === 'reverted' && deployed)
    if (verdict && isPlain(from) && !forward) pastOf(from).bad = true
  }
  return { pasts, begin }
}

/** Whether what came there has the name only: by another run, in another place with the same log, or before. */
function isOfAnother(known: ReadonlyMap<string, Entry>, target: unknown, run: unknown): boolean {
  const made = isPlain(target) ? deployOf(known.get(target) ?? {})?.run : undefined
  return typeof made === 'string' && typeof run === 'string' && made !== run
}

/** Whether a log tells of any switch. */
export function tellsOfSwitches(log: readonly string[]): boolean {
  return log.some((line) => switches.has(String(parse(line)?.event)))
}

/** The releases that a switch led to, or from. */
function namesIn({ event, from, to }: JsonObject): readonly string[] {
  return switches.has(String(event)) ? [from, to].filter(isPlain) : []
}

/** Events after which the link leads elsewhere than before. */
const switches = new Set(['deploy', 'publish', 'rollback', 'reverted'])

/** The record of a release, if it is one that a manifest may hold. */
export function recordOf(release: string, records: ReadonlyMap<string, string>): Entry | undefined {
  const record = parse(records.get(release) ?? '')
  if (!record) return undefined
  try {
    const [entry] = parseManifest(JSON.stringify([{ ...record, release }]))
    return entry && deployOf(entry) ? entry : undefined
  } catch {
    return undefined
  }
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
