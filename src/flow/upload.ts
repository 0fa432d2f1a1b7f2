// `updating`: the artifact goes to a private place on a host, is proven whole there, and only then gets its name.

import { createHash } from 'node:crypto'
import pRetry from 'p-retry'
import { Failure } from '../failure.ts'
import { OWN_LOCK } from '../host/lock.ts'
import { linkedPaths, sharedLinkText } from '../release/layout.ts'
import { type Deploy, type Entry, type JsonObject, nextSeq } from '../release/manifest.ts'
import type { Artifact } from '../transfer/artifact.ts'
import type { Remainder } from '../transfer/content.ts'
import type { Fingerprint } from '../transfer/fingerprint.ts'
import type { Tarball } from '../transfer/tarball.ts'
import { Disagreement, TransientError } from '../transfer/trouble.ts'
import { sendArtifact } from '../transfer/upload.ts'
import { carriedOut } from './ahead.ts'
import type { Context } from './context.ts'
import { adopted } from './publish.ts'
import { recall } from './recall.ts'
import type { Station } from './station.ts'
import { NOTHING, type Terms, termsOf } from './terms.ts'

export interface Parcel {
  readonly release: string
  readonly artifact: Artifact
  /** Made while the upload runs. */
  readonly fingerprint: Promise<Fingerprint>
  /** What is left to send to a host, by what it has offered; null for all of it. */
  readonly remainderOf: (offer: Buffer) => Promise<Remainder | null>
  /** That as one archive; null where rsync does better. */
  readonly tarballOf: (rest: Remainder) => Promise<Tarball | null>
  readonly metadata: JsonObject
  /** The second try of a workflow run: hosts that serve the release already are left alone. */
  readonly rerun: boolean
  /** What is on record of it already; without it, a record of this run is made. */
  readonly record?: Entry
}

/** Tries of an upload after the first. */
const RETRIES = 3

/** @param follow is given the record of the release once it is being placed. */
export async function upload(
  context: Context,
  station: Station,
  parcel: Parcel,
  signal: AbortSignal,
  follow?: (placed: Entry) => void,
): Promise<void> {
  const { host, layout } = station
  const { release, artifact } = parcel
  let hashed = false
  let tries = 0
  let terms = await termsOf(context, station, artifact)
  const sendOn = (agreed: Terms) =>
    sendArtifact(
      {
        dir: context.dir,
        connection: station.connection,
        host: host.label,
        layout,
        fingerprint: parcel.fingerprint,
        remainderOf: parcel.remainderOf,
        tarballOf: parcel.tarballOf,
        onProgress: (text) => context.watch.note(host.label, text),
        signal,
        waiting: station.takeWaiting(),
      },
      {
        artifact,
        release,
        basis: station.current,
        dedupe: host.settings.dedupe,
        leftover: station.state?.incoming.find((name) => name !== release) ?? null,
        dirPermissions: host.settings.dir_permissions,
        filePermissions: host.settings.file_permissions,
        become: host.settings.become,
        run: context.id,
        own: context.settings.revision_file ?? null,
        // An upload of this name that was cut is gone on with instead.
        offer: station.state?.incoming.includes(release) ? null : station.takeOffer(),
        fresh: tries++ === 0 && isFresh(station),
        ...agreed,
      },
    )
  const send = async () => {
    const sent = await sendOn(terms).catch((error) => {
      if (!(error instanceof Failure && error.cause instanceof Disagreement)) throw error
      context.watch.note(host.label, `${error.message}; another try, with less asked of it`)
      terms = NOTHING
      return sendOn(terms)
    })
    hashed = sent.hashed
    station.bytesSent += sent.bytes
    station.filesChanged = sent.filesChanged
  }
  await pRetry(send, {
    retries: RETRIES,
    minTimeout: 1000,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof Failure && error.cause instanceof TransientError,
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || signal.aborted) return
      if (!(error instanceof Failure && error.cause instanceof TransientError)) return
      context.watch.note(
        host.label,
        `${error.message}; try ${attemptNumber + 1} of ${RETRIES + 1} goes on from what arrived`,
      )
      // A crash of the host's rsync is to OpenSSH a connection that was lost: not for ever by what may have caused it.
      if (attemptNumber > 1) terms = NOTHING
      await reopen(context, station)
    },
  })
  const { proof, digest } = await parcel.fingerprint
  const record = parcel.record ?? recordOf(context, station, parcel, digest)
  const placing = station.session.place({
    release,
    proof,
    record: JSON.stringify(record),
    hashed,
    arm: context.settings.mode !== 'stage',
    revisionFile: context.origin.revision === null ? '' : (context.settings.revision_file ?? ''),
    revision: context.origin.revision ?? '',
    links: linkedPaths(host.settings).map(({ kind, path }) => ({
      kind,
      path,
      text: sharedLinkText(layout, path),
    })),
  })
  if (!signal.aborted) follow?.(record)
  const { shadowed, armed } = await placing.catch(async (error) => {
    await carriedOut(station)
    if (!station.touched) station.placed = null
    throw error
  })
  for (const path of shadowed) {
    const what = path === context.settings.revision_file ? 'revision_file' : 'the link into shared/'
    context.watch.note(host.label, `${path} of the artifact gave way to ${what}`)
  }
  station.placed = record
  station.armed = armed ? release : null
}

/** Whether nothing is there that the artifact could be compared with. */
function isFresh({ current, host, state }: Station): boolean {
  return (current === null || host.settings.dedupe === 'off') && state?.incoming.length === 0
}

/** The connection may have gone with the upload, and the lock with it: whoever had it meanwhile must have changed nothing. */
async function reopen(context: Context, station: Station): Promise<void> {
  const before = station.state?.link
  try {
    await station.session.settle('', '')
    return
  } catch {
    context.watch.debug(station.host.label, 'the session ended with the upload; opening another')
  }
  const state = await station.open('create', Math.max(context.settings.lock_timeout, OWN_LOCK), '')
  if (!state.locked || state.link !== before) {
    throw new Failure('another run worked on this host while the connection was lost', {
      host: station.host.label,
    })
  }
  await recall(context, [station])
}

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
  const told = Object.entries(origin).filter(([, value]) => value !== null)
  const deploy: Deploy = {
    schema: 1,
    seq: nextSeq(adopted(station)),
    state: 'failed',
    created_at: started.toISOString().replace(/\.\d+Z$/, 'Z'),
    activations: [],
    activated_at: [],
    ...Object.fromEntries(told),
    files: artifact.files,
    bytes: artifact.bytes,
    digest: `sha256:${digest}`,
    ...(additions === undefined ? {} : { additions }),
  }
  return { ...metadata, release, deploy: deploy as JsonObject }
}
