import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { timelineMarkdown } from '../../src/report/timeline.ts'
import { hostileText, hostileTexts } from './hostile_text.ts'

const spans = [
  { phase: 'starting', begin: 0, end: 0.81 },
  { phase: 'updating', begin: 0.9, end: 6.5 },
  { phase: 'updated', begin: 6.6, end: 6.605 },
  { phase: 'published', begin: 6.7, end: 6.8 },
]

describe('the chart of a run', () => {
  test('has one row a host, names the slowest, and leaves out what nobody could see', () => {
    const slower = spans.map((span) => ({ ...span, end: span.end + (span.phase === 'updating' ? 0.05 : 0) }))
    const timelines = [
      { host: 'web1', spans },
      { host: 'web2:2222', spans: slower },
    ]
    expect(timelineMarkdown(timelines, 7)).toMatchInlineSnapshot(`
      "<h4>Where the time went</h4>
      <p>Slowest: <code>web2:2222</code> at <code>updating</code>, 5.6 s of 7 s.</p>

      \`\`\`mermaid
      ---
      displayMode: compact
      config:
        gantt:
          leftPadding: 114
      ---
      gantt
        dateFormat x
        axisFormat %-S s
        todayMarker off
        section web1
        starting :0, 810
        updating :900, 6500
        ​ :6700, 6800
        section web2 port 2222
        starting :0, 810
        updating :active, 900, 6550
        ​ :6700, 6800
      \`\`\`"
    `)
  })

  test('is not drawn where there is nothing to compare', () => {
    expect(timelineMarkdown([], 1)).toBe('')
    expect(timelineMarkdown([{ host: 'web1', spans: spans.slice(0, 1) }], 1)).toBe('')
    expect(timelineMarkdown([{ host: 'web1', spans: [] }], 1)).toBe('')
  })

  test.each([
    [2, '%-S.%L s'],
    [30, '%-S s'],
    [600, '%-L s'],
    [7200, '%-L min'],
  ])('of %d seconds has an axis that no time zone changes', (seconds, format) => {
    const long = [spans[0] as (typeof spans)[0], { phase: 'updating', begin: 1, end: seconds }]
    expect(timelineMarkdown([{ host: 'web1', spans: long }], seconds)).toContain(`axisFormat ${format}\n`)
  })

  test('shows the slowest twenty of a fleet', () => {
    const fleet = Array.from({ length: 500 }, (_, n) => ({
      host: `web${n}`,
      spans: spans.map((span) => ({ ...span, end: span.end + n / 1e4 })),
    }))
    const text = timelineMarkdown(fleet, 7)
    expect(text.match(/^ {2}section /gm)).toHaveLength(20)
    expect(text).toContain('The 20 slowest of 500 hosts:')
    expect(text).toContain('section web499')
  })

  test('shows the longest thirty stretches of a host', () => {
    const many = Array.from({ length: 200 }, (_, n) => ({
      phase: `hook${n}`,
      begin: n,
      end: n + (n === 150 ? 0.9 : 0.1 + n / 1e4),
    }))
    const text = timelineMarkdown([{ host: 'web1', spans: many }], 200)
    expect(text).toContain('at <code>hook150</code>, 900 ms of')
    expect(text.match(/ :(active, )?\d+, \d+$/gm)).toHaveLength(30)
    expect(text).toContain(':active, 150, 151')
  })

  test('has nothing in it that a name made up', () => {
    const ours =
      /^(---|displayMode: compact|config:| {2}gantt:| {4}leftPadding: \d+|gantt| {2}(dateFormat x|axisFormat %-S s|todayMarker off)| {2}section [\w .-]+| {2}([\w .-]+|\u200b) :(active, )?\d+, \d+|```)$/
    fc.assert(
      fc.property(hostileText, (text) => {
        const hostile = spans.map((span) => ({ ...span, phase: `${text}${span.phase}` }))
        const chart = timelineMarkdown([{ host: text, spans: hostile }], 7).split('```mermaid\n')[1] ?? ''
        const lines = chart.split('\n')
        expect(lines).toHaveLength(15)
        for (const line of lines) expect(line).toMatch(ours)
      }),
      { numRuns: 1_000, examples: hostileTexts.map((text) => [text]) },
    )
  })
})
