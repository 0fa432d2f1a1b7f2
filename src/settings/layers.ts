// What was given for each setting, and where: a later layer covers an earlier one, value by value.

import { type Mode, modes } from './mode.ts'
import { Problem } from './problem.ts'
import { type SettingName, settingOf, uses } from './schema.ts'

export interface Given {
  /** Text of an input, or a value of the config file. */
  readonly value: unknown
  /** `file:line`; undefined for an input. */
  readonly place: string | undefined
  /** The same of each item, when the file has a list there. */
  readonly itemPlaces?: readonly string[]
}

export type Layer = ReadonlyMap<SettingName, Given>

/** `problem` with the file and line that the setting it is about was read from. */
export function located(problem: Problem, given: Layer): Problem {
  const [name = ''] = problem.where.split(',')
  const found = given.get(name as SettingName)
  if (found?.place === undefined) return problem
  const entry = Number(/^\w+, entry (\d+)/.exec(problem.where)?.[1] ?? 0)
  return problem.in(found.itemPlaces?.[entry - 1] ?? found.place)
}

interface Known {
  readonly given: Layer
  readonly mode: Mode | undefined
  /** Settings that were perhaps meant to be given. */
  readonly doubtful: ReadonlySet<string>
}

/**
 * The typed value; undefined when there is none. A setting that the mode does not use is not looked at: a rollback at night must not fail over the build's metadata.
 * @throws Problem
 */
export function typedValue(name: SettingName, { given, mode, doubtful }: Known): unknown {
  const setting = settingOf(name)
  const value = uses(mode, name) ? given.get(name)?.value : undefined
  if (value !== undefined) return setting.parse(value)
  if (setting.default !== undefined) return defaultOf(name)
  // One that hosts may bring themselves is missing only when some host does not: the hosts' reader knows.
  const required = modes.every((each) => setting.requiredBy?.includes(each))
    ? 'is required'
    : mode !== undefined && setting.requiredBy?.includes(mode)
      ? `is required by mode ${mode}`
      : undefined
  if (required === undefined || setting.perHost || doubtful.has(name)) return undefined
  throw new Problem(required, setting.description.replaceAll('`', ''))
}

export function defaultOf(name: SettingName): unknown {
  const { default: text, parse } = settingOf(name)
  return text === undefined ? undefined : parse(text)
}
