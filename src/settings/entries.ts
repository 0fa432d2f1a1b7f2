// The text of `hosts` cut into entries: lines, a YAML list, or a mapping; what an entry says is read elsewhere.

import { parser } from './parser.ts'
import { Problem } from './problem.ts'
import { kindOf } from './values/text.ts'
import { readYaml } from './values/yaml.ts'

/** One host as it was written: its address, or a mapping with `host` and what is its own. */
export type HostEntry = string | { readonly [key: string]: unknown }

/** The file's schema says what a mapping may hold: the settings decide that. */
const mapping = { $ref: '#/$defs/host' }
const shape = {
  anyOf: [
    { type: 'array', minItems: 1, items: { anyOf: [{ type: 'string', minLength: 1 }, mapping] } },
    { type: 'string', minLength: 1 },
    mapping,
  ],
}

/** At least one entry. In plain lines, commas separate too, and a line that starts with `#` is a comment. */
export const hostEntries = parser(shape, (value): readonly HostEntry[] => {
  const items = typeof value === 'string' ? entriesOf(value) : value
  const list = Array.isArray(items) ? items : [items]
  if (list.length === 0)
    throw new Problem('names no host', 'Name one a line, such as deploy@web1.example.com.')
  return list.map(hostEntry)
})

function hostEntry(item: unknown, index: number): HostEntry {
  if (typeof item === 'string') return item.trim()
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) return item as HostEntry
  throw new Problem(
    `is ${kindOf(item)}, not a host`,
    'Write user@host:port, or a mapping.',
    `entry ${index + 1}`,
  )
}

function entriesOf(text: string): unknown {
  const lines = text.split('\n').map((line) => line.trim())
  const first = lines.find((line) => line !== '' && !line.startsWith('#')) ?? ''
  if (/^-(\s|$)|^host:(\s|$)/.test(first)) return readYaml(text.replace(bareAddress, '$1"$2"'))
  if (first.startsWith('[') && !bracketedAddress.test(first)) return readYaml(text)
  return lines.flatMap(entriesOfLine)
}

function entriesOfLine(line: string): unknown {
  if (line.startsWith('{')) return readYaml(line)
  return line
    .replace(/(^|\s)#.*$/, '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `[v6]`, perhaps with a port: it starts as a YAML list does. */
const bracketedAddress = /^\[[^\s,[\]{}]*:[^\s,[\]{}]*:[^\s,[\]{}]*\]/

/** An item of a YAML list that is an IPv6 address, which YAML would take for something else. */
const bareAddress = /^(\s*-\s+)(\[?[\da-fA-F]*:[\da-fA-F:.]*:[^\s"'#,{}]*)[ \t]*\r?$/gm
