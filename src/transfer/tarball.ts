// The little that is left to send, as one archive: rsync would first ask, trip by trip, for what is known already.

import { lstatSync, type Stats } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { exec } from '@actions/exec'
import { Failure } from '../failure.ts'
import { plainLocale } from './artifact.ts'
import type { Remainder } from './content.ts'
import { keepList } from './list.ts'
import { Disagreement, TransientError, unstarted } from './rsync.ts'
import { endOf, type Shell } from './shell.ts'

/** Bytes of files, and of all of it packed, up to which they go whole: of a large one that changed a little, rsync sends only that. */
const FILES_CAP = 2 * 1024 * 1024
const PACKED_CAP = 1024 * 1024

/** Not every tar restores setuid, setgid and sticky, or gets into a directory that its owner may not write in. */
const isOdd = (stat: Stats): boolean =>
  !stat.isSymbolicLink() &&
  ((stat.mode & 0o7000) !== 0 || (stat.isDirectory() && (stat.mode & 0o300) !== 0o300))

/** Seconds that a host may take for it. */
const LIMIT = 300

const pack = promisify(gzip)

/**
 * Files that are left, and every directory and link, gzipped.
 * @param dir of the artifact; `scratch`: of the run's own.
 * @returns null where that is more than it is worth, or the tar here cannot: rsync can.
 */
export async function tarballOf(
  dir: string,
  scratch: string,
  { files, others }: Remainder,
): Promise<Buffer | null> {
  const paths = Buffer.concat([
    Buffer.from(others),
    ...files.map((path) => Buffer.from(`${path}\0`, 'latin1')),
  ])
  if (!isLittle(dir, paths)) return null
  using list = keepList(scratch, Buffer.concat([Buffer.from('./\0'), paths]))
  const pieces: Buffer[] = []
  // Names as they are, each entry once, as itself; that a file has two names here is nothing that a release is told.
  const args = [
    '-cf',
    '-',
    '--format=gnu',
    // Whose they are here and when they were made is nobody's business there, and some tars stumble over it.
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '--hard-dereference',
    '--no-recursion',
    '--no-unquote',
    '--null',
    '-T',
    list.path,
  ]
  const code = await exec('tar', args, {
    cwd: dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale({ TAR_OPTIONS: '' }),
    listeners: { stdout: (data) => pieces.push(data) },
  }).catch(() => null)
  // A file that changed meanwhile counts as a failure, too.
  if (code !== 0) return null
  const packed = await pack(Buffer.concat(pieces), { level: 1 })
  return packed.length > PACKED_CAP ? null : packed
}

function isLittle(dir: string, paths: Buffer): boolean {
  const prefix = Buffer.from(`${dir}/`)
  let bytes = isOdd(lstatSync(dir)) ? Number.POSITIVE_INFINITY : 0
  for (let at = 0; at < paths.length && bytes <= FILES_CAP; ) {
    const end = paths.indexOf(0, at)
    const stat = lstatSync(Buffer.concat([prefix, paths.subarray(at, end)]), { throwIfNoEntry: false })
    if (stat === undefined || isOdd(stat)) return false
    if (stat.isFile()) bytes += stat.size
    at = end + 1
  }
  return bytes <= FILES_CAP
}

/**
 * Has a host unpack `data`, by a call of upload.sh.
 * @throws Failure whose cause is a TransientError when another try may help, a Disagreement when rsync may fare better.
 */
export async function sendTarball(task: {
  readonly shell: Shell
  readonly invocation: string
  readonly data: Buffer
  readonly host: string
  readonly signal: AbortSignal
}): Promise<void> {
  const { shell, host, signal } = task
  shell.run(task.invocation)
  shell.write(task.data)
  const { exit, said } = await endOf(
    shell,
    AbortSignal.any([signal, AbortSignal.timeout(LIMIT * 1000)]),
  ).catch((refusal) => {
    throw unstarted(refusal, host)
  })
  signal.throwIfAborted()
  if (exit.code === 0) return
  if (exit.code === null) {
    throw new Failure('the upload broke off', {
      host,
      cause: new TransientError('nobody knows how it ended'),
    })
  }
  const problem = 'the host could not take in one piece what changed'
  throw new Failure(said ? `${problem}: ${said}` : problem, { host, cause: new Disagreement() })
}

/** The same for all hosts that have the same left, made once. @param dir of the artifact; `scratch`: of the run's own. */
export function createTarballs(dir: string, scratch: string): (rest: Remainder) => Promise<Buffer | null> {
  const known = new Map<Remainder, Promise<Buffer | null>>()
  return (rest) => {
    const made = known.get(rest) ?? tarballOf(dir, scratch, rest)
    known.set(rest, made)
    return made
  }
}
