// rsync over the connection that is open already: started here, it talks through the bridge to the rsync that the host runs.

import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exec } from '@actions/exec'
import type { Channel, Exit } from '../connection/connection.ts'
import { Lost } from '../connection/trouble.ts'
import { Failure, failureFrom } from '../failure.ts'
import { call } from '../host/quote.ts'
import { randomMark } from '../host/script.ts'
import { plainLocale } from './artifact.ts'
import { openPipes } from './pipes.ts'
import { PREAMBLE_CAP, readTo, type Shell, UNKNOWN } from './shell.ts'

export interface Task {
  /** A directory of the run's own on the runner. */
  readonly dir: string
  /** On the host; becomes the rsync there. */
  readonly shell: Shell
  /** Label of the host. */
  readonly host: string
  /** Where rsync runs; its source is `./`. */
  readonly source: string
  readonly args: readonly string[]
  /** What the invocation reads before rsync's stream. */
  readonly preface?: Buffer
  /** The call of upload.sh that becomes `argv`, rsync's own `rsync --server …`; with -s, paths travel in rsync's stream only. */
  readonly invocation: (argv: readonly string[]) => string
  /** Whether the host's rsync is told to use what it says it has (compression.ts, WORDS). */
  readonly told?: boolean
  /** Told of every piece that goes to the host. */
  readonly onSent?: (bytes: number) => void
  readonly signal: AbortSignal
}

/** Milliseconds that the host's side has to end in after the rsync here has failed. */
const LAST_WORD = 1000

/** How much is kept of what rsync prints: its statistics come last. */
const OUTPUT_CAP = 16_384

/** rsync's `-e`: the bridge beside this module. */
export const BRIDGE = `sh "${fileURLToPath(new URL('./bridge.sh', import.meta.url))}"`

/**
 * Runs rsync to its end.
 * @returns the end of its output.
 * @throws Failure whose cause is a TransientError when another try may help.
 */
