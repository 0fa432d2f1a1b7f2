// What a host's log tells of its releases, line by line: pure, from untrusted text.

import { deployOf, type Entry, readObject } from './manifest.ts'
import { isPlain } from './name.ts'

/** What the log tells of one release. */
export interface Past {
  readonly activations: number[]
  readonly activated_at: string[]
  bad: boolean
  failed: boolean
  staged: boolean
}

export interface Reading {
  readonly pasts: ReadonlyMap<string, Past>
  /** The oldest that is there, and of whose coming the log tells: what came after it is told of, too. */
  readonly begin: number
}

/**
 * @param log its lines, oldest first.
 * @param known the records of releases that are there; `seqOf` tells their order.
 */
export function readLog(
  log: readonly string[],
  known: ReadonlyMap<string, Entry>,
  seqOf: (release: string) => number,
): Reading {
  const pasts = new Map<string, Past>()
  const gone = new Map<string, Past>()
  const pastOf = (release: string) => {
    const past = pasts.get(release) ?? nothing()
    pasts.set(release, past)
    return past
  }
  let begin = Number.POSITIVE_INFINITY
  // The last switch, and what the log had told of whom it left and led to: who puts it back says nothing of either, but that a deploy failed.
  let last: { readonly to: unknown; readonly before: ReadonlyMap<string, Past> } | undefined
  for (const [at, line] of log.entries()) {
    const { event, mode, from, to: target, at: time, releases, run, outcome, left } = readObject(line) ?? {}
    const deployed = mode !== 'rollback' && mode !== 'publish'
    const came = event === 'deploy' || event === 'stage' || (event === 'failed' && deployed)
    const to = came && isOfAnother(known, target, run) ? null : target
    // What has a name later that went is another; but what was to go may have stayed.
    if (event === 'prune' && Array.isArray(releases)) {
      if (outcome === 'kept') move(releases, gone, pasts)
      else move(releases, pasts, gone)
    }
    if (came && isPlain(to) && known.has(to)) begin = Math.min(begin, seqOf(to))
    if (event === 'reverted' && deployed && isOfAnother(known, from, run)) continue
    if (event === 'reverted' && isPlain(from) && last?.to === from) {
      for (const [release, past] of last.before) pasts.set(release, past)
      last = undefined
      if (deployed) Object.assign(pastOf(from), { failed: true, staged: false })
      continue
    }
    if (event === 'stage' && isPlain(to)) pastOf(to).staged = true
    if (event === 'finished' && isPlain(to)) pastOf(to).failed = false
    // Where one was to be gone back to, or published, its failure is no verdict on the release.
    if (event === 'failed' && deployed && isPlain(to))
      Object.assign(pastOf(to), { failed: true, staged: false })
    if (!switches.has(String(event))) continue
    const named = [from, to].filter(isPlain)
    last = { to, before: new Map(named.map((release) => [release, structuredClone(pastOf(release))])) }
    // It was live without a word of when: that could not be written.
    if (isPlain(from) && known.has(from) && pastOf(from).activations.length === 0)
      pastOf(from).activations.push(2 * at + 1)
    if (isPlain(to)) {
      const past = pastOf(to)
      past.activations.push(2 * at + 2)
      if (typeof time === 'string') past.activated_at.push(time)
      if (event !== 'reverted') past.bad = false
    }
    // A rollback by name may go forward, which is no verdict on what it left.
    const forward =
      event === 'rollback' && left !== 'bad' && isPlain(from) && isPlain(to) && seqOf(from) < seqOf(to)
    const verdict = event === 'rollback' || (event === 'reverted' && deployed)
    if (verdict && isPlain(from) && !forward) pastOf(from).bad = true
  }
  return { pasts, begin }
}

function move(names: readonly unknown[], from: Map<string, Past>, to: Map<string, Past>): void {
  for (const name of names.map(String)) {
    const past = from.get(name)
    from.delete(name)
    if (past) to.set(name, past)
    else to.delete(name)
  }
}

/** Whether what came there has the name only: by another run, in another place with the same log, or before. */
function isOfAnother(known: ReadonlyMap<string, Entry>, target: unknown, run: unknown): boolean {
  const made = isPlain(target) ? deployOf(known.get(target) ?? {})?.run : undefined
  return typeof made === 'string' && typeof run === 'string' && made !== run
}

/** Whether a log tells of any switch. */
export function tellsOfSwitches(log: readonly string[]): boolean {
  return log.some((line) => switches.has(String(readObject(line)?.event)))
}

/** The releases that a switch led to, or from. */
export function namesIn(line: string): readonly string[] {
  const { event, from, to } = readObject(line) ?? {}
  return switches.has(String(event)) ? [from, to].filter(isPlain) : []
}

/** Events after which the link leads elsewhere than before. */
const switches = new Set(['deploy', 'publish', 'rollback', 'reverted'])

export function isHeard({ bad, failed, staged, activations }: Past): boolean {
  return bad || failed || staged || activations.length > 0
}

export function nothing(): Past {
  return { activations: [], activated_at: [], bad: false, failed: false, staged: false }
}
