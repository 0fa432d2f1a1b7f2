// rsync over the connection that is open already: started here, it talks through the bridge to the rsync that the host runs.

import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exec } from '@actions/exec'
import { type Channel, type Exit, UNKNOWN } from '../connection/connection.ts'
import { plainLocale } from '../environment.ts'
import { call } from '../host/quote.ts'
import { randomMark } from '../host/script.ts'
import { openPipes } from './pipes.ts'
import { PREAMBLE_CAP, readTo, type Shell } from './shell.ts'
import { isGarbled, rsyncFailure, unstarted } from './trouble.ts'

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
  if (code !== 0 || isGarbled(errors)) throw rsyncFailure(code, end, errors, host, task.told === true)
  return output
}

/** A figure of `--stats`, which `--no-h` leaves without separators. */
export function statistic(output: string, name: string): number {
  const found = new RegExp(`^${name}: (\\d+)`, 'm').exec(output)
  return found ? Number(found[1]) : 0
}
