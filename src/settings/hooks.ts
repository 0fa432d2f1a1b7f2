// The config file's `hooks`: commands at points of the flow, as typed values. Nothing is run here.

import type { Mode } from './mode.ts'
import { suggestion } from './nearest.ts'
import type { Parser } from './parser.ts'
import { type Moment, points, pointsOf } from './points.ts'
import { attempt, Problem, show } from './problem.ts'
import { boolean } from './values/choices.ts'
import { command, type HookPlace, place, time } from './values/moments.ts'
import { seconds } from './values/numbers.ts'
import { kindOf, line } from './values/text.ts'

export interface Hook {
  readonly at: Moment
  /** For `sh`; not blank, without NUL, lines end with LF. */
  readonly run: string
  readonly on: HookPlace
  /** For the log: its own, else its first line. */
  readonly name: string
  /** Seconds; undefined is the `command_timeout` of where it runs. */
  readonly timeout: number | undefined
  readonly allow_failure: boolean
  /** `file:line`. */
  readonly where: string
}

interface HookKey<T> {
  readonly description: string
  readonly parse: Parser<T>
}

/** What a hook may say, for reading and for the file's schema. */
export const hookKeys = {
  at: { description: 'When: before or after a point of the flow.', parse: time },
  run: { description: 'The command, run by `sh`.', parse: command },
  on: {
    description:
      'Where: on `each` host (the default), on the `first` one only, on hosts with a role (`role:NAME`), or on the `runner`.',
    parse: place,
  },
  name: { description: 'What the log calls it; the default is its first line.', parse: line },
  timeout: {
    description: 'Seconds until it is killed; the default is `command_timeout`.',
    parse: seconds(1),
  },
  allow_failure: { description: 'Whether its failure is only a warning.', parse: boolean },
} satisfies Record<string, HookKey<unknown>>

export const requiredHookKeys = ['at', 'run'] as const

const keys = Object.keys(hookKeys)

/**
 * The hooks of one list. A hook with a problem is left out, and its problems go to `problems`.
 * @param placeOf `file:line` of an item, or of a key of it.
 */
export function readHooks(
  value: unknown,
  placeOf: (path: readonly (string | number)[]) => string,
  problems: Problem[],
): readonly Hook[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    problems.push(
      new Problem(
        `must be a list, not ${kindOf(value)}`,
        'Begin each hook with "- ".',
        `${placeOf([])}, hooks`,
      ),
    )
    return []
  }
  return value.flatMap((item: unknown, index) => {
    const found: Problem[] = []
    const hook = readHook(item, (key) => placeOf(key === undefined ? [index] : [index, key]), index, found)
    problems.push(...found)
    return hook === undefined || found.length > 0 ? [] : [hook]
  })
}

function readHook(
  item: unknown,
  placeOf: (key?: string) => string,
  index: number,
  problems: Problem[],
): Hook | undefined {
  const entry = `hooks, entry ${index + 1}`
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    problems.push(
      new Problem(
        `is ${kindOf(item)}, not a hook`,
        'Write {at: after updated, run: …}.',
        `${placeOf()}, ${entry}`,
      ),
    )
    return undefined
  }
  for (const key of Object.keys(item).filter((each) => !keys.includes(each))) {
    const fault = `${show(key)} is not a key of a hook`
    problems.push(new Problem(fault, suggestion(key, keys, 'keys'), `${placeOf(key)}, ${entry}`))
  }
  for (const key of requiredHookKeys.filter((each) => !Object.hasOwn(item, each))) {
    const remedy = key === 'at' ? 'Say when: after updated, say.' : 'Say what to run.'
    problems.push(new Problem(`lacks the key ${key}`, remedy, `${placeOf()}, ${entry}`))
  }
  const written = item as Readonly<Record<string, unknown>>
  const read = <T>(key: keyof typeof hookKeys, parse: Parser<T>): T | undefined =>
    Object.hasOwn(written, key)
      ? attempt(problems, `${placeOf(key)}, ${entry}, ${key}`, () => parse(written[key]))
      : undefined
  const at = read('at', hookKeys.at.parse)
  const run = read('run', hookKeys.run.parse)
  const hook = {
    on: read('on', hookKeys.on.parse) ?? { kind: 'each' },
    timeout: read('timeout', hookKeys.timeout.parse),
    allow_failure: read('allow_failure', hookKeys.allow_failure.parse) ?? false,
    where: placeOf(),
  } as const
  const name = read('name', hookKeys.name.parse)
  if (at === undefined || run === undefined) return undefined
  return { ...hook, at, run, name: name || firstLineOf(run) }
}

/** Problems of hooks that this mode would run on hosts of a role that none has. */
export function roleProblems(
  hooks: readonly Hook[],
  hosts: readonly { readonly roles: readonly string[] }[],
  mode: Mode | undefined,
): readonly Problem[] {
  const roles = [...new Set(hosts.flatMap((host) => host.roles))]
  // `check` asks whether a deploy can run.
  const passed = mode === undefined ? points : pointsOf[mode === 'check' ? 'deploy' : mode]
  return hooks.flatMap(({ at, on, where }) => {
    if (on.kind !== 'role' || roles.includes(on.role) || !passed.includes(at.point)) return []
    const fault = `no host has the role ${show(on.role)}`
    const remedy =
      roles.length === 0
        ? 'No host has any: give them roles, as in {host: web1, roles: [worker]}.'
        : suggestion(on.role, roles, 'roles')
    return [new Problem(fault, remedy, `${where}, hooks, on`)]
  })
}

function firstLineOf(run: string): string {
  const first = run.trim().split('\n', 1)[0]?.trimEnd() ?? ''
  return first.length > 60 ? `${first.slice(0, 59)}…` : first
}
