// What the answers of a session say, question by question: text from a host, made into values.

import { type Line, readWord, restsOf, splitOnce } from './line.ts'
import type { Placed, Probe, Pruned, Records, Verified } from './questions.ts'

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
    sync: restsOf(lines, 'nosync').length === 0,
  }
}
