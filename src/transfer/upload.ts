// Sends the artifact into the private place of one host; unchanged files are shared with the release it serves.

import { lstatSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import prettyBytes from 'pretty-bytes'
import type { Connection } from '../connection/connection.ts'
import { call } from '../host/quote.ts'
import { type Layout, releasePath } from '../release/layout.ts'
import type { Artifact } from './artifact.ts'
import { contentKey, pathsIn, type Remainder, renderContent } from './content.ts'
import type { Fingerprint } from './fingerprint.ts'
import { openList } from './list.ts'
import { enquire } from './offer.ts'
import { bridgeCommand, type Rsync, startRsync, statistic } from './rsync.ts'
import { awaitShell, type Shell } from './shell.ts'
import type { BridgeSocket } from './socket.ts'

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
}

export interface Sent {
  readonly bytes: number
  readonly filesChanged: number
  /** Whether the host has a hash of every file, for the next upload. */
  readonly hashed: boolean
}

/** Seconds without a byte after which both rsyncs give up; long, because hashing a huge file is silent. */
const SILENCE = 300

/** Entries up to which an artifact's list is sent whole before the first file. */
const SMALL = 20_000

/** Seconds between two lines of progress. */
const PROGRESS_EVERY = 5

export interface Sending {
  readonly socket: BridgeSocket
  readonly connection: Connection
  /** Label of the host. */
  readonly host: string
  readonly layout: Layout
  readonly fingerprint: Promise<Fingerprint>
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
  const { connection, fingerprint } = sending
  const { artifact, become, basis } = upload
  const shell = sending.waiting ?? awaitShell(connection, become)
  const asks = isHashed(upload) && basis !== null && upload.leftover === null
  const rest = asks ? await sendRemainder(sending, upload, shell, basis) : null
  if (rest !== null) return { ...rest, hashed: !changedSince(await fingerprint, artifact.dir, rest.files) }

  const keeping = isHashed(upload) ? keepContent(sending, upload) : undefined
  const rsync = start(sending, upload, argumentsOf(sending.layout, upload))
  const sent = await finish(rsync, shell, (argv) =>
    asks ? call('receive', ...argv) : invocationOf(sending.layout, upload, argv),
  )
  const kept = (await keeping) === true
  return { ...sent, hashed: kept && !changedSince(await fingerprint, artifact.dir) }
}

type Statistics = Omit<Sent, 'hashed'>

function start(
  { socket, host, signal, onProgress }: Sending,
  upload: Upload,
  args: readonly string[],
): Rsync {
  return startRsync({
    socket,
    host,
    dir: upload.artifact.dir,
    args,
    signal,
    onSent: progress(onProgress, upload.artifact.bytes),
  })
}

async function finish(...given: readonly [Rsync, ...Parameters<Rsync['finish']>]): Promise<Statistics> {
  const [rsync, ...rest] = given
  const output = await rsync.finish(...rest)
  return {
    bytes: statistic(output, 'Total bytes sent'),
    filesChanged: statistic(output, 'Number of regular files transferred'),
  }
}

function invocationOf(layout: Layout, upload: Upload, argv: readonly string[]): string {
  const { release, leftover, dedupe, basis } = upload
  const clone = dedupe === 'reflink' && basis ? releasePath(layout, basis) : ''
  return call('upload', layout.root, release, leftover ?? '', clone, ...argv)
}

/** Only what the host has not already, if it knows; else null. rsync starts meanwhile. */
async function sendRemainder(
  sending: Sending,
  upload: Upload,
  shell: Shell,
  basis: string,
): Promise<(Statistics & Pick<Remainder, 'files'>) | null> {
  const { layout, fingerprint, signal } = sending
  const { run, release, own } = upload
  await using list = await openList(sending.socket.dir)
  const rsync = start(sending, upload, argumentsOf(layout, upload, list.path))
  const enquiry = { layout, run, release, basis, key: contentKey(upload), own }
  const rest = await enquire(shell, fingerprint, enquiry, signal).catch((error) => {
    rsync.abandon()
    throw error
  })
  if (rest === null) {
    rsync.abandon()
    return null
  }
  const sent = finish(rsync, shell, (argv) => call('receive', ...argv))
  await rsync.ready
  await list.fill(rest.paths)
  return { ...(await sent), files: rest.files }
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
    shell.write(gzipSync(renderContent(contentKey(upload), content, upload.own), { level: 1 }))
    const channel = await shell.channel
    channel.stdin.end()
    const { code } = await channel.exit
    channel.close()
    return code === 0
  } catch {
    return false
  }
}

