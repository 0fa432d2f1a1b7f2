// What is written of a release when it gets its name.

import { createHash } from 'node:crypto'
import { linkedPaths, sharedLinkText } from '../release/layout.ts'
import { type Entry, type JsonObject, nextSeq, utc } from '../release/manifest.ts'
import { made } from '../release/transition.ts'
import type { Context } from './context.ts'
import { adopted } from './entries.ts'
import { givenBy, noteOf } from './given.ts'
import type { Parcel } from './parcel.ts'
import type { Station } from './station.ts'

/** What a release is given besides its artifact, as one word; undefined for nothing. */
export function additionsOf(
  { settings, origin }: Context,
  { host, layout }: Station,
  metadata: JsonObject,
): string | undefined {
  const { dir_permissions: dirs, file_permissions: files } = host.settings
  const links = linkedPaths(host.settings).map(({ path }) => [path, sharedLinkText(layout, path)])
  const file = origin.revision === null ? undefined : settings.revision_file
  const all = [links, file ? [file, origin.revision] : [], [dirs ?? '', files ?? ''].join(''), metadata]
  if (all.every((given) => Object.keys(given).length === 0)) return undefined
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url').slice(0, 16)
}

/** What `records/<release>.json` says for ever: the release as it was before it was ever live, hence `failed` until then. */
export function recordOf(context: Context, station: Station, parcel: Parcel, digest: string): Entry {
  const { origin, started, settings } = context
  const additions = settings.mode === 'stage' ? additionsOf(context, station, parcel.metadata) : undefined
  const { artifact, metadata, release } = parcel
  const given = noteOf(givenBy(context, station))
  const told = Object.entries(origin).filter(([, value]) => value !== null)
  const facts = {
    created_at: utc(started),
    ...Object.fromEntries(told),
    files: artifact.files,
    bytes: artifact.bytes,
    digest,
    ...(given === undefined ? {} : { given }),
    ...(additions === undefined ? {} : { additions }),
  }
  return made(release, nextSeq(adopted(station)), facts, metadata)
}
