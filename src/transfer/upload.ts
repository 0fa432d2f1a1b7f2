// Sends the artifact into the private place of one host; unchanged files are shared with the release it serves.

import prettyBytes from 'pretty-bytes'
import type { Connection } from '../connection/connection.ts'
import { call } from '../host/quote.ts'
import { type Layout, releasePath } from '../release/layout.ts'
import type { Artifact } from './artifact.ts'
import { bridgeCommand, runRsync, statistic, type WaitingShell } from './rsync.ts'
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
}

export interface Sent {
  readonly bytes: number
  readonly filesChanged: number
}

/** Seconds without a byte after which both rsyncs give up; long, because hashing a huge file is silent. */
const SILENCE = 300

/** Entries up to which an artifact's list is sent whole before the first file. */
const SMALL = 20_000

/** Seconds between two lines of progress. */
const PROGRESS_EVERY = 5

/**
 * What arrived stays there when it fails.
 * @throws Failure whose cause is a TransientError when another try may help.
 */
export async function sendArtifact(
  socket: BridgeSocket,
  connection: Connection,
  host: string,
  layout: Layout,
  upload: Upload,
  onProgress: (text: string) => void,
  signal: AbortSignal,
  waiting?: WaitingShell,
): Promise<Sent> {
  const clone = upload.dedupe === 'reflink' && upload.basis ? releasePath(layout, upload.basis) : ''
  const output = await runRsync({
    socket,
    connection,
    host,
    become: upload.become,
    dir: upload.artifact.dir,
    args: argumentsOf(layout, upload),
    invocation: (argv) => call('upload', layout.root, upload.release, upload.leftover ?? '', clone, ...argv),
    onSent: progress(onProgress),
    signal,
    waiting,
  })
  return {
    bytes: statistic(output, 'Total bytes sent'),
    filesChanged: statistic(output, 'Number of regular files transferred'),
  }
}

/** host.md, "rsync": why each flag is there is measured in docs/host.md. Exported for its tests. */
export function argumentsOf(layout: Layout, upload: Upload): readonly string[] {
  const { artifact, basis, dedupe } = upload
  const chmod = [
    upload.dirPermissions && `D${upload.dirPermissions}`,
    upload.filePermissions && keepExecute(upload.filePermissions),
  ]
  const chmods = chmod.filter(Boolean).join(',')
  const basisFlag = dedupe === 'hardlink' ? '--link-dest' : dedupe === 'copy' ? '--copy-dest' : undefined
  return [
    '-rlp',
    '-s',
    '--no-times',
    '--checksum',
    '--delete',
    '--delete-excluded',
    `--timeout=${SILENCE}`,
    '--stats',
    '--no-h',
    // Whole at once it starts sooner; piece by piece it needs less memory.
    ...(artifact.files + artifact.dirs + artifact.links < SMALL ? ['--no-inc-recursive'] : []),
    ...(chmods ? [`--chmod=${chmods}`] : []),
    ...(basisFlag && basis ? [`${basisFlag}=${releasePath(layout, basis)}`] : []),
    ...artifact.selection,
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
function progress(onProgress: (text: string) => void): (bytes: number) => void {
  const started = Date.now()
  let last = started
  let sent = 0
  return (bytes) => {
    sent += bytes
    const now = Date.now()
    if (now - last < PROGRESS_EVERY * 1000) return
    last = now
    const rate = (sent * 1000) / (now - started)
    onProgress(`uploading: ${prettyBytes(sent)} sent, ${prettyBytes(rate)}/s`)
  }
}
