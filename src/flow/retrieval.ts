// `artifact_cache`: a release that a host no longer has comes back to it for a rollback.

import { Failure } from '../failure.ts'
import { candidates } from '../release/history.ts'
import {
  type Deploy,
  deployOf,
  type JsonObject,
  nameOf,
  parseManifest,
  readObject,
} from '../release/manifest.ts'
import { readArtifact } from '../transfer/artifact.ts'
import {
  cacheKey,
  digestIn,
  isCacheOffered,
  keyPrefix,
  keysInCache,
  restoreArtifact,
} from '../transfer/artifact_cache.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { count } from '../wording.ts'
import type { Course } from './course.ts'
import { each } from './fleet.ts'
import { givenFrom, givenIn, noteOf } from './given.ts'
import type { Parcel } from './parcel.ts'
import { type Kept, scopeOf } from './safekeeping.ts'
import { historyAt, type Station } from './station.ts'
import { upload } from './upload.ts'

/** Releases that `list` asks the cache for. */
const ASKED = 20

/**
 * Brings a release back to every host that lacks it: restored, its content compared with its digest, uploaded and proven whole.
 * @returns its name; null when the cache cannot help.
 * @throws FleetFailure when a host does not take it; Failure when it is not what it should be.
 */
export async function bringBack(course: Course): Promise<string | null> {
  const { context, fleet } = course
  const { settings, watch } = context
  const release = settings.release ?? wanted(fleet)
  if (!settings.artifact_cache || release === null || !isCacheOffered('read')) return null
  const lacking = fleet.filter((station) => !has(station, release))
  if (lacking.length === 0) return null
  if (settings.dry_run) {
    watch.note(
      undefined,
      `a dry run does not ask the Actions cache for ${release}; the rollback itself would`,
    )
    return null
  }
  watch.phase('reverting', `bring ${release} back from the Actions cache to ${count(lacking.length, 'host')}`)
  const known = digestOf(fleet, release)
  const scope = scopeOf(course)
  const keys = known === null ? [keyPrefix(scope, release)] : [cacheKey(scope, release, known)]
  const answer = await restoreArtifact(keys, context.signal)
  await using restored = typeof answer === 'string' ? null : answer
  context.signal.throwIfAborted()
  if (restored === null) {
    watch.note(
      undefined,
      answer === 'absent'
        ? `the Actions cache does not have ${release}`
        : `the Actions cache did not send ${release} whole and in time; run this again to ask it again`,
    )
    return null
  }
  const artifact = await readArtifact(restored.dir, [], [])
  const fingerprint = await fingerprintOf(artifact)
  const { digest } = fingerprint
  if (digest !== (known ?? digestIn(restored.key))) {
    throw new Failure(`what the Actions cache has for ${release} is not what was deployed`, {
      phase: 'reverting',
      unchanged: 'No host was switched.',
      remedy: 'Delete that cache entry (Actions, Caches), and deploy the commit of that release again.',
    })
  }
  const parcel: Parcel = {
    release,
    artifact,
    fingerprint: Promise.resolve(fingerprint),
    // A rollback's hosts were not asked what they could begin with.
    remainderOf: async () => null,
    tarballOf: async () => null,
    metadata: {},
    rerun: false,
  }
  const kept = parsed(restored.record, release)
  await each(context, lacking, 'reverting', async (station, signal) => {
    const again = remade(station, kept, release)
    await upload(context, station, { ...parcel, ...again }, signal)
    admit(station, release)
    watch.note(station.host.label, `has ${release} again`)
  })
  return release
}

/** A release put back is one among the others, not one that this run made. */
function admit(station: Station, release: string): void {
  const { placed, state, entries } = station
  if (!placed || !state) return
  const others = entries.filter((entry) => nameOf(entry) !== release)
  station.entries = [...others, placed]
  station.state = { ...state, disk: [...state.disk, release] }
  station.placed = null
  station.restored = true
}

function has(station: Station, release: string): boolean {
  return historyAt(station).some((one) => one.name === release && one.onDisk)
}

/** Where a rollback would go if every host still had what any of them has. */
function wanted(fleet: readonly Station[]): string | null {
  return fleet.flatMap((station) => candidates(historyAt(station), station.current))[0] ?? null
}

function digestOf(fleet: readonly Station[], release: string): string | null {
  const digests = fleet.map(
    (station) => historyAt(station).find((one) => one.name === release)?.deploy?.digest,
  )
  return digests.find((digest) => typeof digest === 'string') ?? null
}

/**
 * What is on record of a release that is made once more, and what it was given: the host's own record says it, or what was kept with the
 * artifact. Nothing that another host says becomes a record here, or a file.
 */
function remade(station: Station, kept: Kept | undefined, release: string): Pick<Parcel, 'record' | 'given'> {
  const own = station.entries.find((entry) => nameOf(entry) === release)
  if (own) return { record: own, given: givenIn(own) }
  const deploy = kept && deployOf(kept.entry)
  const note = kept?.given[station.host.label]
  const given = isNote(note) ? givenFrom(note, deploy?.revision) : undefined
  if (!kept || !deploy) return {}
  const back: Deploy = { ...deploy, state: 'live', activations: [], activated_at: [] }
  const { given: _, ...others } = back
  const noted = given && noteOf(given)
  const record = { ...kept.entry, deploy: { ...others, ...(noted ? { given: noted } : {}) } as JsonObject }
  return { record, ...(given ? { given } : {}) }
}

function isNote(note: unknown): note is JsonObject {
  return typeof note === 'object' && note !== null && !Array.isArray(note)
}

function parsed(text: string, release: string): Kept | undefined {
  const { entry, given } = readObject(text) ?? {}
  try {
    const [known] = parseManifest(JSON.stringify([entry]))
    return known && nameOf(known) === release
      ? { entry: known, given: isNote(given) ? given : {} }
      : undefined
  } catch {
    return undefined
  }
}

/** Says which releases that some host lacks could be brought back to it. */
export async function tellKept(course: Course): Promise<void> {
  const { context, fleet } = course
  if (!context.settings.artifact_cache || !isCacheOffered('read')) return
  const keys = new Map(
    lackedIn(fleet).map(({ name, digest }) => [cacheKey(scopeOf(course), name, digest), name] as const),
  )
  const found = await keysInCache([...keys.keys()].slice(0, ASKED), context.signal)
  if (found === null) return context.watch.note(undefined, 'the Actions cache does not answer')
  const back = [...found].flatMap((key) => keys.get(key) ?? [])
  if (back.length > 0)
    context.watch.note(undefined, `could be brought back from the Actions cache: ${back.join(', ')}`)
}

/** The releases that some host lacks and whose digest one of them knows, the last first. */
export function lackedIn(fleet: readonly Station[]): readonly { name: string; digest: string }[] {
  // A host may tell of any number of releases: its history is made once.
  const histories = fleet.map((station) => new Map(historyAt(station).map((one) => [one.name, one])))
  const names = new Set(histories.flatMap((history) => [...history.keys()]))
  return [...names].toReversed().flatMap((name) => {
    const known = histories.map((history) => history.get(name))
    if (known.every((one) => one?.onDisk)) return []
    const digest = known.map((one) => one?.deploy?.digest).find((each) => typeof each === 'string')
    return digest === undefined ? [] : [{ name, digest }]
  })
}
