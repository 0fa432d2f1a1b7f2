// Manifest × disk × records × link of one host, as one list of releases in the order they came.

import {
  amend,
  type Deploy,
  deployOf,
  type Entry,
  type JsonObject,
  metadataOf,
  nameOf,
  nextSeq,
  type State,
} from './manifest.ts'
import { adoptedAt } from './transition.ts'

/** What was seen on a host, as far as its releases go. Names are plain. */
export interface Seen {
  readonly entries: readonly Entry[]
  /** Directories in releases/. */
  readonly disk: readonly string[]
  /** Releases that this tool wrote a record for. */
  readonly records: readonly string[]
  /** The release that the public link serves; null when there is no link or it leads elsewhere. */
  readonly current: string | null
}

export interface Release {
  readonly name: string
  /** `missing`: in the manifest, not on the disk. `unknown`: on the disk, and nobody vouches for it. */
  readonly state: State | 'missing' | 'unknown'
  readonly onDisk: boolean
  /** Numbers of its activations, oldest first. */
  readonly activations: readonly number[]
  readonly metadata: JsonObject
  readonly deploy: Deploy | undefined
}

/** What a release that all hosts go to is chosen from. */
export interface Position {
  readonly host: string
  readonly history: readonly Release[]
  readonly current: string | null
}

let collator: Intl.Collator | undefined

/** By the numbers in them. Made when there is something to compare: it takes ten milliseconds. */
function byNumber(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true })
  return collator.compare(a, b)
}

/** All releases, oldest first. */
export function historyOf(seen: Seen): readonly Release[] {
  const entries = new Map<string, Entry>()
  for (const entry of seen.entries) {
    const name = nameOf(entry)
    // Of two of one name, the one that this tool knows more of.
    if (name !== undefined && (deployOf(entry) || !entries.has(name))) entries.set(name, entry)
  }
  // What another tool recorded came before all that this one did, in the order it stands there.
  const foreign = [...entries.keys()].filter((name) => !deployOf(entries.get(name) as Entry))
  const place = new Map(foreign.map((name, at) => [name, at - foreign.length]))
  const disk = new Set(seen.disk)
  const known = [...entries].map(([name, entry]): Release => {
    const deploy = deployOf(entry)
    const onDisk = disk.has(name)
    const activations = deploy?.activations ?? [place.get(name) as number]
    const state = !onDisk
      ? 'missing'
      : name === seen.current
        ? liveState(deploy)
        : (deploy?.state ?? 'adopted')
    return { name, state, onDisk, activations, metadata: metadataOf(entry), deploy }
  })
  known.sort((a, b) => (a.deploy?.seq ?? place.get(a.name) ?? 0) - (b.deploy?.seq ?? place.get(b.name) ?? 0))
  const records = new Set(seen.records)
  const strays = [...disk]
    .filter((name) => !entries.has(name))
    // Nothing but names tells their order: 9 comes before 10.
    .sort(byNumber)
    .map((name): Release => {
      const ours = records.has(name)
      const state = name === seen.current ? (ours ? 'live' : 'adopted') : ours ? 'failed' : 'unknown'
      return { name, state, onDisk: true, activations: [], metadata: {}, deploy: undefined }
    })
  // What the link serves was the last to come, whoever made it (adoptCurrent).
  return [
    ...strays.filter((r) => r.state === 'unknown'),
    ...known,
    ...strays.filter((r) => r.state !== 'unknown'),
  ]
}

/** What the link serves is live, whatever a run that died in between had written. */
function liveState(deploy: Deploy | undefined): State {
  if (!deploy) return 'adopted'
  return deploy.state === 'failed' || deploy.state === 'staged' ? 'live' : deploy.state
}

/**
 * Where a rollback may go, best first: releases that were current before the present one, latest activation first, each once;
 * never one that is bad, failed, staged or gone.
 */
export function candidates(history: readonly Release[], current: string | null): readonly string[] {
  const good = goodOf(history)
  const events = activationsIn(history)
  const now = events.findIndex((event) => event.name === current)
  const before = events.slice(now + 1).filter((event) => event.name !== current && good.has(event.name))
  return [...new Set(before.map((event) => event.name))]
}

/** Who was live when, the latest first. */
function activationsIn(
  history: readonly Release[],
): readonly { readonly at: number; readonly name: string }[] {
  return history
    .flatMap((release) => release.activations.map((at) => ({ at, name: release.name })))
    .sort((a, b) => b.at - a.at)
}

/** What was live when `release` became so, good or bad, if it is still there; null for nothing. */
export function leftFor(history: readonly Release[], release: string): string | null {
  const events = activationsIn(history)
  const now = events.findIndex(({ name }) => name === release)
  const before = now < 0 ? undefined : events.slice(now + 1).find(({ name }) => name !== release)?.name
  return history.some(({ name, onDisk }) => name === before && onDisk) ? (before ?? null) : null
}

/** Names of the releases that may be served. */
export function goodOf(history: readonly Release[]): ReadonlySet<string> {
  return new Set(
    history.filter((r) => r.onDisk && (r.state === 'live' || r.state === 'adopted')).map((r) => r.name),
  )
}

/** The release to go back to, or null. */
export function previousOf(history: readonly Release[], current: string | null): string | null {
  return candidates(history, current)[0] ?? null
}

/**
 * The manifest with what the link serves as the release that was live last: with a record where nobody had made one, and with one more
 * activation where someone else had switched since.
 */
export function adoptCurrent({ current, entries }: Pick<Seen, 'current' | 'entries'>): readonly Entry[] {
  if (current === null) return entries
  const seq = nextSeq(entries)
  const known = entries.find((entry) => nameOf(entry) === current)
  if (!known) return [...entries, adoptedAt(current, seq)]
  const latest = entries.flatMap((entry) => deployOf(entry)?.activations ?? [])
  const last = latest.reduce((highest, at) => Math.max(highest, at), Number.MIN_SAFE_INTEGER)
  return amend(entries, current, (deploy) => ({
    ...deploy,
    state: liveState(deploy),
    activations: deploy.activations.includes(last) ? deploy.activations : [...deploy.activations, seq],
  }))
}
