// `updating`: the artifact goes to a private place on a host, is proven whole there, and only then gets its name.

import pRetry from 'p-retry'
import { Failure } from '../failure.ts'
import { type Deploy, type Entry, type JsonObject, nextSeq } from '../release/manifest.ts'
import type { Artifact } from '../transfer/artifact.ts'
import { sendArtifact, TransientError } from '../transfer/rsync.ts'
import type { Context } from './context.ts'
import { adopted } from './publish.ts'
import type { Station } from './station.ts'

export interface Parcel {
  readonly release: string
  readonly artifact: Artifact
  readonly digest: Promise<string>
  readonly metadata: JsonObject
}

/** Tries of an upload after the first. */
const RETRIES = 3

export async function upload(
  context: Context,
  station: Station,
  parcel: Parcel,
  signal: AbortSignal,
): Promise<void> {
  const { host, layout } = station
  const { release, artifact } = parcel
  const send = async () => {
    const sent = await sendArtifact(
      context.socket,
      station.connection,
      host.label,
      layout,
      {
        artifact,
        release,
        basis: station.current,
        dedupe: host.settings.dedupe,
        leftover: station.state?.incoming.find((name) => name !== release) ?? null,
        dirPermissions: host.settings.dir_permissions,
        filePermissions: host.settings.file_permissions,
      },
      (text) => context.watch.note(host.label, text),
      signal,
    )
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
      await reopen(context, station)
    },
  })
  const record = recordOf(context, station, parcel, await parcel.digest)
  await station.session.place(release, artifact.proof, JSON.stringify(record))
  station.placed = record
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
  const state = await station.open('create', context.settings.lock_timeout, '')
  if (!state.locked || state.link !== before) {
    throw new Failure('another run worked on this host while the connection was lost', {
      host: station.host.label,
    })
  }
}

/** What `records/<release>.json` says for ever: the release as it was before it was ever live, hence `failed` until then. */
function recordOf(context: Context, station: Station, parcel: Parcel, digest: string): Entry {
  const { origin, started } = context
  const { artifact, metadata, release } = parcel
  const told = Object.entries(origin).filter((pair): pair is [string, string] => pair[1] !== null)
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
  }
  return { ...metadata, release, deploy: deploy as JsonObject }
}
