// All of an artifact as one stream: where a host has nothing of it, each of rsync's questions is a trip for nothing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { getExecOutput } from '@actions/exec'
import { plainLocale } from '../environment.ts'
import { Failure } from '../failure.ts'
import type { Artifact } from './artifact.ts'
import { type Lanes, weave } from './lanes.ts'
import { keepList } from './list.ts'
import { pathsOfAll } from './proof.ts'
import { endOf, type Shell } from './shell.ts'
import { archiving, localTar } from './tarball.ts'
import { arrivalFailure, Disagreement, isFull, unstarted } from './trouble.ts'

/** Seconds without a byte after which it is given up; long, since what is on its way may be much to unpack. */
const SILENCE = 900

let known: Promise<boolean> | undefined

/** Whether the runner has what makes such a stream. Asked once. */
export function localStream(): Promise<boolean> {
  known ??= Promise.all([
    localTar(),
    getExecOutput('zstd', ['--version'], { silent: true }).then(
      () => true,
      () => false,
    ),
  ]).then((each) => each.every(Boolean))
  return known
}

export interface Stream {
  /** On the host; unpacks it. */
  readonly shell: Shell
  /** The call of upload.sh that does. */
  readonly invocation: string
  /** Label of the host. */
  readonly host: string
  /** The artifact's directory. */
  readonly source: string
  /** What of it: `./`, and whatever is sent; each followed by NUL. */
  readonly paths: Buffer
  /** What the call reads before it. */
  readonly preface: Buffer | null
  /** A directory of the run's own on the runner. */
  readonly dir: string
  /** zstd's. */
  readonly level: number
  /** Told of every piece that goes to the host. */
  readonly onSent: (bytes: number) => void
  /** Called once every file has been read, as it is in the stream. */
  readonly onPacked: () => void
  readonly signal: AbortSignal
  /** For a call that takes it by several channels; null for one that takes it as it is. */
  readonly lanes: Lanes | null
}

/**
 * Sends it to its end.
 * @returns bytes of the stream.
 * @throws Failure whose cause is a TransientError when another try may help, a Disagreement when rsync may fare better.
 */
export async function sendStream({ shell, host, onSent, ...task }: Stream): Promise<number> {
  using list = keepList(task.dir, task.paths)
  using packing = pack(task.source, list.path, task.level)
  const over = new AbortController()
  const signal = AbortSignal.any([task.signal, over.signal])
  const timer = setTimeout(() => over.abort(), SILENCE * 1000)
  let packed: boolean | undefined
  void packing.done.then((well) => {
    packed = well
    if (well) task.onPacked()
    else over.abort()
  })
  let bytes = 0
  // Also what waits for a channel: node empties what a process that has ended printed, whether anybody takes it or not.
  const counted = new Transform({
    transform(data: Buffer, _, pass) {
      bytes += data.length
      timer.refresh()
      onSent(data.length)
      pass(null, data)
    },
  })
  packing.stdout.pipe(counted)
  using weaving = task.lanes ? weave(counted, task.lanes) : null
  shell.run(task.invocation)
  if (task.preface) shell.write(task.preface)
  // A tar goes on to the end on a disk that is full.
  void shell.channel.then(
    ({ stderr }) => stderr.on('data', (data: Buffer) => isFull(data.toString()) && over.abort()),
    () => undefined,
  )
  const { exit, said } = await endOf(shell, signal, weaving?.stream ?? counted)
    .catch((refusal) => {
      throw unstarted(refusal, host)
    })
    .finally(() => clearTimeout(timer))
  task.signal.throwIfAborted()
  // Who ends before the stream does has not unpacked all of it.
  if (exit.code === 0 && counted.readableEnded && (await packing.done)) return bytes
  if (packed === false) {
    throw new Failure('the artifact could not be packed here', { host, cause: new Disagreement() })
  }
  throw arrivalFailure('the artifact did not get there in one piece', exit, said, host)
}

interface Packing extends Disposable {
  readonly stdout: Readable
  /** Whether all of it was read, and is in the stream. */
  readonly done: Promise<boolean>
}

function pack(dir: string, list: string, level: number): Packing {
  const tar = spawn('tar', ['-I', `zstd -q -${level}`, ...archiving(list)], {
    cwd: dir,
    env: plainLocale({ TAR_OPTIONS: '' }),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return {
    stdout: tar.stdout,
    done: once(tar, 'close').then(
      ([code]) => code === 0,
      () => false,
    ),
    [Symbol.dispose]() {
      tar.kill()
      // Its zstd ends by that.
      tar.stdout.destroy()
    },
  }
}

/** Whether every directory is one that its owner may write in: a release with another is what rsync makes of it. */
export function isOpen({ dir, list }: Artifact): boolean {
  const prefix = Buffer.from(`${dir}/`)
  const may = (path: Buffer) => ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o700) === 0o700
  const { directories } = pathsOfAll(list)
  return may(prefix) && directories.every((path) => may(Buffer.concat([prefix, path])))
}