/** Whether a file may be another than was hashed. @param files what was sent; all when left out. */
function changedSince({ content, since }: Fingerprint, dir: string, files?: readonly string[]): boolean {
  const paths = files ?? pathsIn(content ?? new Uint8Array())
  return paths.some((path) => {
    const stat = lstatSync(Buffer.from(`${dir}/${path}`, 'latin1'), { throwIfNoEntry: false })
    return stat === undefined || stat.ctimeMs >= since
  })
}

/** host.md, "rsync": why each flag is there is measured in docs/host.md. @param list file that says what to send; all when left out. Exported for its tests. */
export function argumentsOf(layout: Layout, upload: Upload, list?: string): readonly string[] {
  const { artifact, basis, dedupe } = upload
  const chmod = [
    upload.dirPermissions && `D${upload.dirPermissions}`,
    upload.filePermissions && keepExecute(upload.filePermissions),
  ]
  const chmods = chmod.filter(Boolean).join(',')
  const basisFlag = dedupe === 'hardlink' ? '--link-dest' : dedupe === 'copy' ? '--copy-dest' : undefined
  const whole = [
    '--delete',
    '--delete-excluded',
    // Whole at once it starts sooner; piece by piece it needs less memory.
    ...(artifact.files + artifact.dirs + artifact.links < SMALL ? ['--no-inc-recursive'] : []),
    ...artifact.selection,
  ]
  return [
    list === undefined ? '-rlp' : '-lp',
    '-s',
    '--no-times',
    '--checksum',
    `--timeout=${SILENCE}`,
    '--stats',
    '--no-h',
    ...(chmods ? [`--chmod=${chmods}`] : []),
    ...(basisFlag && basis ? [`${basisFlag}=${releasePath(layout, basis)}`] : []),
    ...(list === undefined ? whole : [`--files-from=${list}`, '--from0']),
    '-e',
    bridgeCommand(),
    './',
    `host:${layout.root}/.releases/incoming/${upload.release}/`,
  ]
}

/** `644` as rsync's --chmod wants it so that files that can be executed still can, by whoever may read them. */
function keepExecute(octal: string): string {
  const [special = 0, ...digits] = Array.from(octal.padStart(4, '0'), Number)
  const classes = ['u', 'g', 'o'].map((who, at) => {
    const bits = digits[at] ?? 0
    const read = bits & 4 ? 'r' : ''
    const write = bits & 2 ? 'w' : ''
    const execute = bits & 1 ? 'x' : bits & 4 ? 'X' : ''
    return `F${who}=${read}${write}${execute}`
  })
  const extras = ['F+t', 'Fg+s', 'Fu+s'].filter((_, bit) => special & (1 << bit))
  return [...classes, ...extras].join(',')
}

/**
 * A line every few seconds of an upload that takes that long. Counted here: rsync's own progress has a report for every file, which for
 * a hundred thousand of them is more work than sending them.
 */
function progress(onProgress: (text: string) => void, total: number): (bytes: number) => void {
  const started = Date.now()
  let last = started
  let sent = 0
  return (bytes) => {
    sent += bytes
    const now = Date.now()
    if (now - last < PROGRESS_EVERY * 1000) return
    last = now
    const rate = (sent * 1000) / (now - started)
    // What the host has already is not sent, and only rsync knows how much that is.
    const left = Math.max(0, Math.ceil((total - sent) / rate))
    onProgress(`uploading: ${prettyBytes(sent)} sent, ${prettyBytes(rate)}/s, at most ${left} s left`)
  }
}
