// What the answers of a session say, question by question: text from a host, made into values.

import { type Line, readWord, restsOf, splitOnce } from './line.ts'

export interface Placed {
  /** Paths of the artifact that a link into shared/ took the place of. */
  readonly shadowed: readonly string[]
  /** Whether it is ready for the switch. */
  readonly armed: boolean
}

/** What only trying tells of a host. */
export interface Probe {
  /** The host's clock, seconds since 1970. */
  readonly clock: number
  readonly unwritable: readonly string[]
  readonly hardLinks: boolean
  /** Whether files can share what they hold (`dedupe: reflink`). */
  readonly clones: boolean
  readonly sync: boolean
  /** Tells its remote_dir from any other of any machine; null where the host cannot say. */
  readonly place: string | null
  /** Whether events can be written to the log. */
  readonly logs: boolean
}

export interface Pruned {
  readonly removed: readonly string[]
  /** Could not be moved away, or turned out to be protected. */
  readonly kept: readonly string[]
  /** Things in the trash that could not be deleted. */
  readonly left: number
  readonly noise: string
  /** What the link serves, if that is a release. */
  readonly current: string | null
}

/** Records and the log's end, raw, for when the manifest is damaged, or does not name what is there. */
export interface Records {
  readonly records: ReadonlyMap<string, string>
  readonly log: readonly string[]
}

/** How a release compares with its index. `known` false: there is no index to compare with. */
export interface Verified {
  readonly release: string
  readonly known: boolean
  readonly missing: number
  readonly changed: number
  /** At most 10 of each. */
  readonly missingPaths: readonly string[]
  readonly changedPaths: readonly string[]
}

export function readVerified(lines: readonly Line[]): Verified | null {
  const [release, known, missing, changed] = restsOf(lines, 'verified')[0]?.split(' ') ?? []
  if (release === undefined) return null
  const paths = (key: string) => restsOf(lines, key).map(readWord)
  return {
    release,
    known: known === 'known',
    missing: Number(missing),
    changed: Number(changed),
    missingPaths: paths('lost'),
    changedPaths: paths('changed'),
  }
}

export function readRecords(lines: readonly Line[]): Records {
  return { records: new Map(restsOf(lines, 'record-of').map(splitOnce)), log: restsOf(lines, 'log') }
}

export function readPlaced(lines: readonly Line[]): Placed {
  return {
    shadowed: restsOf(lines, 'shadowed').map(readWord),
    armed: restsOf(lines, 'armed').length > 0,
  }
}

export function readPruned(lines: readonly Line[], noise: string): Pruned {
  return {
    removed: restsOf(lines, 'pruned'),
    kept: restsOf(lines, 'kept'),
    left: Number(restsOf(lines, 'left')[0] ?? 0),
    noise,
    current: restsOf(lines, 'serves')[0] ?? null,
  }
}

export function readProbe(lines: readonly Line[]): Probe {
  return {
    clock: Number(restsOf(lines, 'clock')[0]),
    unwritable: restsOf(lines, 'unwritable').map(readWord),
    hardLinks: restsOf(lines, 'nolinks').length === 0,
    clones: restsOf(lines, 'noclones').length === 0,
    sync: restsOf(lines, 'nosync').length === 0,
    place: restsOf(lines, 'place')[0] ?? null,
    logs: restsOf(lines, 'nolog').length === 0,
  }
}
