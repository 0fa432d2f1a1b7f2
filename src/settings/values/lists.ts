// Values that are lists of short texts.

import { type Parser, parser, type Shape } from '../parser.ts'
import { Problem } from '../problem.ts'
import { line, script } from './text.ts'
import { openYaml } from './yaml.ts'

/** One item a line, blank lines and comments left out; or a YAML list of texts, which an action input holds as text. */
export const lines = parser(listShape(line.shape), (value): readonly string[] => {
  const items = Array.isArray(value) ? value : (listIn(script(value)) ?? plainLines(script(value)))
  return items.map(line).filter((item) => item !== '')
})

/** A `#` that stands alone begins a comment: `#*#` is a pattern. */
function plainLines(text: string): readonly string[] {
  return text.split('\n').map((each) => each.replace(/(^|\s)#(\s.*)?$/, ''))
}

/** The items of a text that is a YAML list as a whole; null for any other, such as `[a-z][0-9]`. Numbers stay as they are written. */
export function listIn(text: string): readonly unknown[] | null {
  const said = text.split('\n').filter((each) => !/^\s*(#.*)?$/.test(each))
  const block = said.length > 0 && said.every((each) => /^\s*-\s/.test(each))
  if (!block && !/^\s*\[.*\]\s*(#.*)?$/s.test(said.join('\n'))) return null
  const { fault, value } = openYaml(text, () => true)
  const items = fault === undefined ? value(20) : null
  if (Array.isArray(items))
    return items.map((item) => (typeof item === 'number' ? String(item) : (item ?? '')))
  // A pattern such as `*.log` is none of YAML's words.
  if (block) return said.map((each) => itemIn(each.replace(/^\s*-\s+/, '')))
  if (!/^\s*\[[^[\]]*,[^[\]]*\]\s*$/.test(text)) return null
  throw new Problem('is not plain YAML', 'Put items with special characters in quotes, or write one a line.')
}

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

/** One item of a list of which YAML cannot read another. */
function itemIn(text: string): unknown {
  const { fault, value } = openYaml(text, () => true)
  const item = fault === undefined ? value(20) : null
  return typeof item === 'string' ? item : plainLines(text)[0]
}
