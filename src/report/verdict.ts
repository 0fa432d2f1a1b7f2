// The one sentence that a run comes down to: the last line of the log and the first of the summary.

import type { Failure } from '../failure.ts'
import type { HostResult, Result, Timeline } from '../flow/result.ts'
import { count, duration, series } from '../wording.ts'
import { plain } from './plain.ts'

/** A line about a host or the run. */
export interface Note {
  /** Label of the host it is about; undefined when it is about the run. */
  readonly host: string | undefined
  readonly text: string
}

const CLAUSES = 5

/** All that a report is made of. */
export interface Run {
  readonly mode: string
  readonly result: Result
  readonly failures: readonly Failure[]
  readonly warnings: readonly Note[]
  /** Of the phase that the run ended in. */
  readonly notes?: readonly Note[]
  readonly seconds: number
  /** Of all hosts, where they share one. */
  readonly remoteDir?: string | undefined
  /** What the run set out to make current, where it got as far as knowing it. */
  readonly attempted?: string | null
  /** Labels of the hosts of which nobody knows what they serve. */
  readonly unseen?: readonly string[]
  readonly timeline?: readonly Timeline[]
  /** URL of the repository that the run belongs to; null outside of GitHub. */
  readonly repository?: string | null
  /** The entry of the config file's `targets` that was used. */
  readonly target?: string | undefined
}

/** Whether there are releases to show: also of the hosts that answered where others did not. */
export function hasListing({ mode, result }: Run): boolean {
  return result.status === 'listed' || (mode === 'list' && result.releases.length > 0)
}

/** How a name that came from a host is shown: as plain text in a log, marked up in a summary. */
type Show = (name: string) => string

/**
 * What the run did, to which release, on how many hosts, in what time and what was there before; for a run that
 * failed, which release each host serves now.
 */
export function verdict(run: Run, show: Show = plain): string {
  const { result, seconds } = run
  const time = `in ${duration(seconds)}`
  const release = result.release === null ? 'no release' : show(result.release)
  const on = reached(result.hosts)
  const current = `(${serving(result.hosts, show)})`
  switch (result.status) {
    case 'deployed':
      return `Deployed ${release} to ${on} ${time} (${before(result, show)}).`
    case 'published':
      return `Published ${release} on ${on} ${time} (${before(result, show)}).`
    case 'rolled_back':
      return `Rolled back to ${release} on ${on} ${time} (${before(result, show)}).`
    case 'staged':
      return `Staged ${release} on ${on} ${time} ${current}.`
    case 'pruned':
      return `Pruned ${on} ${time} ${current}.`
    case 'listed':
      return `Listed ${count(result.releases.length, 'release')} on ${on} ${time} ${current}.`
    case 'repaired':
      return `Repaired ${on} ${time} ${current}.`
    case 'planned':
      return `Planned ${attempt(run, show)} on ${on} ${time}; nothing was changed ${current}.`
    case 'checked':
      if (run.failures.length === 0) return `Checked ${on} ${time}: ready to deploy ${current}.`
      return `Check found ${count(run.failures.length, 'problem')} ${time} that would stop a deploy; nothing was changed: ${standing(run, show)}.`
    case 'reverted':
      return `${capital(attempt(run, show))} failed after ${duration(seconds)} and was reverted: ${standing(run, show)}.`
    case 'failed':
      return `${capital(attempt(run, show))} failed after ${duration(seconds)}: ${standing(run, show)}.`
  }
}

function attempt({ mode, result, attempted }: Run, show: Show): string {
  // A run that failed over its settings may have been asked for anything.
  const what = /^[a-z]+$/.test(mode) ? mode : 'run'
  const release = attempted ?? result.release
  if (release === null) return what
  return `${what} ${mode === 'rollback' ? 'to' : 'of'} ${show(release)}`
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** `2 hosts`, or `2 of 3 hosts` when some were set aside. */
function reached(hosts: readonly HostResult[]): string {
  const well = hosts.filter(isWell).length
  return well === hosts.length ? count(well, 'host') : `${well} of ${count(hosts.length, 'host')}`
}

function isWell({ status }: HostResult): boolean {
  return status !== 'failed' && status !== 'reverted'
}

function before(result: Result, show: Show): string {
  if (result.previous_release !== null) return `previous ${show(result.previous_release)}`
  const known = result.hosts.some(({ previous_release }) => previous_release !== null)
  return known ? 'previous differs between hosts' : 'no previous release'
}

function serving(hosts: readonly HostResult[], show: Show): string {
  const [release, ...others] = new Set(hosts.filter(isWell).map((host) => host.release))
  if (others.length > 0) return 'current differs between hosts'
  return release === undefined || release === null ? 'no current release' : `current ${show(release)}`
}

/** Which hosts serve which release, as a clause. */
function standing({ result: { hosts }, unseen = [] }: Run, show: Show): string {
  if (hosts.length === 0) return 'no host was touched'
  const groups = [...Map.groupBy(hosts, ({ host, release }) => release ?? unseen.includes(host))]
  const clauses = groups.map(([release, members]) => {
    const all = members.length > 1 && groups.length === 1
    const names = all
      ? `${members.length === 2 ? 'both' : `all ${members.length}`} hosts`
      : series(members.map(({ host }) => show(host)))
    const serve = members.length === 1 ? 'serves' : 'serve'
    if (release === true) return `what ${names} ${serve} is not known`
    if (release === false) return `no release is known to be live on ${names}`
    return `${names} ${serve} ${show(release)}`
  })
  const rest = clauses.length - CLAUSES
  return [...clauses.slice(0, CLAUSES), ...(rest > 0 ? [`${rest} more releases elsewhere`] : [])].join('; ')
}
