// The artifact as rsync sees it: the same program, flags and excludes that will send it say what there is to send.

import { statSync } from 'node:fs'
import { exec } from '@actions/exec'
import { plainLocale } from '../environment.ts'
import { Failure } from '../failure.ts'

export interface Artifact {
  /** Absolute path of local_dir. */
  readonly dir: string
  /** Excludes and the user's own flags, as rsync takes them. */
  readonly selection: readonly string[]
  /** Whether there are no flags of the user's own, which may say how and what rsync sends. */
  readonly plain: boolean
  readonly files: number
  readonly dirs: number
  readonly links: number
  /** Sum of the sizes of its files. */
  readonly bytes: number
  /** Kind, size and path of every entry, each followed by NUL: what the fingerprint is made from, and hosts must find again. */
  readonly list: Uint8Array<ArrayBuffer>
  /** Names that rsync leaves out because they are neither files, directories nor links. */
  readonly skipped: readonly string[]
  /** Nobody but its owner may enter local_dir, as mktemp(1) makes one; the release gets its mode. */
  readonly secluded: boolean
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
  const listing = createListing()
  const err: Buffer[] = []
  const args = ['-n', '-rlp', '-s', '--no-h', '--out-format=%i %l %n', ...selection, './', '/nonexistent/']
  const code = await exec('rsync', args, {
    cwd: dir,
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale(),
    listeners: {
      stdout: (data) => listing.read(data.toString('latin1')),
      stderr: (data) => err.push(data),
    },
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
  const found = listing.end()
  if (found.files + found.links === 0) {
    throw new Failure(`nothing in local_dir (${dir}) would be sent`, {
      phase: 'starting',
      remedy: 'Check the build step, `local_dir` and `exclude`.',
    })
  }
  const secluded = (statSync(dir).mode & 0o077) === 0
  return { dir, selection, plain: flags.length === 0, secluded, ...found }
}

type Found = Omit<Artifact, 'dir' | 'selection' | 'plain' | 'secluded'>

/**
 * Reads rsync's output piece by piece, so that an artifact of any size costs little more than its list. The text is latin1: one
 * character a byte, as names are bytes. Exported for its tests.
 */
export function createListing(): { read(text: string): void; end(): Found } {
  const list = packLines()
  const skipped: string[] = []
  const count = { files: 0, dirs: 0, links: 0, bytes: 0 }
  let rest = ''
  const readRow = (row: string) => {
    const special = /^skipping non-regular file "(.*)"$/.exec(row)
    if (special) skipped.push(special[1] as string)
    const entry = /^[<>ch.*]([fdLDS])\S{9} (\d+) (.*)$/.exec(row)
    if (!entry) return
    const [, kind, size, shown] = entry as unknown as [string, string, string, string]
    const name = shown.replace(escaped, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    if (name === './') return
    if (kind === 'd') {
      count.dirs += 1
      list.add(`4 0 ./${name.replace(/\/$/, '')}`)
    } else if (kind === 'L') {
      count.links += 1
      list.add(`a ${size} ./${name}`)
    } else if (kind === 'f') {
      count.files += 1
      count.bytes += Number(size)
      list.add(`8 ${size} ./${name}`)
    } else {
      skipped.push(name)
    }
  }
  return {
    read(text) {
      const rows = (rest + text).split('\n')
      rest = rows.pop() as string
      for (const row of rows) readRow(row)
    },
    end() {
      readRow(rest)
      return { ...count, list: list.end(), skipped }
    },
  }
}

/** What is at `path` of an artifact; null for nothing. */
export function kindAt({ list }: Pick<Artifact, 'list'>, path: string): 'directory' | 'file' | 'link' | null {
  const bytes = Buffer.from(list.buffer, list.byteOffset, list.byteLength)
  const wanted = Buffer.from(` ./${path}\0`)
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
    // A name may hold what looks like the end of another entry.
    const begin = at === 0 ? 0 : bytes.lastIndexOf(0, at) + 1
    const [, kind] = /^([48a]) \d+$/.exec(bytes.toString('latin1', begin, at)) ?? []
    if (kind !== undefined) return kind === '4' ? 'directory' : kind === '8' ? 'file' : 'link'
  }
  return null
}

/** In one block of memory, which a worker can be given instead of a copy; as strings they would take ten times as much. */
function packLines(): { add(line: string): void; end(): Uint8Array<ArrayBuffer> } {
  let block = new ArrayBuffer(1 << 16)
  let end = 0
  return {
    add(line) {
      while (end + line.length + 1 > block.byteLength) block = block.transfer(2 * block.byteLength)
      end += Buffer.from(block).write(`${line}\0`, end, 'latin1')
    },
    end: () => new Uint8Array(block.transfer(end)),
  }
}
