// Which staged release a fleet is to serve (flow.md, publish): chosen from what all hosts have, before any host is touched.

import type { Position, Release } from './history.ts'

/** What the choice goes by besides the hosts. */
export interface Wish {
  /** The release that is asked for; undefined for none. */
  readonly named: string | undefined
  /** URL of the workflow run; null outside of one. */
  readonly run: string | null
  /** What an earlier attempt of that run has published; null for nothing. */
  readonly earlier: string | null
}

export interface Refusal {
  readonly message: string
  readonly remedy: string
  /** Whom it is about; null for all hosts. */
  readonly host: string | null
}

export type StagedChoice = { readonly release: string } | { readonly refusals: readonly Refusal[] }

/**
 * The named release; or what the run has staged since an earlier attempt of it published, else what that published; or the newest that is
 * staged and newer than what is served. On every host, staged or current there already.
 */
export function chooseStaged(hosts: readonly Position[], { named, run, earlier }: Wish): StagedChoice {
  const release = named ?? chooseAgain(hosts, run, earlier) ?? newest(hosts, ({ current }) => current)
  if (release === undefined) return { refusals: [nothingStaged(hosts)] }
  const refusals = hosts.flatMap((position) => barAt(position, release) ?? [])
  return refusals.length > 0 ? { refusals } : { release }
}

/** A second attempt goes on with what the first began. */
function chooseAgain(hosts: readonly Position[], run: string | null, earlier: string | null) {
  if (earlier === null) return undefined
  return (
    newest(
      hosts,
      () => earlier,
      ({ deploy }) => deploy?.run === run,
    ) ?? earlier
  )
}

/** The last staged one that came after `bound` did, and that every host can go to; else the last of any host. */
function newest(
  hosts: readonly Position[],
  bound: (position: Position) => string | null,
  counts: (release: Release) => boolean = () => true,
): string | undefined {
  const names = hosts.map((position) => {
    const since = position.history.findIndex(({ name }) => name === bound(position)) + 1
    return position.history
      .slice(since)
      .filter((release) => isStaged(release) && counts(release))
      .map(({ name }) => name)
  })
  // A host may tell of any number of releases: each is looked at once.
  const goals = hosts.map(goalsAt)
  const ready = (name: string) => goals.every((goal) => goal.has(name))
  return names.flatMap((each) => each.findLast(ready) ?? [])[0] ?? names.flat().at(-1)
}

function isStaged({ state, onDisk }: Release): boolean {
  return state === 'staged' && onDisk
}

/** What a host can go to, as `barAt` has it. */
function goalsAt({ history, current }: Position): ReadonlySet<string | null> {
  return new Set([...history.filter(isStaged).map(({ name }) => name), current])
}

/** Why a host cannot go there; null when it can. */
function barAt({ host, history, current }: Position, release: string): Refusal | null {
  const found = history.find(({ name }) => name === release)
  if (current === release || (found && isStaged(found))) return null
  const remedy = found?.onDisk
    ? 'To go to a release that was live, use `mode: rollback` with `release`.'
    : 'Run `mode: stage` for it.'
  if (!found) return refuse(`release ${release} is not staged here`, remedy, host)
  if (!found.onDisk)
    return refuse(`release ${release} is not staged here any more: ${whyGone(history, found)}`, remedy, host)
  return refuse(`release ${release} is ${found.state} here, not staged`, remedy, host)
}

/** A staged release that is older than what went live is what a prune removes. */
function whyGone(history: readonly Release[], gone: Release): string {
  const newer = history.slice(history.indexOf(gone) + 1)
  return newer.some(({ activations }) => activations.length > 0)
    ? 'a newer one went live since, and it was removed'
    : 'it is gone from the disk'
}

function nothingStaged(hosts: readonly Position[]): Refusal {
  const older = hosts.flatMap(({ history }) => history.filter(isStaged)).at(-1)
  if (!older) return refuse('no release is staged', 'Run `mode: stage` first.')
  return refuse(
    'no release is staged that is newer than what is served',
    `Run \`mode: stage\` first, or name the older one: \`release: ${older.name}\`.`,
  )
}

function refuse(message: string, remedy: string, host: string | null = null): Refusal {
  return { message, remedy, host }
}
