// Where the time went: a chart of the phases of each host, which GitHub draws, and the slowest in words.

import type { Span, Timeline } from '../flow/result.ts'
import { duration } from '../wording.ts'
import { code } from './markup.ts'
import { capped } from './plain.ts'

/** More rows than this nobody reads; the slowest are shown. */
const SHOWN = 20
/** The same of a row's bars: each hook has one where a host waits for others in between. */
const BARS = 30
/** Seconds below which a bar could not be seen. */
const VISIBLE = 0.01
const NAME_LIMIT = 40
/** Pixels that a letter of a host's name takes there. */
const LETTER = 6
/** The part of the chart's width that a letter takes; a word that its bar has no room for would stand across the others. */
const LETTER_SHARE = 0.01
/** An empty name is not allowed there. */
const NO_WORD = '\u200b'

interface Slowest extends Span {
  readonly host: string
}

/** Markdown of at most 40 KB; empty where there is nothing to compare. */
export function timelineMarkdown(timelines: readonly Timeline[], seconds: number): string {
  const shown = timelines.map(({ host, spans }) => ({ host, spans: longest(spans.filter(isVisible)) }))
  const slowest = slowestOf(shown)
  if (!slowest || shown.every(({ spans }) => new Set(spans.map(({ phase }) => phase)).size < 2)) return ''
  const rows = shown
    .filter(({ spans }) => spans.length > 0)
    .sort((a, b) => lengthOf(b.spans) - lengthOf(a.spans))
    .slice(0, SHOWN)
    .sort((a, b) => shown.indexOf(a) - shown.indexOf(b))
  const which = rows.length < shown.length ? ` The ${rows.length} slowest of ${shown.length} hosts:` : ''
  const took = duration(slowest.end - slowest.begin)
  const sentence = `<p>Slowest: ${code(slowest.host)} at ${code(slowest.phase)}, ${took} of ${duration(seconds)}.${which}</p>`
  return `<h4>Where the time went</h4>\n${sentence}\n\n${chart(rows, slowest)}`
}

function isVisible({ begin, end }: Span): boolean {
  return end - begin >= VISIBLE
}

/** In the order in which they were. */
function longest(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= BARS) return spans
  const kept = new Set(spans.toSorted((a, b) => b.end - b.begin - (a.end - a.begin)).slice(0, BARS))
  return spans.filter((span) => kept.has(span))
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { begin, end }) => sum + end - begin, 0)
}

function slowestOf(timelines: readonly Timeline[]): Slowest | undefined {
  const all = timelines.flatMap(({ host, spans }) => spans.map((span) => ({ ...span, host })))
  return all.toSorted((a, b) => b.end - b.begin - (a.end - a.begin))[0]
}

/** In its compact form, a host is one row: what it did followed one upon the other. */
function chart(rows: readonly Timeline[], slowest: Slowest): string {
  const end = Math.max(...rows.flatMap(({ spans }) => spans.map((span) => span.end)))
  const { unit, format } = scaleOf(end)
  const at = (time: number) => Math.round(time * unit)
  const fits = ({ phase, begin, end: until }: Span) => (until - begin) / end > phase.length * LETTER_SHARE
  const bars = rows.flatMap(({ host, spans }) => [
    `  section ${word(host)}`,
    ...spans.map((span) => {
      const { phase, begin } = span
      const mark =
        host === slowest.host && begin === slowest.begin && phase === slowest.phase ? 'active, ' : ''
      return `  ${fits(span) ? word(phase) : NO_WORD} :${mark}${at(begin)}, ${Math.max(at(span.end), at(begin) + 1)}`
    }),
  ])
  const widest = Math.max(...rows.map(({ host }) => word(host).length))
  const padding = `    leftPadding: ${30 + widest * LETTER}`
  const look = ['---', 'displayMode: compact', 'config:', '  gantt:', padding, '---']
  const head = [...look, 'gantt', '  dateFormat x', `  axisFormat ${format}`, '  todayMarker off']
  return ['```mermaid', ...head, ...bars, '```'].join('\n')
}

/**
 * How many milliseconds of the chart's clock a second takes, and how the axis shows them. A chart shows times of day where its reader
 * lives, so only what no time zone changes is shown: seconds and milliseconds, taken for minutes and seconds in a long run.
 */
function scaleOf(seconds: number): { readonly unit: number; readonly format: string } {
  if (seconds < 5) return { unit: 1000, format: '%-S.%L s' }
  if (seconds < 60) return { unit: 1000, format: '%-S s' }
  if (seconds < 999) return { unit: 1, format: '%-L s' }
  return { unit: 1 / 60, format: '%-L min' }
}

/** A name with nothing in it that the chart's language could take for its own. */
function word(name: string): string {
  const words = name.replace(/:(\d+)$/, ' port $1').replace(/[^A-Za-z0-9 ._-]+/g, '_')
  return capped(words.trim() || '_', NAME_LIMIT).replace(/[^A-Za-z0-9 ._-]+/g, '_')
}
