// Where a fleet rolls back to (several-hosts.md, "Hosts that differ"): chosen from what all hosts have, before any host is touched.

import { series } from '../wording.ts'
import { candidates, goodOf, type Position } from './history.ts'

export type Choice = { readonly release: string } | { readonly refusal: string; readonly remedy: string }

/**
 * Without `named`: where hosts differ, what one of them serves and all others served before; else the first of the first host's
 * candidates that every host has, good on all.
 */
export function chooseTarget(hosts: readonly Position[], named: string | undefined): Choice {
  return named === undefined ? choosePrevious(hosts) : chooseNamed(hosts, named)
}

function choosePrevious(hosts: readonly Position[]): Choice {
  const served = new Set(hosts.flatMap(({ current }) => current ?? []))
  // A host may tell of any number of releases: each is looked at once.
  const offers = hosts.map(offerOf)
  const level = [...served].find(
    (name) => served.size > 1 && offers.every(({ current, before }) => current === name || before.has(name)),
  )
  if (level !== undefined) return { release: level }
  for (const { before } of offers) {
    const found = [...before].find((name) =>
      offers.every(({ current, good }) => current === name || good.has(name)),
    )
    if (found !== undefined) return { release: found }
  }
  const where = hosts.length === 1 ? `on ${hosts[0]?.host}` : 'that all hosts have'
  return {
    refusal: `there is no earlier good release ${where}`,
    remedy: remedyFor(hosts, offers),
  }
}

/** What a host can go to: `before` are its candidates, best first, `good` all that it may serve. */
interface Offer {
  readonly current: string | null
  readonly before: ReadonlySet<string>
  readonly good: ReadonlySet<string>
}

function offerOf({ history, current }: Position): Offer {
  return { current, before: new Set(candidates(history, current)), good: goodOf(history) }
}

/** A host that was added later has nothing to go back to with the others, who can go without it. */
function remedyFor(hosts: readonly Position[], offers: readonly Offer[]): string {
  const goals = new Set(offers.flatMap(({ before }) => [...before]))
  const goes = ({ current, good }: Offer) =>
    (current !== null && goals.has(current)) || [...good].some((name) => goals.has(name))
  const others = hosts.filter((_, at) => goes(offers[at] as Offer))
  const lacking = hosts.filter((position) => !others.includes(position))
  if (lacking.length === 0 || others.length === 0 || 'refusal' in choosePrevious(others))
    return 'Run `mode: list` to see what each host has, and name one with `release`.'
  const names = series(lacking.map(({ host }) => host))
  return `Leave ${names} out of \`hosts\` for this run: none of the releases that the others could go back to is there.`
}

function chooseNamed(hosts: readonly Position[], named: string): Choice {
  if (hosts.every((position) => position.current === named)) {
    return { refusal: `release ${named} is already current`, remedy: 'Nothing needs to be done.' }
  }
  const lacking = hosts.filter(({ history }) => !history.some((r) => r.name === named && r.onDisk))
  if (lacking.length > 0) {
    return {
      refusal: `release ${named} is not on ${lacking.map((position) => position.host).join(', ')}`,
      remedy: 'Run `mode: list` to see what each host has.',
    }
  }
  const bars = hosts.flatMap(({ host, history }) => {
    const bar = barred.get(history.find((release) => release.name === named)?.state ?? '')
    return bar ? [{ host, ...bar }] : []
  })
  if (bars.length > 0) {
    const each = (key: 'why' | 'remedy', between: string) =>
      [...new Set(bars.map((bar) => bar[key]))].join(between)
    return {
      refusal: `${named} is no release to go back to on ${bars.map(({ host }) => host).join(', ')}: ${each('why', ', or ')}`,
      remedy: each('remedy', ' '),
    }
  }
  return { release: named }
}

/**
 * The states of no target, and what else may be done (flow.md, "Failure"). A bad one may be named, and one that nobody vouches for: who
 * does knows why.
 */
const barred: ReadonlyMap<string, { readonly why: string; readonly remedy: string }> = new Map([
  ['failed', { why: 'it failed', remedy: 'Deploy it anew.' }],
  ['staged', { why: 'it is only staged', remedy: 'Publish it with `mode: publish`.' }],
])
