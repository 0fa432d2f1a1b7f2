// The artifact as rsync sees it: the same program, flags and excludes that will send it say what there is to send.

import { createHash } from 'node:crypto'
import { exec } from '@actions/exec'
import { Failure } from '../failure.ts'

export interface Artifact {
  /** Absolute path of local_dir. */
  readonly dir: string
  /** Excludes and the user's own flags, as rsync takes them. */
  readonly selection: readonly string[]
  readonly files: number
  readonly dirs: number
  readonly links: number
  /** Sum of the sizes of its files. */
  readonly bytes: number
  /** SHA-256 over kind, size and path of every entry: what host.sh's `proof` must find before an upload gets its name. */
  readonly proof: string
  /** Paths of its regular files below `dir`, one character a byte (latin1), as file names are bytes. */
  readonly paths: readonly string[]
  /** Names that rsync leaves out because they are neither files, directories nor links. */
  readonly skipped: readonly string[]
}

/** rsync's own encoding of bytes that its locale cannot print (rsync(1), --8-bit-output). */
const escaped = /\\#([0-3][0-7][0-7])/g

/**
 * Lists what would be sent.
 * @throws Failure when local_dir cannot be read, or nothing in it would be sent.
 */
export async function readArtifact(
  dir: string,
  exclude: readonly string[],
  flags: readonly string[],
): Promise<Artifact> {
  const selection = [...exclude.map((pattern) => `--exclude=${pattern}`), ...flags]
  const out: Buffer[] = []
  const err: Buffer[] = []
  const args = ['-n', '-rlp', '-s', '--no-h', '--out-format=%i %l %n', ...selection, './', '/nonexistent/']
  const code = await exec('rsync', args, {
    cwd: dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale(),
    listeners: { stdout: (data) => out.push(data), stderr: (data) => err.push(data) },
  })
  if (code !== 0) {
    throw new Failure(
      `local_dir cannot be read whole: ${Buffer.concat(err).toString().trim().slice(0, 2000)}`,
      {
        phase: 'starting',
        remedy: 'Every file in local_dir must be readable by the user that the runner works as.',
      },
    )
  }
  const listing = parseListing(Buffer.concat(out).toString('latin1'))
  if (listing.files + listing.links === 0) {
    throw new Failure(`nothing in local_dir (${dir}) would be sent`, {
      phase: 'starting',
      remedy: 'Check the build step, `local_dir` and `exclude`.',
    })
  }
  return { dir, selection, ...listing }
}

/** Environment for an rsync whose output is parsed: bytes beyond ASCII come escaped, messages in English. */
export function plainLocale(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('INPUT_') && !name.startsWith('RSYNC_')) env[name] = value
  }
  return { ...env, LC_ALL: 'C', ...extra }
}

/** @param text rsync's output in latin1: one character a byte. Exported for its tests. */
export function parseListing(text: string): Omit<Artifact, 'dir' | 'selection'> {
  const lines: string[] = []
  const skipped: string[] = []
  const paths: string[] = []
  const count = { files: 0, dirs: 0, links: 0, bytes: 0 }
  for (const row of text.split('\n')) {
    const special = /^skipping non-regular file "(.*)"$/.exec(row)
    if (special) skipped.push(special[1] as string)
    const entry = /^[<>ch.*]([fdLDS])\S{9} (\d+) (.*)$/.exec(row)
    if (!entry) continue
    const [, kind, size, rest] = entry as unknown as [string, string, string, string]
    const name = rest.replace(escaped, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    if (name === './') continue
    if (kind === 'd') {
      count.dirs += 1
      lines.push(`4 0 ./${name.replace(/\/$/, '')}`)
    } else if (kind === 'L') {
      count.links += 1
      lines.push(`a ${size} ./${name}`)
    } else if (kind === 'f') {
      count.files += 1
      count.bytes += Number(size)
      lines.push(`8 ${size} ./${name}`)
      paths.push(name)
    } else {
      skipped.push(name)
    }
  }
  return { ...count, proof: proofOf(lines), paths, skipped }
}

/** A name with a newline makes two lines on the host, so it does here before they are sorted. */
function proofOf(lines: readonly string[]): string {
  const sorted = lines.join('\n').split('\n').sort()
  const hash = createHash('sha256')
  for (const line of sorted) hash.update(`${line}\n`, 'latin1')
  return hash.digest('hex')
}
