// Values that are lists of short texts.

import { type Parser, parser, type Shape } from '../parser.ts'
import { Problem } from '../problem.ts'
import { line, script } from './text.ts'

/** One item a line, blank lines left out; or a YAML list of texts. */
export const lines = parser(listShape(line.shape), (value): readonly string[] => {
  const items = Array.isArray(value) ? value : script(value).split('\n')
  return items.map(line).filter((item) => item !== '')
})

/** `lines`, each read by `item`. */
export function listOf<T>(item: Parser<T>): Parser<readonly T[]> {
  return parser(listShape(item.shape), (value) => lines(value).map(item))
}

const roleForm = '^[A-Za-z0-9][A-Za-z0-9._-]*$'

/** Roles of a host: a YAML list, or text with commas. */
export const roles = parser(listShape({ type: 'string', pattern: roleForm }), (value): readonly string[] => {
  const items = Array.isArray(value) ? value : line(value).split(',')
  return [...new Set(items.map(line).filter((name) => name !== ''))].map(roleName)
})

/** @throws Problem */
export function roleName(name: string): string {
  if (new RegExp(roleForm).test(name)) return name
  throw new Problem(
    `${JSON.stringify(name)} is not a role's name`,
    'Use letters, digits, dot, hyphen and underscore.',
  )
}

/** A list of `item`, or one text. */
function listShape(item: Shape): Shape {
  return { anyOf: [{ type: 'array', items: item }, { type: 'string' }] }
}
