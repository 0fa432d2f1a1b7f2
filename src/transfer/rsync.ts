// Sends the artifact to one host: rsync, started here, talking through the bridge to the rsync that the host runs.

import type { Socket } from 'node:net'
import { exec } from '@actions/exec'
import prettyBytes from 'pretty-bytes'
import type { Channel, Connection, Exit } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { call } from '../host/quote.ts'
import { start } from '../host/script.ts'
import { type Layout, releasePath } from '../release/layout.ts'
import { type Artifact, plainLocale } from './artifact.ts'
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
}

export interface Sent {
  readonly bytes: number
  readonly filesChanged: number
}

/** Seconds without a byte after which both rsyncs give up; long, because hashing a huge file is silent. */
const SILENCE = 300

/** Seconds between two lines of progress. */
const PROGRESS_EVERY = 5

/**
 * Uploads into the host's private place. What arrived stays there when it fails.
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
): Promise<Sent> {
  let exit: Promise<Exit> = Promise.resolve({ code: null, signal: null })
  let remote: Channel | undefined
  let errors = ''
  const invitation = socket.invite((argv, visitor) => {
    const clone = upload.dedupe === 'reflink' && upload.basis ? releasePath(layout, upload.basis) : ''
    // argv is `host rsync --server …`: with -s, paths travel in rsync's own stream and never meet a shell.
    const invocation = call(
      'upload',
      layout.root,
      upload.release,
      upload.leftover ?? '',
      clone,
      ...argv.slice(1),
    )
    exit = connect(connection, visitor, invocation, (channel) => {
      remote = channel
      channel.stderr.on('data', (data: Buffer) => {
        if (errors.length < 16_384) errors += data.toString()
      })
    })
  })
  const stop = () => remote?.close()
  signal.addEventListener('abort', stop, { once: true })
  let output = ''
  const progress = progressReader(onProgress)
  const code = await exec('rsync', [...argumentsOf(layout, upload)], {
    cwd: upload.artifact.dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale({ RELEASES_BRIDGE: invitation.address }),
    listeners: {
      stdout: (data) => {
        const text = data.toString()
        progress(text)
        output = (output + text).slice(-16_384)
      },
      stderr: (data) => {
        if (errors.length < 16_384) errors += data.toString()
      },
    },
  }).finally(() => {
    invitation.withdraw()
    signal.removeEventListener('abort', stop)
    remote?.close()
  })
  signal.throwIfAborted()
  if (code !== 0) throw explain(code, await exit, errors, host)
  return {
    bytes: statistic(output, 'Total bytes sent'),
    filesChanged: statistic(output, 'Number of regular files transferred'),
  }
}

async function connect(
  connection: Connection,
  visitor: Socket,
  invocation: string,
  onChannel: (channel: Channel) => void,
): Promise<Exit> {
  try {
    const script = start('upload', invocation)
    const channel = await connection.exec(script.command)
    onChannel(channel)
    channel.stdin.write(script.input)
    visitor.pipe(channel.stdin)
    channel.stdout.pipe(visitor)
    visitor.on('close', () => channel.close())
    const exit = await channel.exit
    visitor.end()
    return exit
  } catch {
    visitor.destroy()
    return { code: null, signal: null }
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
  const bridge = new URL(import.meta.url.endsWith('.ts') ? '../bridge.ts' : './bridge.js', import.meta.url)
    .pathname
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
    '--info=progress2',
    ...(chmods ? [`--chmod=${chmods}`] : []),
    ...(basisFlag && basis ? [`${basisFlag}=${releasePath(layout, basis)}`] : []),
    ...artifact.selection,
    '-e',
    [process.execPath, decodeURIComponent(bridge)].map((word) => `"${word}"`).join(' '),
    './',
    `host:${layout.root}/.releases/incoming/${upload.release}/`,
  ]
}

/** `644` as rsync's --chmod wants it so that files that can be executed still can, by whoever may read them. */
function keepExecute(octal: string): string {
  const digits = octal.replace(/^0(?=\d{3}$)/, '')
  if (digits.length !== 3) return `F${octal}`
  return ['u', 'g', 'o']
    .map((who, at) => {
      const bits = Number(digits[at])
      const read = bits & 4 ? 'r' : ''
      const write = bits & 2 ? 'w' : ''
      const execute = bits & 1 ? 'x' : bits & 4 ? 'X' : ''
      return `F${who}=${read}${write}${execute}`
    })
    .join(',')
}

function statistic(output: string, name: string): number {
  const found = new RegExp(`^${name}: (\\d+)`, 'm').exec(output)
  return found ? Number(found[1]) : 0
}

/** rsync overwrites its progress line with CR several times a second; people get one every few seconds, and none when it is quick. */
function progressReader(onProgress: (text: string) => void): (text: string) => void {
  let last = Date.now()
  return (text) => {
    if (Date.now() - last < PROGRESS_EVERY * 1000) return
    const found = /(\d+) +(\d+)% +(\S+\/s) +[\d:]+[^\r]*$/.exec(text)
    if (!found) return
    last = Date.now()
    onProgress(`uploading: ${prettyBytes(Number(found[1]))} done (${found[2]}%), ${found[3]}`)
  }
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
  if (/read-only file system|permission denied|not permitted/i.test(said)) {
    return fail('the upload may not write there', 'Give the ssh user write access to remote_dir.')
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
