// Where a fleet rolls back to (several-hosts.md, "Hosts that differ"): chosen from what all hosts have, before any host is touched.

import { candidates, type Release } from './history.ts'

export interface Position {
  readonly host: string
  readonly history: readonly Release[]
  readonly current: string | null
}

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
  const level = [...served].find(
    (name) =>
      served.size > 1 &&
      hosts.every(({ current, history }) => current === name || candidates(history, current).includes(name)),
  )
  if (level !== undefined) return { release: level }
  const has = (position: Position, name: string) =>
    position.current === name ||
    candidates(position.history, position.current).includes(name) ||
    isGood(position, name)
  for (const first of hosts) {
    const found = candidates(first.history, first.current).find((name) =>
      hosts.every((position) => has(position, name)),
    )
    if (found !== undefined) return { release: found }
  }
  const where = hosts.length === 1 ? `on ${hosts[0]?.host}` : 'that all hosts have'
  return {
    refusal: `there is no earlier good release ${where}`,
    remedy: 'Run `mode: list` to see what each host has, and name one with `release`.',
  }
}

function isGood(position: Position, name: string): boolean {
  return position.history.some(
    (r) => r.name === name && r.onDisk && (r.state === 'live' || r.state === 'adopted'),
  )
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
  const never = hosts.filter(({ history }) => history.some((r) => r.name === named && !mayServe(r)))
  if (never.length > 0) {
    return {
      refusal: `${named} is no release to go back to on ${never.map((position) => position.host).join(', ')}: it failed, or was staged only, or nobody vouches for it`,
      remedy:
        'Deploy anew what had failed; publish a staged release with `mode: publish`; let `mode: repair` adopt one that was made by hand.',
    }
  }
  return { release: named }
}

/** Who names a release that is bad knows why; the run says it once more. One that failed was never live (flow.md, "Failure"). */
function mayServe({ state }: Release): boolean {
  return state === 'live' || state === 'bad' || state === 'adopted'
}
