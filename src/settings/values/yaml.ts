// YAML read so that nothing of it is ever echoed: a host's entry may hold a password.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml'
import { Problem } from '../problem.ts'

/** Keys and positions in lists, from the top. */
export type YamlPath = readonly (string | number)[]

export interface YamlFault {
  /** What it is, in a few words: `duplicate key`. */
  readonly name: string
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

export interface Yaml {
  /** The first fault; with one, there is no value. */
  readonly fault: YamlFault | undefined
  /**
   * The document as plain values. An anchor may be used `maxAliasCount` times.
   * @throws Problem when aliases multiply beyond that.
   */
  value(maxAliasCount: number): unknown
  /** The line, from 1, of the key or item that `path` leads to, or of the last one on the way that exists. */
  lineOf(path: YamlPath): number
}

/** Whether what lies below these keys, from the top, keeps its numbers as they were written (see `openYaml`). */
export type Verbatim = (keys: readonly unknown[]) => boolean

/**
 * One YAML or JSON document by the core schema: dates stay text, keys are text and unique, tags are refused.
 * @param verbatim where a number that JSON would write in another way stays text: 1.10 is a version, 0123456 and 12e4567 are commits. In
 * what is JSON itself, a number is one.
 */
export function openYaml(source: string, verbatim: Verbatim = () => false): Yaml {
  const lineCounter = new LineCounter()
  const document = parseDocument(source, {
    schema: 'core',
    stringKeys: true,
    // The library's own check takes minutes over a mapping with as many keys as 1 MB can hold.
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    lineCounter,
  })
  const surveyed = survey(document, verbatim)
  const error = document.errors[0] ?? document.warnings[0]
  const fault = error
    ? { name: error.code.toLowerCase().replaceAll('_', ' '), offset: error.pos[0] }
    : surveyed.fault
  const pairs: Pairs = new Map()
  const { line, col: column } = lineCounter.linePos(fault?.offset ?? 0)
  return {
    fault: fault && { name: fault.name, line, column },
    value: (maxAliasCount) => plainValue(document, maxAliasCount),
    lineOf: (path) => lineCounter.linePos(offsetOf(document, path, { named: surveyed.named, pairs })).line,
  }
}

/**
 * The one document in `source`.
 * @throws Problem
 */
export function readYaml(source: string, verbatim?: Verbatim): unknown {
  const { fault, value } = openYaml(source, verbatim)
  if (fault === undefined) return value(20)
  const { name, line, column } = fault
  throw new Problem(`is not plain YAML: ${name} at line ${line}, column ${column}`, 'Correct it there.')
}

function plainValue(document: Document.Parsed, maxAliasCount: number): unknown {
  try {
    return document.toJS({ maxAliasCount })
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause
    throw new Problem('uses YAML aliases that multiply', 'Write the values out.')
  }
}

interface Survey {
  /** The first duplicate key, or alias that leads nowhere or back. */
  readonly fault: { readonly name: string; readonly offset: number } | undefined
  /** What each alias stands for. */
  readonly named: ReadonlyMap<unknown, Node>
}

function survey(document: Document.Parsed, verbatim: Verbatim): Survey {
  const anchors = new Map<string, Node>()
  const named = new Map<unknown, Node>()
  let fault: Survey['fault']
  const stop = (name: string, offset: number): symbol => {
    fault = { name, offset }
    return visit.BREAK
  }
  visit(document, {
    Value: (_, node, path) => {
      if (isScalar(node) && isRewritten(node) && verbatim(keysOf(path)) && !path.some(isJson))
        node.value = node.source
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
      const twice = isMap(node) ? duplicateIn(node) : undefined
      return twice === undefined ? undefined : stop('duplicate key', twice)
    },
    Alias: (_, alias) => {
      const offset = alias.range?.[0] ?? 0
      const node = anchors.get(alias.source)
      if (node?.range == null) return stop('alias without an anchor', offset)
      if (node.range[1] > offset) return stop('alias inside of what it names', offset)
      named.set(alias, node)
      // The library looks for each among all.
      return named.size > 1000 ? stop('too many aliases', offset) : undefined
    },
  })
  return { fault, named }
}

/** Whether it is a number that would be written in another way than it was. The words .nan and .inf are none that anybody means as text. */
function isRewritten({ type, value, source = '' }: Scalar): boolean {
  return type === 'PLAIN' && typeof value === 'number' && /\d/.test(source) && source !== String(value)
}

/** A mapping in braces whose keys are in double quotes. */
function isJson(node: unknown): boolean {
  if (!isMap(node) || node.flow !== true) return false
  return node.items.every(({ key }) => isScalar(key) && key.type === 'QUOTE_DOUBLE')
}

function keysOf(path: readonly unknown[]): readonly unknown[] {
  return path.flatMap((above) => (isPair(above) && isScalar(above.key) ? [above.key.value] : []))
}

/** Where a key stands that was there before. */
function duplicateIn({ items }: YAMLMap): number | undefined {
  const seen = new Set<unknown>()
  const twice = items.find(({ key }) => isScalar(key) && seen.size === seen.add(key.value).size)
  return isScalar(twice?.key) ? twice.key.range?.[0] : undefined
}

/** The pairs of each mapping by their keys, as far as they were asked for. */
type Pairs = Map<YAMLMap, ReadonlyMap<unknown, Pair>>

interface Index {
  readonly named: Survey['named']
  readonly pairs: Pairs
}

function offsetOf(document: Document.Parsed, path: YamlPath, { named, pairs }: Index): number {
  let node: unknown = document.contents
  let offset = document.contents?.range[0] ?? 0
  for (const step of path) {
    const holder = isAlias(node) ? named.get(node) : node
    const pair = isMap(holder) ? pairsOf(holder, pairs).get(step) : undefined
    const item = isSeq(holder) ? holder.items[Number(step)] : undefined
    const found = pair?.key ?? item
    if (!isNode(found)) break
    offset = found.range?.[0] ?? offset
    node = pair?.value ?? item
  }
  return offset
}

function pairsOf(map: YAMLMap, known: Pairs): ReadonlyMap<unknown, Pair> {
  const pairs =
    known.get(map) ?? new Map(map.items.map((pair) => [isScalar(pair.key) && pair.key.value, pair]))
  known.set(map, pairs)
  return pairs
}
