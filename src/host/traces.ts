// What a host tells of other tools' logs, asked for while it has releases that nobody has recorded (coming-from.md).

import { nameOf } from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import type { Traces } from '../release/traces.ts'
import { type Line, splitOnce } from './line.ts'
import type { HostState } from './state.ts'

/** Whether a host has releases that only another tool could vouch for. */
export function hasStrangers({ disk, entries, records }: HostState): boolean {
  const known = new Set([...entries.map(nameOf), ...records])
  return disk.some((release) => !known.has(release))
}

/** `trace FILE TEXT` for each line of a log, `mark FILE RELEASE TEXT` for a file in a release, `unfinished RELEASE`. */
export function readTraces(lines: readonly Line[]): Traces {
  const logs = new Map<string, string[]>()
  const marks = new Map<string, Map<string, string>>()
  let unfinished: string | null = null
  for (const { key, rest } of lines) {
    const [file, text] = splitOnce(rest)
    if (key === 'trace') {
      const log = logs.get(file)
      if (log) log.push(text)
      else logs.set(file, [text])
    } else if (key === 'mark') {
      const [release, content] = splitOnce(text)
      const mark = marks.get(file) ?? new Map<string, string>()
      if (isPlain(release)) marks.set(file, mark.set(release, content))
    } else if (key === 'unfinished' && isPlain(rest)) unfinished = rest
  }
  const textOf = (file: string) => logs.get(file)?.join('\n') ?? ''
  return {
    revisions: textOf('revisions.log'),
    deployer: textOf('.dep/releases_log'),
    deployerOld: textOf('.dep/releases'),
    bad: marks.get('BAD_RELEASE') ?? new Map(),
    revision: marks.get('REVISION') ?? new Map(),
    unfinished,
  }
}
