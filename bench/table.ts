// The bench's table for people: one line a figure, columns as wide as they need to be.

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

export function rowOf(scenario: string, figure: Figure): Row {
  const { name, value, unit, target, samples, remark } = figure
  const bound = !target
    ? ''
    : 'atMost' in target
      ? `≤ ${say(target.atMost, unit)}`
      : `≥ ${say(target.atLeast, unit)}`
  const spread = samples && `${say(Math.min(...samples), unit)} to ${say(Math.max(...samples), unit)}`
  return [
    scenario,
    name,
    say(value, unit),
    bound,
    verdictOf(figure) ?? '',
    [spread, remark].filter(Boolean).join('; '),
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
