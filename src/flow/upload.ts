// `updating`: the artifact goes to a private place on a host, is proven whole there, and only then gets its name.

import pRetry from 'p-retry'
import { Failure } from '../failure.ts'
import { OWN_LOCK } from '../host/lock.ts'
import type { Placement } from '../host/questions.ts'
import { linkedPaths, sharedLinkText } from '../release/layout.ts'
import { type Entry, nameOf } from '../release/manifest.ts'
import { Disagreement, TransientError } from '../transfer/trouble.ts'
import { sendArtifact } from '../transfer/upload.ts'
import { carriedOut } from './ahead.ts'
import type { Context } from './context.ts'
import { type Given, givenBy } from './given.ts'
import type { Parcel } from './parcel.ts'
import { recall } from './recall.ts'
import { recordOf } from './record.ts'
import type { Station } from './station.ts'
import { NOTHING, type Terms, termsOf } from './terms.ts'

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
  const hashed = await transfer(context, station, parcel, signal)
  const { proof, digest } = await parcel.fingerprint
  const record = parcel.record ?? recordOf(context, station, parcel, digest)
  const given = parcel.given ?? givenBy(context, station)
  const placing = station.session.place({ ...placementOf(context, station, record, given), proof, hashed })
  if (!signal.aborted) follow?.(record)
  const { shadowed, armed } = await placing.catch(async (error) => {
    await carriedOut(station)
    if (!station.touched) station.placed = null
    throw error
  })
  for (const path of shadowed) {
    const what = path === given.revision_file ? 'revision_file' : 'the link into shared/'
    context.watch.note(station.host.label, `${path} of the artifact gave way to ${what}`)
  }
  station.placed = record
  // What ran before changed nothing of it.
  station.stirred = false
  station.armed = armed ? parcel.release : null
}

/** @returns whether its hashes came with it. */
async function transfer(
  context: Context,
  station: Station,
  parcel: Parcel,
  signal: AbortSignal,
): Promise<boolean> {
  const { label } = station.host
  let terms = await termsOf(context, station, parcel.artifact)
  let tries = 0
  const sendBy = (agreed: Terms) => send(context, station, parcel, { signal, agreed, first: tries++ === 0 })
  const attempt = () =>
    sendBy(terms).catch((error) => {
      if (!(error instanceof Failure && error.cause instanceof Disagreement)) throw error
      context.watch.note(label, `${error.message}; another try, with less asked of it`)
      terms = NOTHING
      return sendBy(terms)
    })
  return pRetry(attempt, {
    retries: RETRIES,
    minTimeout: 1000,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof Failure && error.cause instanceof TransientError,
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || signal.aborted) return
      if (!(error instanceof Failure && error.cause instanceof TransientError)) return
      context.watch.note(
        label,
        `${error.message}; try ${attemptNumber + 1} of ${RETRIES + 1} goes on from what arrived`,
      )
      // A crash of the host's rsync is to OpenSSH a connection that was lost: not for ever by what may have caused it.
      if (attemptNumber > 1) terms = NOTHING
      await reopen(context, station)
    },
  })
}

interface Sending {
  readonly signal: AbortSignal
  readonly agreed: Terms
  /** Whether nothing was sent there before. */
  readonly first: boolean
}

/** @returns whether its hashes came with it. */
async function send(
  context: Context,
  station: Station,
  parcel: Parcel,
  { signal, agreed, first }: Sending,
): Promise<boolean> {
  const { host, layout } = station
  const { release, artifact } = parcel
  const given = parcel.given ?? givenBy(context, station)
  const sent = await sendArtifact(
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
      dirPermissions: given.dir_permissions,
      filePermissions: given.file_permissions,
      become: host.settings.become,
      run: context.id,
      own: given.revision_file ?? null,
      // An upload of this name that was cut is gone on with instead.
      offer: station.state?.incoming.includes(release) ? null : station.takeOffer(),
      fresh: first && isFresh(station),
      ...agreed,
    },
  )
  station.bytesSent += sent.bytes
  station.filesChanged = sent.filesChanged
  return sent.hashed
}

function placementOf(
  { settings }: Context,
  { layout }: Station,
  record: Entry,
  given: Given,
): Omit<Placement, 'proof' | 'hashed'> {
  return {
    release: nameOf(record) as string,
    record: JSON.stringify(record),
    arm: settings.mode !== 'stage',
    revisionFile: given.revision === null ? '' : (given.revision_file ?? ''),
    revision: given.revision ?? '',
    fileMode: given.file_permissions ?? '',
    dirMode: given.dir_permissions ?? '',
    links: linkedPaths(given).map(({ kind, path }) => ({
      kind,
      path,
      text: sharedLinkText(layout, path),
    })),
  }
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