export async function runRsync({ dir, shell, host, signal, ...task }: Task): Promise<string> {
  let exit = Promise.resolve(UNKNOWN)
  let refusal: unknown
  let output = ''
  let errors = ''
  const onError = (data: Buffer) => {
    if (errors.length < OUTPUT_CAP) errors += data.toString()
  }
  using pipes = await openPipes(dir)
  signal.throwIfAborted()
  const { promise: remote, resolve: begin } = Promise.withResolvers<Channel>()
  const stop = () => {
    pipes.hangUp()
    void remote.then((channel) => channel.close())
  }
  const join = async (argv: readonly string[]): Promise<Exit> => {
    try {
      const channel = await shell.channel
      begin(channel)
      channel.stderr.on('data', onError)
      const mark = randomMark()
      shell.run(`${call('echo', mark)}\n${task.invocation(argv.slice(1))}`)
      if (task.preface) shell.write(task.preface)
      pipes.from.on('data', (data: Buffer) => task.onSent?.(data.length))
      pipes.from.pipe(channel.stdin)
      let flows = false
      const flow = () => {
        flows = true
        channel.stdout.pipe(pipes.to)
      }
      readTo(channel.stdout, `${mark}\n`, flow, { cap: PREAMBLE_CAP, onOverflow: stop })
      const end = await channel.exit
      // Else its last word is on the way; a connection that is lost, or a shell that never came to it, has none.
      if (flows && end.code !== null) pipes.drain()
      else pipes.hangUp()
      return end
    } catch (error) {
      refusal = error
      pipes.hangUp()
      return UNKNOWN
    }
  }
  void pipes.greeting.then((argv) => {
    exit = join(argv)
  })
  signal.addEventListener('abort', stop, { once: true })
  let code: number
  let end: Exit
  try {
    code = await exec('rsync', [...task.args], {
      cwd: task.source,
      silent: true,
      ignoreReturnCode: true,
      env: plainLocale({ RELEASES_BRIDGE: pipes.address }),
      listeners: {
        stdout: (data) => {
          output = (output + data.toString()).slice(-OUTPUT_CAP)
        },
        stderr: onError,
      },
    })
    // A file that could not be written there: the rsync here goes by what its -e program ends with, which the bridge cannot know.
    // The other way round, what the host's side ended with says why, and may come a moment later.
    end = await (code === 0 ? exit : Promise.race([exit, pause(signal.aborted ? 0 : LAST_WORD, UNKNOWN)]))
    code ||= end.code ?? 0
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
  signal.throwIfAborted()
  if (refusal !== undefined) throw unstarted(refusal, host)
  // Its exit code may say that all is well.
  if (code !== 0 || GARBLED.test(errors)) throw explain(code, end, errors, host, task.told === true)
  return output
}

/** A figure of `--stats`, which `--no-h` leaves without separators. */
export function statistic(output: string, name: string): number {
  const found = new RegExp(`^${name}: (\\d+)`, 'm').exec(output)
  return found ? Number(found[1]) : 0
}

/** The connection or the other end went away: what arrived is kept, so another try goes on from there. */
export class TransientError extends Error {}

/** The host cannot do what it says it can: asked for less, it may work. */
export class Disagreement extends Error {}

/** With which an rsync ends that does not take its arguments, or what comes over the wire. */
const DISAGREES = [1, 2, 4, 12]

/** Signals of a program's own making; another one came from somebody. */
const CRASH = /^(SIG)?(SEGV|BUS|ABRT|ILL|FPE|SYS)$/

/** A file that had arrived wrong twice; the first time is a warning. */
const GARBLED = /^ERROR: .* failed verification/m

/** There is no channel to the host. Where another connection was needed for it and could not be made, that was tried often enough. */
export function unstarted(refusal: unknown, host: string): Failure {
  const failure = failureFrom(refusal, { host })
  return refusal instanceof Lost ? failure.at({ cause: new TransientError(refusal.message) }) : failure
}

/** By what a program on the host says, in English. */
export function isFull(said: string): boolean {
  return /no space left|disk quota exceeded/i.test(said)
}

/** @param told who said what. */
export function noRoom(told: string, host: string): Failure {
  return new Failure(`the host has no room for the upload; ${told}`, {
    host,
    remedy: 'Free space or inodes on the host, or lower `release_count` and run `mode: prune`.',
  })
}

/** Codes of rsync(1) and what this tool found behind them; the text decides first, since 11, 12 and 23 mean many things. */
function explain(code: number, exit: Exit, errors: string, host: string, told: boolean): Failure {
  const said = errors.trim().slice(-2000)
  const fail = (message: string, remedy?: string, cause?: Error) =>
    new Failure(`${message}${said ? `; rsync said: ${said}` : ` (rsync exit code ${code})`}`, {
      host,
      ...(remedy ? { remedy } : {}),
      ...(cause ? { cause } : {}),
    })
  if (isFull(said)) return noRoom(`rsync said: ${said}`, host)
  const garbled = GARBLED.test(errors)
  if (told && (garbled || CRASH.test(exit.signal ?? '') || DISAGREES.includes(exit.code ?? 0))) {
    return fail("the host's rsync did not get on with this one", undefined, new Disagreement())
  }
  if (exit.code === 76)
    return fail('the release before could not be built upon', undefined, new Disagreement())
  if (garbled) {
    return fail('what arrived was not what was sent', undefined, new TransientError('failed verification'))
  }
  if (exit.code === 73)
    return fail(
      'the host cannot clone files',
      'Its filesystem or `cp` lacks reflinks: use `dedupe: hardlink` or `copy`.',
    )
  if (exit.code === 127 || /rsync: (command )?not found/i.test(said))
    return fail('the host has no rsync', 'Install rsync on the host.')
  if (/send_files failed to open|\[sender\][^\n]*permission denied/i.test(said)) {
    return fail(
      'a file in local_dir cannot be read',
      'Every file in local_dir must be readable by the user that the runner works as.',
    )
  }
  if (/read-only file system|permission denied|not permitted/i.test(said)) {
    return fail('the upload may not write there', 'Give the ssh user write access to remote_dir.')
  }
  if (exit.code === 74 || exit.code === 75) {
    return fail(
      'the upload cannot have its private place',
      'See to .releases/incoming in remote_dir on the host.',
    )
  }
  if (code === 24 || /file has vanished/i.test(said)) {
    return fail('local_dir changed while it was sent', 'Let the build end before the deploy begins.')
  }
  if (/unknown option|unrecognized option/i.test(said)) {
    return fail('an rsync does not know a flag', 'Both sides need rsync 3.1 or newer; check `rsync_flags`.')
  }
  if ([10, 12, 30, 35, 255].includes(code))
    return fail('the upload broke off', undefined, new TransientError(`rsync exit code ${code}`))
  return fail('the upload failed')
}
