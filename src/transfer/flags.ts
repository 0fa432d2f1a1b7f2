// What rsync is told on its command line.

import { type Layout, releasePath } from '../release/layout.ts'
import type { Compression } from './compression.ts'
import { BRIDGE } from './rsync.ts'
import type { Upload } from './sending.ts'

/** Seconds without a byte after which both rsyncs give up; long, because hashing a huge file is silent. */
const SILENCE = 300

/** Entries up to which an artifact's list is sent whole before the first file. */
const SMALL = 20_000

/** What rsync is told to send instead of all. */
export interface Choice {
  /** File that lists it. */
  readonly list: string
  /** The host has none of it, and it is little enough to go without a look at what it has of that name. */
  readonly whole: boolean
}

/** Why each flag is there: host.md, "The flags of rsync". @param choice null: all. */
export function argumentsOf(layout: Layout, upload: Upload, choice: Choice | null = null): readonly string[] {
  const { artifact, basis, dedupe } = upload
  const chmod = [
    upload.dirPermissions && `D${upload.dirPermissions}`,
    upload.filePermissions && keepExecute(upload.filePermissions),
  ]
  const chmods = chmod.filter(Boolean).join(',')
  const basisFlag = dedupe === 'hardlink' ? '--link-dest' : dedupe === 'copy' ? '--copy-dest' : undefined
  const everything = [
    '--delete',
    '--delete-excluded',
    // Whole at once it starts sooner; piece by piece it needs less memory.
    ...(artifact.files + artifact.dirs + artifact.links < SMALL ? ['--no-inc-recursive'] : []),
    ...artifact.selection,
  ]
  return [
    choice === null ? '-rlp' : '-lp',
    '-s',
    '--no-times',
    // Comparing would read all of it before the first byte is sent.
    ...(upload.fresh || choice?.whole ? ['--ignore-times'] : ['--checksum']),
    ...(choice?.whole ? ['--whole-file'] : []),
    `--timeout=${SILENCE}`,
    '--stats',
    '--no-h',
    ...(chmods ? [`--chmod=${chmods}`] : []),
    ...(basisFlag && basis && !choice?.whole ? [`${basisFlag}=${releasePath(layout, basis)}`] : []),
    ...(choice === null ? everything : [`--files-from=${choice.list}`, '--from0']),
    ...(upload.xxh128 ? ['--checksum-choice=xxh128'] : []),
    ...compressing(upload.compression),
    '-e',
    BRIDGE,
    './',
    `host:${layout.root}/.releases/incoming/${upload.release}/`,
  ]
}

function compressing(compression: Compression | null): readonly string[] {
  if (compression === null) return []
  const { choice, level } = compression
  return [`--compress-choice=${choice}`, ...(level === null ? [] : [`--compress-level=${level}`])]
}

/** `644` as rsync's --chmod wants it so that files that can be executed still can, by whoever may read them. */
function keepExecute(octal: string): string {
  const [special = 0, ...digits] = Array.from(octal.padStart(4, '0'), Number)
  const classes = ['u', 'g', 'o'].map((who, at) => {
    const bits = digits[at] ?? 0
    const read = bits & 4 ? 'r' : ''
    const write = bits & 2 ? 'w' : ''
    const execute = bits & 1 ? 'x' : bits & 4 ? 'X' : ''
    return `F${who}=${read}${write}${execute}`
  })
  const extras = ['F+t', 'Fg+s', 'Fu+s'].filter((_, bit) => special & (1 << bit))
  return [...classes, ...extras].join(',')
}
