// What the files of an artifact hold, a hash each: kept beside the release on a host, so that the next upload need not read it there.

import type { Fingerprint } from './digest.ts'

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

/** More lines than this, or than this share of the files, cost the host's shell more than rsync's own comparison does. */
const LINES_CAP = 1500
const SHARE_CAP = 0.1

const NEWLINE = 0x0a

/** What decides whether hashes are of use, and which. */
export interface Hashing {
  readonly dedupe: 'hardlink' | 'reflink' | 'copy' | 'off'
  /** Whether there are no flags of the user's own. */
  readonly plain: boolean
  readonly dirPermissions: string | undefined
  readonly filePermissions: string | undefined
}

/**
 * What made the hashes and what else decides about a file: a release whose key is another is compared by rsync.
 * @returns empty where hashes are of no use: they serve hard links only, and the user's own flags may choose, or change, what rsync sends.
 */
export function contentKey({ dedupe, plain, dirPermissions, filePermissions }: Hashing): string {
  if (dedupe !== 'hardlink' || !plain) return ''
  return `sha256-128 D${dirPermissions ?? ''} F${filePermissions ?? ''}`
}

/** The file as the host keeps it: the key, a line each of hash, mode and path, and a dot as proof of its end. */
export function renderContent(key: string, content: Uint8Array, own: string | null): Buffer {
  const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const at = own === null ? -1 : all.indexOf(Buffer.from(` ./${own}\n`, 'latin1'))
  const from = at < 0 ? all.length : all.lastIndexOf('\n', at) + 1
  const to = at < 0 ? all.length : all.indexOf('\n', at) + 1
  return Buffer.concat([Buffer.from(`${key}\n`), all.subarray(0, from), all.subarray(to), Buffer.from('.\n')])
}

interface Place {
  readonly start: number
  readonly path: string
  readonly end: number
}

/** Where the lines of `HASH MODE PATH` are. Whatever were made for each of them would take many times their memory. */
function* placesIn(text: Buffer): Generator<Place> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const path = text.indexOf(' ./', start) + 1
    if (path > 0 && path < end) yield { start, path: text.toString('latin1', path, end), end }
    start = end + 1
  }
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
  const there = new Map<string, number>()
  for (const { start, path } of placesIn(offered)) there.set(path, start)
  const cap = Math.max(LINES_CAP, there.size * SHARE_CAP)
  const files: string[] = []
  const fresh: string[] = []
  let same: string | undefined
  const ours = own === null ? null : `./${own}`
  const all = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (const { start, path, end } of placesIn(all)) {
    const known = path === ours ? undefined : there.get(path)
    if (known !== undefined && isLineAt(offered, known, all.subarray(start, end))) {
      there.delete(path)
      same ??= path
      continue
    }
    files.push(path)
    if (path !== ours) fresh.push(all.toString('latin1', start, end))
    if (files.length > cap) return null
  }
  if (files.length + there.size > cap) return null
  const gone = [...there.keys()]
  // Something is always listed: with it rsync sees to the permissions of the release itself.
  const listed = others.length + files.length > 0 || same === undefined ? files : [same]
  return {
    gone,
    fresh,
    paths: Buffer.concat([
      Buffer.from(others),
      Buffer.from(listed.map((path) => `${path}\0`).join(''), 'latin1'),
    ]),
    files,
    others,
  }
}

function isLineAt(text: Buffer, at: number, line: Buffer): boolean {
  const end = at + line.length
  return (
    text.compare(line, 0, line.length, at, Math.min(end, text.length)) === 0 &&
    (end >= text.length || text[end] === NEWLINE)
  )
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

/** What an archive of it holds: the directory itself, every directory and link, files that are sent; each followed by NUL. */
export function entriesOf({ others, files }: Remainder): Buffer {
  const paths = files.map((path) => `${path}\0`).join('')
  return Buffer.concat([Buffer.from('./\0'), Buffer.from(others), Buffer.from(paths, 'latin1')])
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
