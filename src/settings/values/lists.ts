// Values that are lists of short texts.

import { Problem } from '../problem.ts'
import { line, script } from './text.ts'

/** One item a line, blank lines left out; or a YAML list of texts. */
export function lines(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : script(value).split('\n')
  return items.map(line).filter((item) => item !== '')
}

/** Roles of a host: a YAML list, or text with commas. */
export function roles(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : line(value).split(',')
  const names = items.map(line).filter((name) => name !== '')
  const bad = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
  if (bad === undefined) return [...new Set(names)]
  throw new Problem(
    `${JSON.stringify(bad)} is not a role's name`,
    'Use letters, digits, dot, hyphen and underscore.',
  )
}
