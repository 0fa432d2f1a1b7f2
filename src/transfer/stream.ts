// All of an artifact as one stream: where a host has nothing of it, each of rsync's questions is a trip for nothing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { getExecOutput } from '@actions/exec'
import { Failure } from '../failure.ts'
import { type Artifact, plainLocale } from './artifact.ts'
import { keepList } from './list.ts'
import { Disagreement, isFull, noRoom, TransientError, unstarted } from './rsync.ts'
import { endOf, type Shell } from './shell.ts'
import { archiving, localTar } from './tarball.ts'

/** Seconds without a byte after which it is given up: a host that writes slowly takes some all the time. */
const SILENCE = 300

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
  readonly artifact: Artifact
  /** A directory of the run's own on the runner. */
  readonly dir: string
  /** zstd's. */
  readonly level: number
  /** Told of every piece that goes to the host. */
  readonly onSent: (bytes: number) => void
  /** Called once every file has been read, as it is in the stream. */
  readonly onPacked: () => void
  readonly signal: AbortSignal
}

/**
 * Sends it to its end.
 * @returns bytes of the stream.
 * @throws Failure whose cause is a TransientError when another try may help, a Disagreement when rsync may fare better.
 */
export async function sendStream({ shell, host, artifact, onSent, ...task }: Stream): Promise<number> {
  using list = keepList(task.dir, namesOf(artifact))
  const silence = new AbortController()
  const signal = AbortSignal.any([task.signal, silence.signal])
  const timer = setTimeout(() => silence.abort(), SILENCE * 1000)
  const tar = spawn('tar', ['-I', `zstd -q -${task.level}`, ...archiving(list.path)], {
    cwd: artifact.dir,
    env: plainLocale({ TAR_OPTIONS: '' }),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const packed = once(tar, 'close').then(
    ([code]) => {
      if (code === 0) task.onPacked()
      return code === 0
    },
    () => false,
  )
  let bytes = 0
  // Nothing of it is read before there is a channel to take it.
  tar.stdout.pause()
  tar.stdout.on('data', (data: Buffer) => {
    bytes += data.length
    timer.refresh()
    onSent(data.length)
  })
  try {
    shell.run(task.invocation)
    const { exit, said } = await endOf(shell, signal, tar.stdout).catch((refusal) => {
      throw unstarted(refusal, host)
    })
    task.signal.throwIfAborted()
    if (exit.code === 0 && (await packed)) return bytes
    throw refused(exit.code, said, host)
  } finally {
    clearTimeout(timer)
    tar.kill()
  }
}

function refused(code: number | null, said: string, host: string): Failure {
  if (isFull(said)) return noRoom(`tar said: ${said}`, host)
  if (code === null) {
    return new Failure('the upload broke off', {
      host,
      cause: new TransientError('nobody knows how it ended'),
    })
  }
  const problem = 'the artifact did not get there in one piece'
  return new Failure(said ? `${problem}: ${said}` : problem, { host, cause: new Disagreement() })
}

/** Each followed by NUL, its own directory first. */
function namesOf({ list }: Artifact): Buffer {
  const lines = Buffer.from(list.buffer, list.byteOffset, list.byteLength)
  const names: Buffer[] = [Buffer.from('./\0')]
  for (let at = 0; at < lines.length; ) {
    const name = lines.indexOf('./', at)
    const end = lines.indexOf(0, name)
    names.push(lines.subarray(name, end + 1))
    at = end + 1
  }
  return Buffer.concat(names)
}
