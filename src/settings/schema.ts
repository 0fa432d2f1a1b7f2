// The one table of settings: inputs, README and types all come from here. A new setting is one entry in its group's file.

import { commands } from './groups/commands.ts'
import { fleet } from './groups/fleet.ts'
import { github } from './groups/github.ts'
import { place } from './groups/place.ts'
import { release } from './groups/release.ts'
import { ssh } from './groups/ssh.ts'
import { task } from './groups/task.ts'
import type { Mode, modes } from './mode.ts'
import type { Setting } from './setting.ts'

export const schema = {
  ...task,
  ...place,
  ...release,
  ...commands,
  ...fleet,
  ...ssh,
  ...github,
} satisfies Record<string, Setting<unknown>>

type Schema = typeof schema
export type SettingName = keyof Schema
export type HostSettingName = {
  [K in SettingName]: Schema[K]['perHost'] extends true ? K : never
}[SettingName]

type Value<S> = S extends { parse: (value: unknown) => infer T } ? T : never
type Required<S> = S extends { requiredBy: typeof modes } ? true : false
type HasDefault<S> = S extends { default: string } ? true : false

/**
 * The settings of a run, before any host's own. Undefined is what was not given and has no default; that may be
 * true of `remote_dir` too, when every host brings its own: ask a host's settings for those that a host may override.
 */
export type Settings = {
  readonly [K in SettingName]: true extends HasDefault<Schema[K]>
    ? Value<Schema[K]>
    : [Required<Schema[K]>, Schema[K]['perHost']] extends [true, false]
      ? Value<Schema[K]>
      : Value<Schema[K]> | undefined
}

/** What one host uses: its own value, else the run's. */
export type HostSettings = {
  readonly [K in HostSettingName]: true extends HasDefault<Schema[K]> | Required<Schema[K]>
    ? Value<Schema[K]>
    : Value<Schema[K]> | undefined
}

export const settingNames = Object.keys(schema) as SettingName[]
export const hostSettingNames = settingNames.filter((name) => schema[name].perHost) as HostSettingName[]

/** The table's entry without its own type, for code that walks the table. */
export function settingOf(name: SettingName): Setting<unknown> {
  return schema[name]
}

/** Whether the mode looks at the setting; while the mode is unknown, all count. */
export function uses(mode: Mode | undefined, name: SettingName): boolean {
  return mode === undefined || settingOf(name).modes.includes(mode)
}

/** An empty text is an input left out; an empty list is not. */
export function isGiven(value: unknown): boolean {
  return typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null
}

/**
 * Whether an empty text in the config file, or in a host's entry, says that there is to be none of it, whatever weaker layers give: of what
 * may be left out for good, such as a command. A login is not.
 */
export function isCleared(name: SettingName, value: unknown): boolean {
  const { default: usual, secret, requiredBy } = settingOf(name)
  const optional = usual === undefined && !secret && requiredBy === undefined && name !== 'ssh_user'
  return optional && typeof value === 'string' && value.trim() === ''
}
