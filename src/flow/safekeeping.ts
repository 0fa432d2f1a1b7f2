// `artifact_cache`: an artifact is kept while the hosts work.

import { failureFrom } from '../failure.ts'
import type { Entry, JsonObject } from '../release/manifest.ts'
import { cacheKey, isCacheOffered, saveArtifact } from '../transfer/artifact_cache.ts'
import type { Course } from './course.ts'
import { givenBy, noteOf } from './given.ts'
import type { Parcel } from './parcel.ts'
import { recordOf } from './record.ts'

/** What is kept with an artifact: the record, and what each host gives its release besides, by their labels. */
export interface Kept {
  readonly entry: Entry
  readonly given: JsonObject
}

export interface Keeping extends AsyncDisposable {
  /** Waits until the artifact is kept, for a while; not in a run that is cancelled. */
  done(): Promise<void>
}

/** Seconds that a run which is otherwise over waits for the cache. */
const PATIENCE = 60

/** Tells a place from others that may have a release of the same name: staging from production. */
export function scopeOf({ context, all }: Course): string {
  const places = all.map(({ host, layout }) => `${host.name} ${layout.root}`).sort()
  return context.settings.target ?? places.join('\n')
}

/** Begins to keep the artifact; it goes on beside the run. */
export function keep(course: Course, parcel: Parcel): Keeping {
  const { context, fleet } = course
  const { settings, watch } = context
  const [first] = fleet
  if (!settings.artifact_cache || settings.dry_run || !first || !isCacheOffered('write')) {
    if (settings.artifact_cache && !settings.dry_run)
      watch.note(undefined, 'no Actions cache can be written here: the artifact is not kept')
    return { done: async () => {}, [Symbol.asyncDispose]: async () => {} }
  }
  const stop = new AbortController()
  const work = async () => {
    const { digest } = await parcel.fingerprint
    const given = fleet.map((station) => [station.host.label, noteOf(givenBy(context, station)) ?? {}])
    const entry = recordOf(context, first, parcel, digest)
    const record = JSON.stringify({ entry, given: Object.fromEntries(given) } satisfies Kept)
    const { dir, selection } = parcel.artifact
    const key = cacheKey(scopeOf(course), parcel.release, digest)
    const kept = await saveArtifact({ keys: [key], dir, selection, record }, stop.signal)
    watch.note(
      undefined,
      kept
        ? 'the artifact is in the Actions cache'
        : 'the artifact is not in the Actions cache: it could not be packed, or the service did not take it in time',
    )
  }
  const saving = work().catch((error) =>
    watch.debug(undefined, `artifact_cache: ${failureFrom(error).message}`),
  )
  return {
    async done() {
      const end = () => stop.abort()
      const limit = setTimeout(end, PATIENCE * 1000)
      context.signal.addEventListener('abort', end, { once: true })
      if (context.signal.aborted) end()
      await saving
      clearTimeout(limit)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await saving
    },
  }
}
