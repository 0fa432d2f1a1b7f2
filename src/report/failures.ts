// Failures as the person reads them who has to act: what, where, what was not changed, what now.

import type { Failure } from '../failure.ts'
import { count, figure, series } from '../wording.ts'
import { helpFor } from './help.ts'
import { capped, plain, plainLines } from './plain.ts'

const SHOWN = 10
const TEXT_LIMIT = 20_000

interface Trouble {
  readonly failure: Failure
  readonly hosts: readonly string[]
}

/**
 * All failures as one safe text of several lines. The same failure on several hosts is told once, with their names, and
 * what all have in common is told once at the end; at most ten different ones are told.
 */
export function failureText(failures: readonly Failure[]): string {
  const troubles = merge(failures)
  const [first] = troubles
  if (first === undefined) return ''
  if (troubles.length === 1) return finished([...headLines(first), ...adviceLines(first.failure)])

  const shared = {
    unchanged: common(troubles, ({ detail }) => detail.unchanged),
    remedy: common(troubles, ({ detail }) => detail.remedy),
    help: common(troubles, ({ message }) => helpFor(message)),
  }
  const hosts = new Set(troubles.flatMap((trouble) => trouble.hosts))
  const everyHost = troubles.every((trouble) => trouble.hosts.length > 0)
  const title =
    everyHost && hosts.size > 1
      ? `${count(hosts.size, 'host')} failed:`
      : `${figure(troubles.length)} problems:`
  const items = troubles.slice(0, SHOWN).flatMap((trouble) => {
    const lines = [...headLines(trouble), ...adviceLines(trouble.failure, shared)]
    return lines.map((line, index) => `${index === 0 ? '-' : ' '} ${line}`)
  })
  const rest = troubles.slice(SHOWN)
  if (rest.length > 0) {
    const names = new Set(rest.flatMap((trouble) => trouble.hosts))
    items.push(`- … ${figure(rest.length)} more${names.size > 0 ? `, on ${series([...names])}` : ''}`)
  }
  return finished([title, ...items, ...tailLines(shared)])
}

function finished(lines: readonly string[]): string {
  return capped(lines.join('\n'), TEXT_LIMIT)
}

function merge(failures: readonly Failure[]): Trouble[] {
  const groups = Map.groupBy(failures, ({ message, detail: { phase, unchanged, remedy } }) =>
    JSON.stringify([message, phase, unchanged, remedy]),
  )
  return [...groups.values()].flatMap((members) => {
    const hosts = new Set(
      members.flatMap(({ detail: { host } }) => (host === undefined ? [] : [plain(host)])),
    )
    return members[0] === undefined ? [] : [{ failure: members[0], hosts: [...hosts] }]
  })
}

function headLines({ failure, hosts }: Trouble): string[] {
  const where = [series(hosts), failure.detail.phase].filter((part) => part !== undefined && part !== '')
  const [first = '', ...others] = plainLines(failure.message)
  return [plain(where.length > 0 ? `${where.join(', ')}: ${first}` : first), ...others]
}

interface Advice {
  readonly unchanged?: string | undefined
  readonly remedy?: string | undefined
  readonly help?: string | undefined
}

function adviceLines({ message, detail }: Failure, toldElsewhere: Advice = {}): string[] {
  return tailLines({
    help: toldElsewhere.help === undefined ? helpFor(message) : undefined,
    unchanged: toldElsewhere.unchanged === undefined ? detail.unchanged : undefined,
    remedy: toldElsewhere.remedy === undefined ? detail.remedy : undefined,
  })
}

function tailLines({ unchanged, remedy, help }: Advice): string[] {
  return [
    ...(unchanged === undefined ? [] : plainLines(`Not changed: ${unchanged}`)),
    ...(remedy === undefined ? [] : plainLines(`What to do: ${remedy}`)),
    ...(help === undefined ? [] : [`See ${help}`]),
  ]
}

function common(
  troubles: readonly Trouble[],
  read: (failure: Failure) => string | undefined,
): string | undefined {
  const [value, ...others] = new Set(troubles.map(({ failure }) => read(failure)))
  return others.length === 0 ? value : undefined
}
