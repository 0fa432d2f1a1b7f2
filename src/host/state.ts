// What a host told of itself when its session opened: text from the host, made into values and trusted for nothing else.

import { adopt } from '../release/adoption.ts'
import type { Seen } from '../release/history.ts'
import { Damage, type Entry, parseManifest } from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import type { Vouched } from '../release/traces.ts'
import type { Verified } from './answers.ts'
import { readVerified } from './answers.ts'
import { type Line, readWord, restsOf, splitOnce } from './line.ts'

export interface HostState extends Seen {
  /** The remote_dir does not exist yet. */
  readonly absent: boolean
  /** Something else than a link stands where the public link belongs. */
  readonly obstacle: 'directory' | 'file' | null
  /** The text of the public link as it stands; null without one. */
  readonly link: string | null
  readonly dangling: boolean
  /** releases/ itself is a symlink: never followed. */
  readonly symlinked: boolean
  /** releases/ lies on another filesystem than remote_dir. */
  readonly elsewhere: boolean
  /** Releases that links of other names serve: they are in use. */
  readonly served: readonly string[]
  /** What other tools' logs tell of releases that nobody here has recorded. */
  readonly vouched?: readonly Vouched[]
  /** `absent` is no damage: a first deploy. */
  readonly manifest: 'present' | 'absent' | 'damaged'
  readonly damage: Damage | null
  /** The manifest does not name releases that records and log tell of: it is an older one. Found out by recall.ts. */
  readonly outdated?: boolean
  /** Entries of releases/ that are no plain directories, or whose names are not plain. */
  readonly odd: number
  /** Lines of hash, mode and `./path` of what an upload may begin with, as bytes; null when it must bring all. */
  readonly offer: Buffer | null
  /** Uploads that were cut. */
  readonly incoming: readonly string[]
  readonly leftovers: readonly string[]
  readonly missingTools: readonly string[]
  readonly rsync: string
  /** What else that rsync says it can do (compression.ts, WORDS). */
  readonly knows: readonly string[]
  /** KiB; null when the host could not say. */
  readonly space: number | null
  readonly inodes: number | null
  /** Files of shared/ that are not there, and paths there that are not what they should be. */
  readonly lacking: readonly string[]
  readonly unfit: readonly string[]
  /** Directories that would have to be written for the remote_dir, or what is linked in its shared/, to be made. */
  readonly unwritable: readonly string[]
  /** What is no directory, where the remote_dir, one above it, or one of ours in it would have to be. */
  readonly blocked: string | null
  /** What is wrong with the directory of a public link outside of remote_dir. */
  readonly docroot: 'missing' | 'unwritable' | null
  /** Directories in which everybody may put something else in the place of what is there. */
  readonly exposed: readonly string[]
  /** The login printed something before it ran what it was asked to. */
  readonly banner: boolean
  /** What the lock says of another run that holds it, empty when that is nothing; null where nobody does. */
  readonly held: string | null
  readonly takenOver: string | null
  readonly locked: boolean
  readonly verified: Verified | null
  /** A release that is ready to be switched to. */
  readonly armed: string | null
}

/** Whether another run holds the lock. */
export function isHeld(state: HostState | null): boolean {
  return state !== null && state.held !== null && !state.locked
}

/** @param offer what came beside the lines; it counts once the host has said that it was all. */
export function readState(lines: readonly Line[], banner = false, offer: Buffer | null = null): HostState {
  const all = (key: string) => restsOf(lines, key)
  const first = (key: string) => all(key)[0] ?? null
  const words = (key: string) => all(key).map((rest) => rest.split(' '))
  const found = words('dir').filter(([name]) => isPlain(name))
  const manifest = readManifest(first('manifest'), all('text'))
  const link = first('link')
  const blocked = first('blocked')
  const current = first('current')
  const holder = all('held').at(-1)
  const [, free] = (first('inodes') ?? '').split(' ')
  const disk = found.filter((entry) => entry.length === 1).map(([name]) => name as string)
  return {
    ...manifest,
    entries: adopt({ entries: manifest.entries, disk }, []),
    absent: first('absent') !== null,
    obstacle: first('public') as HostState['obstacle'],
    link: link === null ? null : readWord(link),
    current: isPlain(current) ? current : null,
    served: all('served').filter(isPlain),
    dangling: first('dangling') !== null,
    symlinked: first('symlinked') !== null,
    elsewhere: first('elsewhere') !== null,
    disk,
    odd: Number(first('odd') ?? 0) + found.filter((entry) => entry.length > 1).length,
    records: all('record').filter(isPlain),
    incoming: words('incoming')
      .filter((entry) => entry.length === 1 && isPlain(entry[0]))
      .map(([name]) => name as string),
    offer: first('offered') === null ? null : offer,
    leftovers: all('leftover'),
    missingTools: all('missing'),
    rsync: first('rsync') ?? '',
    knows: all('knows'),
    space: numberOr(first('space')),
    inodes: numberOr(free),
    lacking: all('lacking').map(readWord),
    unfit: all('unfit').map(readWord),
    unwritable: all('unwritable').map(readWord),
    exposed: all('exposed').flatMap((hex) =>
      readWord(hex)
        .split('\n')
        .filter((path) => path !== ''),
    ),
    blocked: blocked === null ? null : readWord(blocked),
    docroot: first('docroot') as 'missing' | 'unwritable' | null,
    banner,
    held: holder === undefined ? null : splitOnce(holder)[1],
    takenOver: first('takeover'),
    locked: first('locked') !== null,
    verified: readVerified(lines),
    armed: first('armed'),
  }
}

function readManifest(
  kind: string | null,
  text: readonly string[],
): Pick<HostState, 'manifest' | 'damage' | 'entries'> {
  const damaged = (damage: Damage) =>
    ({ manifest: 'damaged', damage, entries: [] as readonly Entry[] }) as const
  if (kind === null || kind === 'absent') return { manifest: 'absent', damage: null, entries: [] }
  if (kind === 'large') return damaged(new Damage('it is larger than 32 MiB'))
  if (kind !== 'present') return damaged(new Damage('it cannot be read'))
  try {
    return { manifest: 'present', damage: null, entries: parseManifest(text.join('\n')) }
  } catch (error) {
    if (error instanceof Damage) return damaged(error)
    throw error
  }
}

function numberOr(text: string | null | undefined): number | null {
  return text && /^\d+$/.test(text) ? Number(text) : null
}
