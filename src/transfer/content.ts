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
  /** Paths of the files that are sent; one character a byte. */
  readonly files: readonly string[]
  /** `./path` of every directory and link, each followed by NUL. */
  readonly others: Uint8Array
}

/** More lines than this cost the host's shell more than rsync's own comparison does. */
const LINES_CAP = 1500

/**
 * What made the hashes and what else decides about a file: a release whose key is another is compared by rsync.
 * @param dirs, files permissions that the settings ask for.
 */
export function contentKey(dirs: string | undefined, files: string | undefined): string {
  return `sha256-128 D${dirs ?? ''} F${files ?? ''}`
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
 * @param offered lines of what the host has.
 * @param own path that the host writes itself into each release, or null; such a file is never taken for the artifact's.
 * @returns null when there is more to tell than it is worth.
 */
export function remainder(
  { content, others }: Pick<Fingerprint, 'content' | 'others'>,
  offered: Buffer,
  own: string | null,
): Remainder | null {
  if (content === null) return null
  const there = byPath(offered.toString('latin1'))
  const rest = byPath(Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1'))
  const gone: string[] = []
  let same: string | undefined
  const ours = own === null ? null : `./${own}`
  for (const [path, line] of there) {
    if (path !== ours && rest.get(path) === line) {
      rest.delete(path)
      same ??= path
    } else gone.push(path)
  }
  if (rest.size + gone.length > LINES_CAP) return null
  const files = [...rest.keys()]
  // Something is always listed: with it rsync sees to the permissions of the release itself.
  const listed = others.length + files.length > 0 || same === undefined ? files : [same]
  return {
    gone,
    fresh: [...rest.entries()].flatMap(([path, line]) => (path === ours ? [] : [line])),
    paths: Buffer.concat([
      Buffer.from(others),
      Buffer.from(listed.map((path) => `${path}\0`).join(''), 'latin1'),
    ]),
    files,
    others,
  }
}

/** The same for all hosts that offer the same, worked out once. */
export function createRemainders(
  fingerprint: Promise<Fingerprint>,
  own: string | null,
): (offered: Buffer) => Promise<Remainder | null> {
  const known = new Map<Buffer, Promise<Remainder | null>>()
  return (offered) => {
    const made = known.get(offered) ?? fingerprint.then((artifact) => remainder(artifact, offered, own))
    known.set(offered, made)
    return made
  }
}

/** What the host is told of it (`resume` in upload.sh). */
export function renderRemainder({ gone, fresh }: Remainder): Buffer {
  const lines = [...gone.map((path) => `-${path}`), ...fresh.map((line) => `+${line}`), '.']
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1')
}

/** `./path` of every file, one after another: a list of a hundred thousand would take more memory than the content. */
export function* pathsIn(content: Uint8Array): Generator<Buffer> {
  const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (let at = 0; at < all.length; ) {
    const end = all.indexOf('\n', at)
    yield all.subarray(all.indexOf(' ', all.indexOf(' ', at) + 1) + 1, end)
    at = end + 1
  }
}
