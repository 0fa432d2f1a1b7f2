// Sends the artifact into the private place of one host; unchanged files are shared with the release it serves.

import { gzipSync } from 'node:zlib'
import { call } from '../host/quote.ts'
import { renderContent } from './content.ts'
import { changedSince } from './fingerprint.ts'
import { keyOf, type Sending, type Sent, type Upload } from './sending.ts'
import { awaitShell, endOf } from './shell.ts'
import { isOpen, localStream } from './stream.ts'
import { isWhole, runExtract, runStream, runUpload } from './ways.ts'

/** Seconds that the hashes of an upload get after it to arrive; they have had its own time already. */
const KEEP_GRACE = 60

/**
 * What arrived stays there when it fails.
 * @throws Failure whose cause is a TransientError when another try may help.
 */
export async function sendArtifact(sending: Sending, upload: Upload): Promise<Sent> {
  const { artifact } = upload
  const offer = upload.leftover === null ? upload.offer : null
  const rest = offer === null ? null : await sending.remainderOf(offer)
  if (rest !== null) {
    const tarball = isPlain(upload) ? await sending.tarballOf(rest) : null
    const send = async () => {
      if (tarball !== null) return runExtract(sending, upload, rest, tarball)
      // Of a large file that changed a little, rsync sends only that.
      if (isWhole(artifact.dir, rest) && (await streams(upload)))
        return runStream(sending, upload, rest, () => {})
      return runUpload(sending, upload, rest)
    }
    const sent = await send()
    return { ...sent, hashed: !changedSince(await sending.fingerprint, artifact.dir, rest.files) }
  }
  const over = new AbortController()
  const signal = AbortSignal.any([sending.signal, over.signal])
  const keeping = keepContent({ ...sending, signal }, upload)
  const look = async () => changedSince(await sending.fingerprint, artifact.dir)
  let changed: Promise<boolean> | undefined
  const onPacked = () => {
    changed = look()
    changed.catch(() => {})
  }
  const sent = await (upload.fresh && (await streams(upload))
    ? runStream(sending, upload, null, onPacked)
    : runUpload(sending, upload, null)
  ).catch((error) => {
    over.abort()
    throw error
  })
  const timer = setTimeout(() => over.abort(), KEEP_GRACE * 1000)
  const kept = await keeping
  clearTimeout(timer)
  return { ...sent, hashed: kept && !(await (changed ?? look())) }
}

/** The host keeps the hashes of what it is being sent, for the next upload; without them that one only takes longer. */
async function keepContent(
  { connection, layout, fingerprint, signal }: Sending,
  upload: Upload,
): Promise<boolean> {
  const key = keyOf(upload)
  if (key === '') return false
  try {
    const { content } = await fingerprint
    // A server that allows few channels is not worth another connection.
    if (content === null || signal.aborted || connection.connections > 1) return false
    const shell = awaitShell(connection, upload.become)
    shell.run(call('keep', layout.root, upload.run, upload.release))
    shell.write(gzipSync(renderContent(key, content, upload.own), { level: 1 }))
    const { exit } = await endOf(shell, signal)
    return exit.code === 0
  } catch {
    return false
  }
}

async function streams(upload: Upload): Promise<boolean> {
  return upload.stream && isPlain(upload) && isOpen(upload.artifact) && (await localStream())
}

/** The user's own permissions are rsync's to work out. */
function isPlain({ tar, dirPermissions, filePermissions }: Upload): boolean {
  return tar && dirPermissions === undefined && filePermissions === undefined
}
