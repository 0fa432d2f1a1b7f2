// The values that must never be seen in a log.

import type { Host } from './hosts.ts'
import { settingNames, settingOf } from './schema.ts'

/** Each secret as a whole and line by line, for masking; short lines and a key's own frame would mask too much. */
export function secretsOf(
  settings: Readonly<Record<string, unknown>>,
  hosts: readonly Host[],
): readonly string[] {
  const names = settingNames.filter((name) => settingOf(name).secret)
  const holders = [settings, ...hosts.map((host): Readonly<Record<string, unknown>> => host.settings)]
  const values = holders.flatMap((holder) => names.map((name) => holder[name]))
  const texts = [...new Set(values)].filter((value) => typeof value === 'string')
  const lines = texts.flatMap((text) => text.split(/\r?\n|\\n/).map((line) => line.trim()))
  return [...new Set([...texts, ...lines.filter((line) => line.length >= 8 && !line.startsWith('-----'))])]
}
