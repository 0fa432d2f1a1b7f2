// The little that is left to send, as one archive: rsync would first ask, trip by trip, for what is known already.

import { lstatSync, type Stats } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { exec, getExecOutput } from '@actions/exec'
import { plainLocale } from '../environment.ts'
import { Failure } from '../failure.ts'
import { entriesOf, type Remainder } from './content.ts'
import { keepList } from './list.ts'
import { endOf, type Shell } from './shell.ts'
import { arrivalFailure, Disagreement, unstarted } from './trouble.ts'

/** Bytes of files up to which they go whole: of a large one that changed a little, rsync sends only that. */
const CAP = 1.5 * 1024 * 1024

/** Not every tar restores setuid, setgid and sticky, or gets into a directory that its owner may not write in. */
const isOdd = (stat: Stats): boolean =>
  !stat.isSymbolicLink() &&
  ((stat.mode & 0o7000) !== 0 || (stat.isDirectory() && (stat.mode & 0o300) !== 0o300))

/** Seconds that a host may take for it. */
const LIMIT = 300

const compress = promisify(gzip)

let known: Promise<boolean> | undefined

/** Whether the runner's tar is one that can: GNU's. Asked once. */
export function localTar(): Promise<boolean> {
  known ??= getExecOutput('tar', ['--version'], { silent: true, ignoreReturnCode: true }).then(
    ({ stdout }) => stdout.includes('GNU tar'),
    () => false,
  )
  return known
}

/** An archive in the making. */
export interface Tarball {
  /** Null when the tar here fails at it. */
  readonly data: Promise<Buffer | null>
}

/**
 * Files that are left, and every directory and link, gzipped.
 * @param dir of the artifact; `scratch`: of the run's own.
 * @returns null where that is more than it is worth: rsync does better.
 */
export function tarballOf(dir: string, scratch: string, rest: Remainder): Tarball | null {
  const paths = entriesOf(rest)
  return isLittle(dir, paths) ? { data: pack(dir, scratch, paths).catch(() => null) } : null
}

async function pack(dir: string, scratch: string, paths: Buffer): Promise<Buffer | null> {
  using list = keepList(scratch, paths)
  const pieces: Buffer[] = []
  const code = await exec('tar', [...archiving(list.path)], {
    cwd: dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale({ TAR_OPTIONS: '' }),
    listeners: { stdout: (data) => pieces.push(data) },
  })
  // A file that changed meanwhile counts as a failure, too.
  return code === 0 ? compress(Buffer.concat(pieces), { level: 1 }) : null
}

/** What GNU's tar is told. @param list file with names, each followed by NUL. */
export function archiving(list: string): readonly string[] {
  // Names as they are, each entry once, as itself; that a file has two names here is nothing that a release is told.
  return [
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
    list,
  ]
}

function isLittle(dir: string, paths: Buffer): boolean {
  const prefix = Buffer.from(`${dir}/`)
  let bytes = 0
  for (let at = 0; at < paths.length && bytes <= CAP; ) {
    const end = paths.indexOf(0, at)
    const stat = lstatSync(Buffer.concat([prefix, paths.subarray(at, end)]), { throwIfNoEntry: false })
    if (stat === undefined || isOdd(stat)) return false
    if (stat.isFile()) bytes += stat.size
    at = end + 1
  }
  return bytes <= CAP
}

/**
 * Has a host unpack an archive, by a call of upload.sh, which begins with the `head` of what it reads while that is still being made.
 * @returns bytes of the archive.
 * @throws Failure whose cause is a TransientError when another try may help, a Disagreement when rsync may fare better.
 */
export async function sendTarball(task: {
  readonly shell: Shell
  readonly invocation: string
  readonly head: Buffer
  readonly tarball: Tarball
  readonly host: string
  readonly signal: AbortSignal
}): Promise<number> {
  const { shell, host, signal } = task
  shell.run(task.invocation)
  shell.write(task.head)
  const data = await task.tarball.data
  if (data !== null) shell.write(data)
  const { exit, said } = await endOf(
    shell,
    AbortSignal.any([signal, AbortSignal.timeout(LIMIT * 1000)]),
  ).catch((refusal) => {
    throw unstarted(refusal, host)
  })
  signal.throwIfAborted()
  if (data === null) {
    throw new Failure('what changed could not be packed here', { host, cause: new Disagreement() })
  }
  if (exit.code === 0) return data.length
  throw arrivalFailure('the host could not take in one piece what changed', exit, said, host)
}

/** The same for all hosts that have the same left, made once. @param dir of the artifact; `scratch`: of the run's own. */
export function createTarballs(dir: string, scratch: string): (rest: Remainder) => Promise<Tarball | null> {
  const made = new Map<Remainder, Tarball | null>()
  return async (rest) => {
    if (!(await localTar())) return null
    const tarball = made.has(rest) ? made.get(rest) : tarballOf(dir, scratch, rest)
    made.set(rest, tarball ?? null)
    return tarball ?? null
  }
}
