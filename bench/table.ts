// The bench's tables for people: on a terminal one line a figure, in a page a row a figure or a row a size of the fleet.

import { count } from '../src/wording.ts'
import { type Figure, type Unit, verdictOf } from './figure.ts'

export type Row = readonly string[]

const heading: Row = ['scenario', 'figure', 'value', 'target', 'verdict', '']

/** Digits that mean something, and the unit. */
function say(value: number, unit: Unit): string {
  const digits =
    unit === 's' || unit === 'x' ? 2 : unit === 'ms' || unit === 'MB' || Number.isInteger(value) ? 0 : 1
  const shown = value.toFixed(digits)
  return unit === 'x' ? `${shown}×` : `${shown} ${unit}`.trimEnd()
}

function boundOf({ target, unit }: Figure): string {
  if (!target) return ''
  return 'atMost' in target ? `≤ ${say(target.atMost, unit)}` : `≥ ${say(target.atLeast, unit)}`
}

function rangeOf({ samples, unit }: Figure): string {
  return samples ? `${say(Math.min(...samples), unit)} to ${say(Math.max(...samples), unit)}` : ''
}

export function rowOf(scenario: string, figure: Figure): Row {
  const { name, hosts, value, unit, remark } = figure
  return [
    scenario,
    hosts === undefined ? name : `${count(hosts, 'host')}: ${name}`,
    say(value, unit),
    boundOf(figure),
    verdictOf(figure) ?? '',
    [rangeOf(figure), remark].filter(Boolean).join('; '),
  ]
}

export function renderTable(rows: readonly Row[]): string {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const render = (row: Row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [render(heading), rule, ...rows.map(render)].join('\n')
}

/** The same as Markdown. */
export function markdownTable(figures: readonly Figure[]): string {
  const rows = figures.every(({ hosts }) => hosts !== undefined) ? byHosts(figures) : oneEach(figures)
  const [head = [], ...body] = rows
  return [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...body]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

function oneEach(figures: readonly Figure[]): readonly Row[] {
  const head = ['figure', 'median', 'of the rounds', 'target', '']
  return [
    head,
    ...figures
      .map((figure) => rowOf('', figure))
      .map(([, name = '', value = '', bound = '', verdict = '', more = '']) => [
        name,
        value,
        more,
        bound,
        verdict,
      ]),
  ]
}

/** A missed target is named in its cell. */
function byHosts(figures: readonly Figure[]): readonly Row[] {
  const names = [...new Set(figures.map(({ name }) => name))]
  const cell = (figure: Figure | undefined) => {
    if (!figure) return ''
    const bound = boundOf(figure)
    const told = bound && ` (${bound}${verdictOf(figure) === 'missed' ? ', **missed**' : ''})`
    return `${say(figure.value, figure.unit)}${told}`
  }
  return [
    ['hosts', ...names],
    ...[...Map.groupBy(figures, ({ hosts }) => hosts)].map(([hosts, row]) => [
      String(hosts),
      ...names.map((name) => cell(row.find((figure) => figure.name === name))),
    ]),
  ]
}
