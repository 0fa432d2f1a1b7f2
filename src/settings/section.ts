// A part of the config file that holds settings and hooks: its top level, or one target.

import type { ConfigFile } from './config_file.ts'
import { type Hook, readHooks } from './hooks.ts'
import type { Given, Layer } from './layers.ts'
import { nearest, suggestion } from './nearest.ts'
import { Problem, show } from './problem.ts'
import { isCleared, isGiven, type SettingName, settingNames, settingOf } from './schema.ts'
import { secretInFile } from './secrets.ts'
import { kindOf } from './values/text.ts'

/** The settings that the file may hold: not what chooses the file, nor secrets. */
export const configNames = settingNames.filter(
  (name) => name !== 'config' && name !== 'target' && !settingOf(name).secret,
)

export interface Section {
  readonly given: Layer
  readonly hooks: readonly Hook[]
}

/**
 * The top level, or the target that `path` leads to.
 * @param doubtful gets the settings that a misspelt key was perhaps meant for.
 */
export function readSection(
  file: ConfigFile,
  path: readonly string[],
  content: unknown,
  problems: Problem[],
  doubtful: Set<string>,
): Section {
  const keys = [...configNames, 'hooks', ...(path.length === 0 ? ['targets'] : [])]
  const mapping = content ?? {}
  if (typeof mapping !== 'object' || Array.isArray(mapping)) {
    const fault = `must be a mapping of settings, not ${kindOf(mapping)}`
    problems.push(new Problem(fault, undefined, `${file.placeOf(path)}, ${path.join('.')}`))
    return { given: new Map(), hooks: [] }
  }
  const entries = Object.entries(mapping)
  const strangers = entries.map(([key]) => key).filter((key) => !keys.includes(key))
  // A file of something else altogether has thousands.
  for (const key of strangers.slice(0, 20)) {
    problems.push(unknownKey(key, keys, path.length > 0).in(file.placeOf([...path, key])))
    doubtful.add(settingNames.find((each) => each === key) ?? nearest(key, keys) ?? '')
  }
  if (strangers.length > 20) {
    problems.push(
      new Problem(`has ${strangers.length - 20} more keys that are not settings`, undefined, file.path),
    )
  }
  const given = entries.flatMap(([key, value]) => {
    const name = configNames.find((each) => each === key)
    return name !== undefined && (isGiven(value) || isCleared(name, value))
      ? [[name, givenAt(file, [...path, name], value)] as const]
      : []
  })
  const hooks = readHooks(
    (mapping as { readonly hooks?: unknown }).hooks,
    (steps) => file.placeOf([...path, 'hooks', ...steps]),
    problems,
  )
  return { given: new Map<SettingName, Given>(given), hooks }
}

function givenAt(file: ConfigFile, path: readonly string[], value: unknown): Given {
  const place = file.placeOf(path)
  if (!Array.isArray(value)) return { value, place }
  return { value, place, itemPlaces: value.map((_, index) => file.placeOf([...path, index])) }
}

function unknownKey(key: string, keys: readonly string[], inTarget: boolean): Problem {
  const name = settingNames.find((each) => each === key)
  if (name !== undefined && settingOf(name).secret) return secretInFile(name)
  if (name !== undefined) {
    const remedy = `Set ${name} as an input of the step: it decides what is read of the file.`
    return new Problem(`${name} cannot be set in the file`, remedy)
  }
  if (key === 'targets' && inTarget) {
    return new Problem('a target has no targets', 'Write all targets at the top level.')
  }
  return new Problem(`${show(key)} is not a setting`, suggestion(key, keys, 'keys'))
}
