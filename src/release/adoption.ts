// Releases that another tool made, taken into the manifest (coming-from.md): their order is what that tool wrote down.

import type { Seen } from './history.ts'
import { type Deploy, deployOf, type Entry, type JsonObject, nameOf, nextSeq } from './manifest.ts'
import { timeOfName, type Vouched } from './traces.ts'

/**
 * The manifest with this tool's part in each record of Statistrano's, and a record for each release on the disk that `vouched` tells
 * of; oldest first. What nobody vouches for gets none. The same entries come back when there is nothing to adopt.
 */
export function adopt(
  { entries, disk }: Pick<Seen, 'entries' | 'disk'>,
  vouched: readonly Vouched[],
): readonly Entry[] {
  const own = new Set(entries.flatMap((entry) => (deployOf(entry) ? [nameOf(entry)] : [])))
  const there = new Set(disk)
  const told = new Map(vouched.map((one) => [one.release, one]))
  const named = new Set(entries.flatMap((entry) => nameOf(entry) ?? []))
  const logged = vouched
    .flatMap(({ release, activations }) => activations.map((at) => ({ at, release })))
    .sort((a, b) => a.at - b.at)
    .map(({ release }) => release)
    .filter((release) => there.has(release) || named.has(release))
  const listed = [...named].filter((release) => !told.has(release))
  const numbers = numbersOf([logged, listed], own, entries)
  if (numbers.size === 0) return entries
  const taken = entries.map((entry): Entry => {
    const name = nameOf(entry)
    const mine = name === undefined || own.has(name) ? undefined : numbers.get(name)
    return mine ? { ...entry, deploy: deployFor(name as string, mine, told) } : entry
  })
  const added = [...numbers].flatMap(([release, mine]): Entry[] =>
    named.has(release) ? [] : [{ release, deploy: deployFor(release, mine, told) }],
  )
  return [...taken, ...added].sort((a, b) => seqOf(a) - seqOf(b))
}

/**
 * Numbers for the activations of releases that have none yet. What stands behind a release that is numbered already came after all
 * that is known, what stands before one came before it all; a whole history that knows none of ours came before.
 */
function numbersOf(
  histories: readonly (readonly string[])[],
  own: ReadonlySet<string | undefined>,
  entries: readonly Entry[],
): ReadonlyMap<string, readonly number[]> {
  const used = entries.flatMap((entry) => {
    const deploy = deployOf(entry)
    return deploy ? [deploy.seq, ...deploy.activations] : []
  })
  let next = nextSeq(entries)
  const before: string[] = []
  const numbers = new Map<string, number[]>()
  const number = (release: string, at: number) => {
    const mine = numbers.get(release)
    if (mine) mine.push(at)
    else numbers.set(release, [at])
  }
  const after: string[] = []
  for (const history of histories) {
    const known = history.findLastIndex((release) => own.has(release))
    const later = used.length === 0 || known >= 0
    before.push(...history.slice(0, later ? known + 1 : history.length).filter((name) => !own.has(name)))
    if (later) after.push(...history.slice(known + 1))
  }
  const lowest = used.reduce((least, at) => Math.min(least, at), 1)
  for (const [at, release] of before.entries()) number(release, lowest - before.length + at)
  for (const release of after) number(release, next++)
  return numbers
}

function deployFor(
  release: string,
  activations: readonly number[],
  told: ReadonlyMap<string, Vouched>,
): JsonObject {
  const { release: _, activations: __, ...facts } = told.get(release) ?? { release, activations }
  const created_at = facts.created_at ?? timeOfName(release)
  const deploy: Deploy = {
    schema: 1,
    seq: activations[0] as number,
    state: facts.reason === undefined ? 'adopted' : 'bad',
    activations,
    activated_at: [],
    ...facts,
    ...(created_at === undefined ? {} : { created_at }),
  }
  return deploy as JsonObject
}

/** Records without a name or a number stay in front, in the order they have. */
function seqOf(entry: Entry): number {
  return deployOf(entry)?.seq ?? Number.MIN_SAFE_INTEGER
}
