// rsync over the connection that is open already: started here, it talks through the bridge to the rsync that the host runs.

import type { Socket } from 'node:net'
import { exec } from '@actions/exec'
import type { Channel, Exit } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { call } from '../host/quote.ts'
import { randomMark } from '../host/script.ts'
import { plainLocale } from './artifact.ts'
import { PREAMBLE_CAP, readTo, type Shell } from './shell.ts'
import type { BridgeSocket } from './socket.ts'

export interface Task {
  readonly socket: BridgeSocket
  /** Label of the host. */
  readonly host: string
  /** Where rsync runs; its source is `./`. */
  readonly dir: string
  readonly args: readonly string[]
  /** Told of every piece that goes to the host. */
  readonly onSent?: (bytes: number) => void
  readonly signal: AbortSignal
}

/** A local rsync that has been started, and waits for the one on the host. */
export interface Rsync {
  /** Its bridge is there: it has read its arguments. */
  readonly ready: Promise<unknown>
  /**
   * Runs it to its end.
   * @param invocation the call of host.sh that becomes `argv`, rsync's own `rsync --server …`; with -s, paths travel in rsync's stream only.
   * @returns the end of its output.
   * @throws Failure whose cause is a TransientError when another try may help.
   */
  finish(shell: Shell, invocation: (argv: readonly string[]) => string): Promise<string>
  /** Nobody needs it. */
  abandon(): void
}

/** How much is kept of what rsync prints: its statistics come last. */
const OUTPUT_CAP = 16_384

export function startRsync({ socket, host, signal, ...task }: Task): Rsync {
  const visit = Promise.withResolvers<{ argv: readonly string[]; visitor: Socket }>()
  let exit: Promise<Exit> = Promise.resolve({ code: null, signal: null })
  let remote: Channel | undefined
  let output = ''
  let errors = ''
  const onError = (data: Buffer) => {
    if (errors.length < OUTPUT_CAP) errors += data.toString()
  }
  const invitation = socket.invite((argv, visitor) => {
    visitor.pause()
    visit.resolve({ argv, visitor })
  })
  const stop = () => {
    remote?.close()
    invitation.withdraw()
    void visit.promise.then(({ visitor }) => visitor.destroy())
  }
  signal.addEventListener('abort', stop, { once: true })
  const ended = exec('rsync', [...task.args], {
    cwd: task.dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale({ RELEASES_BRIDGE: invitation.address }),
    listeners: {
      stdout: (data) => {
        output = (output + data.toString()).slice(-OUTPUT_CAP)
      },
      stderr: onError,
    },
  }).finally(() => {
    invitation.withdraw()
    signal.removeEventListener('abort', stop)
    remote?.close()
  })
  // Its failure is told to whoever finishes it.
  ended.catch(() => undefined)
  return {
    ready: Promise.race([visit.promise, ended]),
    async finish(shell, invocation) {
      void visit.promise.then(({ argv, visitor }) => {
        visitor.on('data', (data: Buffer) => task.onSent?.(data.length))
        visitor.pause()
        exit = join(shell, visitor, invocation(argv.slice(1)), (channel) => {
          remote = channel
          channel.stderr.on('data', onError)
        })
      })
      const code = await ended
      signal.throwIfAborted()
      if (code !== 0) throw explain(code, await exit, errors, host)
      return output
    },
    abandon: stop,
  }
}

/** The bridge's stream and the host's command become one. */
async function join(
  shell: Shell,
  visitor: Socket,
  invocation: string,
  onChannel: (channel: Channel) => void,
): Promise<Exit> {
  try {
    const mark = randomMark()
    const channel = await shell.channel
    onChannel(channel)
    shell.run(`${call('echo', mark)}; ${invocation}`)
    visitor.pipe(channel.stdin)
    const begin = () => channel.stdout.pipe(visitor)
    readTo(channel.stdout, [`${mark}\n`], begin, { cap: PREAMBLE_CAP, onOverflow: () => visitor.destroy() })
    visitor.on('close', () => channel.close())
    const exit = await channel.exit
    visitor.end()
    return exit
  } catch {
    visitor.destroy()
    return { code: null, signal: null }
  }
}

/** rsync's `-e`: the bridge beside this module, by the node that runs the action (the runner has it nowhere on PATH). */
export function bridgeCommand(): string {
  const file = import.meta.url.endsWith('.ts') ? '../bridge.ts' : './bridge.js'
  const bridge = decodeURIComponent(new URL(file, import.meta.url).pathname)
  // rsync ends its helper with SIGUSR1, which would make node open a debugger's port.
  return `"${process.execPath}" --disable-sigusr1 "${bridge}"`
}

/** A figure of `--stats`, which `--no-h` leaves without separators. */
export function statistic(output: string, name: string): number {
  const found = new RegExp(`^${name}: (\\d+)`, 'm').exec(output)
  return found ? Number(found[1]) : 0
}

/** The connection or the other end went away: what arrived is kept, so another try goes on from there. */
export class TransientError extends Error {}

/** Codes of rsync(1) and what this tool found behind them; the text decides first, since 11, 12 and 23 mean many things. */
function explain(code: number, exit: Exit, errors: string, host: string): Failure {
  const said = errors.trim().slice(-2000)
  const fail = (message: string, remedy?: string, cause?: Error) =>
    new Failure(`${message}${said ? `; rsync said: ${said}` : ` (rsync exit code ${code})`}`, {
      host,
      ...(remedy ? { remedy } : {}),
      ...(cause ? { cause } : {}),
    })
  if (/no space left|disk quota exceeded/i.test(said)) {
    return fail(
      'the host has no room for the upload',
      'Free space or inodes on the host, or lower `release_count` and run `mode: prune`.',
    )
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
