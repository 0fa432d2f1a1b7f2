// Which compression an upload goes by: the best that both rsyncs know, where the wire is slower than the work.

export interface Compression {
  readonly choice: 'zstd' | 'lz4' | 'zlibx'
  /** As `--compress-level` has it; null for the only one there is. */
  readonly level: number | null
}

/** What an rsync says of itself. */
export interface Abilities {
  /** First line of `rsync --version`. */
  readonly version: string
  /** Of the words that are looked for there (`tools` in ability.sh), those that it has. */
  readonly knows: readonly string[]
}

/** Words that tell what an rsync can do; each stands between blanks in `rsync --version`. */
export const WORDS = ['xxh128', 'zstd', 'lz4', 'zlibx'] as const

/** Milliseconds to a host and back below which it is next door: there, more bytes cost less than fewer. */
const NEAR = 3

/**
 * @param roundTrip milliseconds, at most; null when nobody knows.
 * @param crowd how many uploads share each of the runner's CPUs.
 * @returns null for none.
 */
export function chooseCompression(
  ours: Abilities,
  theirs: Abilities,
  roundTrip: number | null,
  crowd: number,
): Compression | null {
  if (roundTrip !== null && roundTrip < NEAR) return null
  const both = ours.knows.filter((word) => able(theirs).includes(word))
  if (both.includes('zstd')) return { choice: 'zstd', level: crowd > 1 ? 1 : 3 }
  if (both.includes('lz4')) return { choice: 'lz4', level: null }
  return both.includes('zlibx') ? { choice: 'zlibx', level: 1 } : null
}

/** Before 3.2 an rsync did not tell. It has had zlibx since 3.1.1, under an older name, by which a newer one asks it for that. */
function able({ version, knows }: Abilities): readonly string[] {
  return /version 3\.1\.[1-9]/.test(version) ? ['zlibx'] : knows
}

/** Whether the user's own flags say how to compress, or not to. */
export function saysCompression(flags: readonly string[]): boolean {
  return flags.some(
    (flag) => /^--(no-)?(compress|z|old-c|new-c|skip-c)/.test(flag) || letters(flag).includes('z'),
  )
}

/** Those of `-vz`; what follows a letter that takes a value is that value. */
function letters(flag: string): string {
  return /^-[^-]/.test(flag) ? flag.slice(1).replace(/[BefMT@].*/s, '') : ''
}
