// Sends the artifact into the private place of one host; unchanged files are shared with the release it serves.

import { lstatSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Connection } from '../connection/connection.ts'
import { call } from '../host/quote.ts'
import { type Layout, releasePath } from '../release/layout.ts'
import type { Artifact } from './artifact.ts'
import type { Compression } from './compression.ts'
import { contentKey, pathsIn, type Remainder, renderContent, renderRemainder } from './content.ts'
import type { Fingerprint } from './fingerprint.ts'
import { argumentsOf } from './flags.ts'
import type { Lanes } from './lanes.ts'
import { keepList } from './list.ts'
import { reportProgress } from './progress.ts'
import { runRsync, statistic } from './rsync.ts'
import { awaitShell, endOf, type Shell } from './shell.ts'
import { isOpen, localStream, sendStream } from './stream.ts'
import { sendTarball, type Tarball } from './tarball.ts'

export interface Upload {
  readonly artifact: Artifact
  readonly release: string
  /** The release that unchanged files are taken from, or null. */
  readonly basis: string | null
  readonly dedupe: 'hardlink' | 'reflink' | 'copy' | 'off'
  /** An interrupted upload to go on from. */
  readonly leftover: string | null
  readonly dirPermissions: string | undefined
  readonly filePermissions: string | undefined
  readonly become: string | undefined
  /** Id of the run. */
  readonly run: string
  /** Path that the host writes itself into each release, or null. */
  readonly own: string | null
  /** The host has nothing to compare with, so all of it is sent. */
  readonly fresh: boolean
  /** Both rsyncs know this checksum: said at once, it need not be agreed upon. */
  readonly xxh128: boolean
  /** What is left to send may go as one archive, if it is little: the host's tar is one that was tried. */
  readonly tar: boolean
  /** All of it may go as one stream: the host has what unpacks it. */
  readonly stream: boolean
  /** Both rsyncs have it; null for none. */
  readonly compression: Compression | null
  /** What the host has offered to begin with (Session.open), or null. */
  readonly offer: Buffer | null
}

export interface Sent {
  readonly bytes: number
  readonly filesChanged: number
  /** Whether the host has a hash of every file, for the next upload. */
  readonly hashed: boolean
}

/** Bytes of changed files up to which they go whole: to send only what changed in them, the host would read what it has of them, twice. */
const WHOLE_CAP = 6 * 1024 * 1024

/** Bytes of an artifact from which on it may be worth more than one channel. */
const WIDE = 32 * 1024 * 1024

/** Seconds that the hashes of an upload get after it to arrive; they have had its own time already. */
const KEEP_GRACE = 60

export interface Sending {
  /** A directory of the run's own on the runner. */
  readonly dir: string
  readonly connection: Connection
  /** Label of the host. */
  readonly host: string
  readonly layout: Layout
  readonly fingerprint: Promise<Fingerprint>
  /** What is left to send, or null for all of it, by what a host has offered. */
  readonly remainderOf: (offer: Buffer) => Promise<Remainder | null>
  /** That as one archive, or null where rsync does better. */
  readonly tarballOf: (rest: Remainder) => Promise<Tarball | null>
  readonly onProgress: (text: string) => void
  readonly signal: AbortSignal
  /** Asked for ahead; else one is asked for. */
  readonly waiting?: Shell | undefined
}

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
    const sent = await (tarball === null
      ? runUpload(sending, upload, rest)
      : runExtract(sending, upload, rest, tarball))
    return { ...sent, hashed: !changedSince(await sending.fingerprint, artifact.dir, rest.files) }
  }
  const over = new AbortController()
  const signal = AbortSignal.any([sending.signal, over.signal])
  const keeping = isHashed(upload) ? keepContent({ ...sending, signal }, upload) : undefined
  const look = async () => changedSince(await sending.fingerprint, artifact.dir)
  let changed: Promise<boolean> | undefined
  const onPacked = () => {
    changed = look()
    changed.catch(() => {})
  }
  const streams =
    upload.fresh && upload.stream && isPlain(upload) && isOpen(artifact) && (await localStream())
  const sent = await (streams
    ? runStream(sending, upload, onPacked)
    : runUpload(sending, upload, null)
  ).catch((error) => {
    over.abort()
    throw error
  })
  const timer = setTimeout(() => over.abort(), KEEP_GRACE * 1000)
  const kept = (await keeping) === true
  clearTimeout(timer)
  return { ...sent, hashed: kept && !(await (changed ?? look())) }
}

/** @param rest null: all of it. */
async function runUpload(
  { dir, connection, host, layout, onProgress, signal, waiting }: Sending,
  upload: Upload,
  rest: Remainder | null,
): Promise<Omit<Sent, 'hashed'>> {
  const shell = waiting ?? awaitShell(connection, upload.become)
  using list = rest === null ? null : keepList(dir, rest.paths)
  const output = await runRsync({
    dir,
    shell,
    host,
    source: upload.artifact.dir,
    args: argumentsOf(
      layout,
      upload,
      list && rest ? { list: list.path, whole: sizeOf(upload.artifact.dir, rest) <= WHOLE_CAP } : null,
    ),
    ...(rest === null ? {} : { preface: renderRemainder(rest) }),
    invocation: (argv) => invocationOf(layout, upload, rest !== null, argv),
    onSent: reportProgress(onProgress, upload.artifact.bytes),
    told: upload.xxh128 || upload.compression !== null,
    signal,
  })
  return {
    bytes: statistic(output, 'Total bytes sent'),
    filesChanged: statistic(output, 'Number of regular files transferred'),
  }
}

