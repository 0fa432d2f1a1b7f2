// The three ways to a host: rsync, an archive of what changed, a stream of all of it.

import { lstatSync } from 'node:fs'
import type { Connection } from '../connection/connection.ts'
import { call } from '../host/quote.ts'
import { type Layout, releasePath } from '../release/layout.ts'
import { entriesOf, type Remainder, renderRemainder } from './content.ts'
import { argumentsOf } from './flags.ts'
import type { Lanes } from './lanes.ts'
import { keepList } from './list.ts'
import { reportProgress } from './progress.ts'
import { pathsOfAll } from './proof.ts'
import { runRsync, statistic } from './rsync.ts'
import { keyOf, type Sending, type Sent, type Upload } from './sending.ts'
import { awaitShell } from './shell.ts'
import { sendStream } from './stream.ts'
import { sendTarball, type Tarball } from './tarball.ts'

/** Bytes of changed files up to which they go whole: to send only what changed in them, the host would read what it has of them, twice. */
const WHOLE_CAP = 6 * 1024 * 1024

/** Bytes of an artifact from which on it may be worth more than one channel. */
const WIDE = 32 * 1024 * 1024

/** @param rest null: all of it. */
export async function runUpload(
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
      list && rest ? { list: list.path, whole: isWhole(upload.artifact.dir, rest) } : null,
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

/** Whether what the host has otherwise is little enough to be sent without a look at that. */
export function isWhole(dir: string, { files, gone }: Remainder): boolean {
  const there = new Set(gone)
  return (
    sizeOf(
      dir,
      files.filter((path) => there.has(path)),
    ) <= WHOLE_CAP
  )
}

/** Bytes of files; more than any cap when one has gone. */
function sizeOf(dir: string, files: readonly string[]): number {
  const prefix = Buffer.from(`${dir}/`)
  return files.reduce((bytes, path) => {
    const stat = lstatSync(Buffer.concat([prefix, Buffer.from(path, 'latin1')]), { throwIfNoEntry: false })
    return bytes + (stat?.size ?? Number.POSITIVE_INFINITY)
  }, 0)
}

export async function runExtract(
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

/**
 * @param rest null: all of it.
 * @param onPacked as of Stream.
 */
export async function runStream(
  { dir, connection, host, layout, onProgress, signal, waiting }: Sending,
  upload: Upload,
  rest: Remainder | null,
  onPacked: () => void,
): Promise<Omit<Sent, 'hashed'>> {
  const { artifact, become, release, run, compression } = upload
  const shell = waiting ?? awaitShell(connection, become)
  const size = rest === null ? artifact.bytes : sizeOf(artifact.dir, rest.files)
  const lanes = size < WIDE ? null : lanesOf(connection, layout, upload)
  const words = [layout.root, run, release, ...(rest === null ? [] : [keyOf(upload)])]
  const bytes = await sendStream({
    shell,
    invocation: call(lanes === null ? 'pour' : 'weave', ...words),
    host,
    source: artifact.dir,
    paths: rest === null ? pathsOfAll(artifact.list).all : entriesOf(rest),
    preface: rest && renderRemainder(rest),
    dir,
    level: compression?.level ?? 1,
    onSent: reportProgress(onProgress, size),
    onPacked,
    signal,
    lanes,
  })
  return { bytes, filesChanged: rest === null ? artifact.files : rest.files.length }
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

function invocationOf(layout: Layout, upload: Upload, resumes: boolean, argv: readonly string[]) {
  const { root } = layout
  const { release, run, leftover, dedupe, basis } = upload
  if (resumes) return call('resume', root, run, release, keyOf(upload), ...argv)
  const clone = dedupe === 'reflink' && basis ? releasePath(layout, basis) : ''
  return call('upload', root, release, leftover ?? '', clone, ...argv)
}
