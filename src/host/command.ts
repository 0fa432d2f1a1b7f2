// One of the user's commands on a host: on a channel of its own, streamed, and never outliving its time or the run.

import { StringDecoder } from 'node:string_decoder'
import type { Connection } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { call } from './quote.ts'
import { randomMark, start } from './script.ts'

export interface Command {
  /** What the user calls it, e.g. `pre_symlink_command`. */
  readonly name: string
  readonly script: string
  readonly dir: string
  readonly environment: Readonly<Record<string, string>>
  /** Seconds. */
  readonly timeout: number
  /** What the user calls that limit, where it is not `command_timeout`. */
  readonly limit?: string
  /** Another user of the host to run as. */
  readonly become: string | undefined
  /** The remote_dir, and the run whose lock there it is not to outlive; left out where there is none. */
  readonly lock?: { readonly root: string; readonly run: string }
}

/** How long a command and its children get to go after they were told to (command.sh kills them 2 s after TERM). */
const GRACE = 4000

/**
 * Runs `command`; each line it prints goes to `onLine`.
 * @throws Failure when it exits non-zero, is killed, times out, is cancelled by `signal`, or the connection is lost.
 */
export async function runCommand(
  connection: Connection,
  host: string,
  command: Command,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const mark = randomMark()
  const pairs = Object.entries(command.environment).map(([name, value]) => `${name}=${value}`)
  const { root = '', run = '' } = command.lock ?? {}
  const invocation = call('run_command', mark, command.dir, root, run, command.script, ...pairs)
  const script = start('command', invocation, command.become)
  const channel = await connection.exec(script.command)
  let started = false
  let stopped: 'timeout' | 'cancelled' | undefined
  let last = ''
  const status = await new Promise<number | null>((resolve) => {
    const stop = (why: 'timeout' | 'cancelled') => {
      stopped = why
      channel.stdin.end()
      setTimeout(() => resolve(null), GRACE).unref()
    }
    const timer = setTimeout(() => stop('timeout'), command.timeout * 1000)
    const cancel = () => stop('cancelled')
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    eachLine(channel.stdout, (line) => {
      if (line === `${mark} started`) started = true
      else if (line.startsWith(`${mark} done `)) resolve(Number(line.slice(mark.length + 6)))
      else {
        if (line.trim() !== '') last = line
        onLine(line)
      }
    })
    channel.stderr.resume()
    void channel.exit.then(() => resolve(null))
    channel.stdin.write(script.input)
    void channel.exit.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    })
  })
  channel.close()
  if (status === 0 && stopped === undefined) return
  throw new Failure(`${command.name} ${explain(status, stopped, started, command)}`, {
    host,
    ...(stopped === 'cancelled' ? {} : { remedy: remedyFor(status, stopped, last) }),
  })
}

function explain(
  status: number | null,
  stopped: string | undefined,
  started: boolean,
  { timeout, limit }: Command,
): string {
  if (stopped === 'timeout') {
    const which = limit === undefined ? '(command_timeout)' : `(${limit})`
    return `was stopped after ${timeout} s ${which}, with all it had started`
  }
  if (stopped === 'cancelled') return 'was stopped because the run was cancelled'
  if (status === null)
    return started ? 'did not end: the connection was lost, or it was killed' : 'could not be started'
  if (status > 128) return `was killed by signal ${status - 128}`
  return `failed with exit code ${status}`
}

const LAST_WORDS = 300

function remedyFor(status: number | null, stopped: string | undefined, last: string): string {
  const words = last.trim().slice(0, LAST_WORDS)
  const said =
    words === ''
      ? 'It printed nothing: `set -x` in front of it shows how far it comes.'
      : `Its last words: ${words}`
  if (stopped === 'timeout') return `${said}\nRaise that limit if it needs longer; it has no stdin to ask on.`
  if (status === 127)
    return `${said}\nA program was not found: a session without login has a short PATH. Write the full path, or set PATH in the command.`
  if (status === 126) return `${said}\nIs the file executable? Its execute bit comes from local_dir.`
  return words === '' ? said : `${said}\nAll that it printed stands in the log above.`
}

/** The line before a mark is only there to end an unfinished one; an empty one is therefore held back until the next comes. */
function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  const cap = 64 * 1024
  let rest = ''
  let blank = false
  stream.on('data', (chunk: Buffer) => {
    const pieces = (rest + decoder.write(chunk)).split('\n')
    rest = pieces.pop() as string
    for (const line of pieces) {
      if (blank && !/^[0-9a-f]{24} done \d+$/.test(line)) onLine('')
      blank = line === ''
      if (!blank) onLine(line)
    }
    if (rest.length > cap) {
      onLine(rest)
      rest = ''
    }
  })
  stream.on('end', () => rest !== '' && onLine(rest))
}