/** Bytes of the files that are left to send; more than any cap when one has gone. */
function sizeOf(dir: string, { files }: Remainder): number {
  const prefix = Buffer.from(`${dir}/`)
  return files.reduce((bytes, path) => {
    const stat = lstatSync(Buffer.concat([prefix, Buffer.from(path, 'latin1')]), { throwIfNoEntry: false })
    return bytes + (stat?.size ?? Number.POSITIVE_INFINITY)
  }, 0)
}

/** The user's own permissions are rsync's to work out. */
function isPlain({ tar, dirPermissions, filePermissions }: Upload): boolean {
  return tar && dirPermissions === undefined && filePermissions === undefined
}

async function runExtract(
  { connection, host, layout, signal, waiting }: Sending,
  upload: Upload,
  rest: Remainder,
  tarball: Tarball,
): Promise<Omit<Sent, 'hashed'>> {
  const shell = waiting ?? awaitShell(connection, upload.become)
  const invocation = call('extract', layout.root, upload.run, upload.release, keyOf(upload))
  const head = renderRemainder(rest)
  const bytes = await sendTarball({ shell, invocation, head, tarball, host, signal })
  return { bytes, filesChanged: rest.files.length }
}

async function runStream(
  { dir, connection, host, layout, onProgress, signal, waiting }: Sending,
  upload: Upload,
  onPacked: () => void,
): Promise<Omit<Sent, 'hashed'>> {
  const { artifact, become, release, run, compression } = upload
  const shell = waiting ?? awaitShell(connection, become)
  const lanes = artifact.bytes < WIDE ? null : lanesOf(connection, layout, upload)
  const invocation =
    lanes === null ? call('pour', layout.root, release) : call('weave', layout.root, run, release)
  const onSent = reportProgress(onProgress, artifact.bytes)
  const level = compression?.level ?? 1
  const stream = { shell, invocation, host, artifact, dir, level, onSent, onPacked, signal, lanes }
  const bytes = await sendStream(stream)
  return { bytes, filesChanged: artifact.files }
}

/** Null where nobody knows how far the host is. */
function lanesOf(connection: Connection, { root }: Layout, { become, run, release }: Upload): Lanes | null {
  const { roundTrip } = connection
  if (roundTrip === null) return null
  return {
    roundTrip,
    open(lane) {
      // By another connection it would not end with the first.
      const shell = awaitShell(connection, become, 'spare')
      shell.run(call('lane', root, run, release, String(lane)))
      return shell
    },
  }
}

function invocationOf(
  { root, ...layout }: Layout,
  upload: Upload,
  resumes: boolean,
  argv: readonly string[],
) {
  const { release, run, leftover, dedupe, basis } = upload
  if (resumes) return call('resume', root, run, release, keyOf(upload), ...argv)
  const clone = dedupe === 'reflink' && basis ? releasePath({ root, ...layout }, basis) : ''
  return call('upload', root, release, leftover ?? '', clone, ...argv)
}

function keyOf({ dirPermissions, filePermissions }: Upload): string {
  return contentKey(dirPermissions, filePermissions)
}

/** Hashes serve hard links only. The user's own flags may choose, or change, what rsync sends. */
function isHashed({ dedupe, artifact }: Upload): boolean {
  return dedupe === 'hardlink' && artifact.plain
}

/** The host keeps the hashes of what it is being sent, for the next upload; without them that one only takes longer. */
async function keepContent(
  { connection, layout, fingerprint, signal }: Sending,
  upload: Upload,
): Promise<boolean> {
  try {
    const { content } = await fingerprint
    // A server that allows few channels is not worth another connection.
    if (content === null || signal.aborted || connection.connections > 1) return false
    const shell = awaitShell(connection, upload.become)
    shell.run(call('keep', layout.root, upload.run, upload.release))
    shell.write(gzipSync(renderContent(keyOf(upload), content, upload.own), { level: 1 }))
    const { exit } = await endOf(shell, signal)
    return exit.code === 0
  } catch {
    return false
  }
}

/** Milliseconds by which a file's date may lag behind the clock: the kernel's ticks are up to ten apart. */
const TICK = 20

/** Whether a file may be another than was hashed. @param files what was sent; all when left out. */
function changedSince({ content, since }: Fingerprint, dir: string, files?: readonly string[]): boolean {
  const paths = files?.map((path) => Buffer.from(path, 'latin1')) ?? pathsIn(content ?? new Uint8Array())
  const prefix = Buffer.from(`${dir}/`)
  for (const path of paths) {
    const stat = lstatSync(Buffer.concat([prefix, path]), { throwIfNoEntry: false })
    if (stat === undefined || stat.ctimeMs >= since - TICK) return true
  }
  return false
}
