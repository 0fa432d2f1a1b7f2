// What the files of an artifact hold, a hash each: kept beside the release on a host, so that the next upload need not read it there.

import type { Fingerprint } from './fingerprint.ts'

/** What of an artifact goes to a host whose release before holds the rest already. */
export interface Remainder {
  /** Paths that the host has otherwise, or that the artifact has not; one character a byte. */
  readonly gone: readonly string[]
  /** Lines of the files that are sent. */
  readonly fresh: readonly string[]
  /** For rsync's `--files-from`, with `--from0`: files that are sent, every directory and link. */
  readonly paths: Buffer
  /** Paths of the files that are sent. */
  readonly files: readonly string[]
}

/** More lines than this cost the host's shell more than rsync's own comparison does. */
const LINES_CAP = 5000

/**
 * What made the hashes and what else decides about a file: a release whose key is another is compared by rsync.
 * @param settings of the host, as they are given.
 */
export function contentKey(settings: {
  readonly dirPermissions: string | undefined
  readonly filePermissions: string | undefined
}): string {
  return `sha256-128 D${settings.dirPermissions ?? ''} F${settings.filePermissions ?? ''}`
}

/** The file as the host keeps it: the key, a line each of hash, mode and path, and a dot as proof of its end. */
export function renderContent(key: string, content: Uint8Array, own: string | null): Buffer {
  const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const at = own === null ? -1 : all.indexOf(Buffer.from(` ./${own}\n`, 'latin1'))
  const from = at < 0 ? all.length : all.lastIndexOf('\n', at) + 1
  const to = at < 0 ? all.length : all.indexOf('\n', at) + 1
  return Buffer.concat([Buffer.from(`${key}\n`), all.subarray(0, from), all.subarray(to), Buffer.from('.\n')])
}

/** `HASH MODE PATH` by path. */
function byPath(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => /^\S+ \d+ \.\//.test(line))
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ./') + 1), line]))
}

/**
 * @param offered lines of what the host has; one character a byte.
 * @param own see Enquiry.
 * @returns null when there is more to tell than it is worth.
 */
export function remainder(
  { content, others }: Pick<Fingerprint, 'content' | 'others'>,
  offered: string,
  own: string | null,
): Remainder | null {
  if (content === null) return null
  const rest = byPath(Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1'))
  const gone: string[] = []
  const ours = own === null ? null : `./${own}`
  for (const [path, line] of byPath(offered)) {
    if (path !== ours && rest.get(path) === line) rest.delete(path)
    else gone.push(path)
  }
  if (rest.size + gone.length > LINES_CAP) return null
  const files = [...rest.keys()]
  // Something is always listed: with it rsync sees to the permissions of the release itself.
  const listed = others.length + files.length > 0 ? files : [...byPath(offered).keys()].slice(0, 1)
  return {
    gone,
    fresh: [...rest.entries()].flatMap(([path, line]) => (path === ours ? [] : [line])),
    paths: Buffer.concat([
      Buffer.from(others),
      Buffer.from(listed.map((path) => `${path}\0`).join(''), 'latin1'),
    ]),
    files,
  }
}

/** `./path` of every file; one character a byte. */
export function pathsIn(content: Uint8Array): readonly string[] {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
  return [...byPath(text).keys()]
}
