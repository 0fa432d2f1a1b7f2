// The values that must never be seen in a log, nor in a file of the repository.

import { Problem } from './problem.ts'
import { type SettingName, settingNames, settingOf } from './schema.ts'

/** Each secret that was given, once. */
export function secretsOf(
  settings: Readonly<Record<string, unknown>>,
  hosts: readonly { readonly settings: Readonly<Record<string, unknown>> }[],
): readonly string[] {
  const names = settingNames.filter((name) => settingOf(name).secret)
  const holders = [settings, ...hosts.map((host) => host.settings)]
  const values = holders.flatMap((holder) => names.map((name) => holder[name]))
  return [...new Set(values)].filter((value) => typeof value === 'string')
}

/** The config file is in the repository, where a secret is none. */
export function secretInFile(name: SettingName): Problem {
  return new Problem(
    `${name} is a secret, and the file is read by all who can read the repository`,
    `Take it out, replace it where it is used, and give the new one as the input ${name}, from a secret of the repository.`,
  )
}
