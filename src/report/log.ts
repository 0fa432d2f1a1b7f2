// The log of a run: one group a phase, one prefix a host, one line at the end; host output can forge none of it.

import type { Failure } from '../failure.ts'
import type { Watch } from '../flow/watch.ts'
import { figure } from '../wording.ts'
import { failureText } from './failures.ts'
import { plain, plainLines } from './plain.ts'
import { releasesTable } from './releases.ts'
import type { Sink } from './sink.ts'
import { hasListing, type Note, type Run, verdict } from './verdict.ts'

const TITLE = 'releases-deploy'
/** GitHub shows no more than ten warnings of a step. */
const ANNOTATIONS = 10
const OUTPUT_LIMIT = 50_000
const WIDEST_LABEL = 40

export interface Log extends Watch {
  /** Every distinct warning so far, safe to show, for the summary. */
  readonly warnings: readonly Note[]
  /** The notes of the phase that the run is in, for the summary: those of the last one say what was done. */
  readonly notes: readonly Note[]
  /** The run's one error annotation; does nothing when there are no failures. Comes before `finish`. */
  fail(failures: readonly Failure[]): void
  /** Closes the last group; then the table of releases in list mode, and the line that sums the run up. */
  finish(run: Run): void
}

/** A log that writes to `sink`; `hosts` are the labels of the run, for the width of the prefixes. */
export function createLog(sink: Sink, hosts: readonly string[]): Log {
  const width = Math.min(WIDEST_LABEL, Math.max(0, ...hosts.map((host) => plain(host).length)))
  const warnings: Note[] = []
  let notes: Note[] = []
  const warned = new Set<string>()
  const printed = new Map<string, number>()
  let open = false

  const prefix = (host: string | undefined) => (host === undefined ? '' : `[${plain(host)}] `)
  const aligned = (host: string | undefined) => (host === undefined ? '' : prefix(host).padEnd(width + 3))
  const title = (host: string | undefined) => ({
    title: host === undefined ? TITLE : `${TITLE}: ${plain(host)}`,
  })

  function print(host: string | undefined, text: string): void {
    for (const line of plainLines(text)) sink.info((aligned(host) + line).trimEnd())
  }

  function close(): void {
    if (open) sink.endGroup()
    open = false
  }

  return {
    warnings,

    get notes() {
      return notes
    },

    phase(name, words) {
      close()
      notes = []
      sink.startGroup(plain(words === '' ? name : `${name}: ${words}`))
      open = true
    },

    note(host, text) {
      if (open) notes.push({ host, text })
      print(host, text)
    },

    output(host, line) {
      const lines = (printed.get(host) ?? 0) + 1
      printed.set(host, lines)
      if (lines <= OUTPUT_LIMIT) print(host, line)
      if (lines === OUTPUT_LIMIT)
        print(host, `… more than ${figure(OUTPUT_LIMIT)} lines; the rest is not shown`)
    },

    warn(host, text) {
      const safe = plainLines(text).join('\n')
      const key = JSON.stringify([host, safe])
      if (warned.has(key)) return
      warned.add(key)
      warnings.push({ host, text: safe })
      if (warned.size <= ANNOTATIONS) sink.warning(prefix(host) + safe, title(host))
      else print(host, `warning: ${safe}`)
    },

    debug(host, text) {
      for (const line of plainLines(text)) sink.debug(prefix(host) + line)
    },

    fail(failures) {
      if (failures.length === 0) return
      close()
      const [host, ...others] = new Set(failures.map(({ detail }) => detail.host))
      sink.error(failureText(failures), title(others.length === 0 ? host : undefined))
    },

    finish(run) {
      close()
      if (hasListing(run)) for (const line of releasesTable(run.result.releases)) sink.info(line)
      sink.info(plain(verdict(run)))
    },
  }
}
