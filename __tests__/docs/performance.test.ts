import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Figure } from '../../bench/figure.ts'
import { plot } from '../../bench/plot.ts'
import { markdownTable } from '../../bench/table.ts'
import { stalePages } from '../../script/docs.ts'

const root = new URL('../../', import.meta.url)

/** Names of the pages that are not what the measurements say, with some of the files changed. */
function stale(changed: Readonly<Record<string, string>> = {}): readonly string[] {
  const read = (name: string) => {
    const file = new URL(name, root)
    return changed[name] ?? (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
  }
  return stalePages(read).map(({ name }) => name)
}

const fleet: readonly Figure[] = [
  {
    name: 'wall time',
    hosts: 1,
    value: 1.4,
    unit: 's',
    samples: [1.3, 1.4, 1.6],
    plot: { panel: 'wall & time' },
  },
  {
    name: 'wall time',
    hosts: 50,
    value: 8.8,
    unit: 's',
    target: { atMost: 5.6 },
    plot: { panel: 'wall & time' },
  },
  { name: 'memory', hosts: 50, value: 117, unit: 'MB', target: { atMost: 250 } },
]

describe('docs/performance.md', () => {
  test('says what was measured', () => {
    expect(stale()).toEqual([])
  })

  test('is stale with its picture when a figure changes', () => {
    const measured = JSON.parse(readFileSync(new URL('docs/performance.json', root), 'utf8'))
    measured.fleet.figures[0].value *= 2
    expect(stale({ 'docs/performance.json': JSON.stringify(measured) })).toEqual([
      'docs/performance.md',
      'docs/performance/fleet.svg',
    ])
  })

  test('must have a place for each scenario', () => {
    expect(() => stale({ 'docs/performance.md': '# Performance' })).toThrow(
      'docs/performance.md lacks the markers',
    )
  })
})

describe('a table', () => {
  test('of a fleet has a row a size, and names what missed its target', () => {
    expect(markdownTable(fleet)).toBe(
      [
        '| hosts | wall time | memory |',
        '| --- | --: | --: |',
        '| 1 | 1.40 s |  |',
        '| 50 | 8.80 s (≤ 5.60 s, **missed**) | 117 MB (≤ 250 MB) |',
      ].join('\n'),
    )
  })

  test('of a scenario has a row a figure', () => {
    const figures: Figure[] = [
      { name: 'times', value: 3, unit: 'x', target: { atLeast: 2 }, remark: 'of ten' },
    ]
    expect(markdownTable(figures)).toContain('| times | 3.00× | of ten | ≥ 2.00× | met |')
  })
})

describe('a plot', () => {
  test('shows medians and targets, in a picture with a name that can be read by machines', () => {
    const svg = plot('a < b', fleet) as string
    expect(svg).toContain('<title>a &lt; b</title>')
    expect(svg).toContain('wall &amp; time')
    expect(svg.match(/<circle/g)).toHaveLength(2)
    expect(svg).toContain('≤ 5.6')
    expect(svg).toContain('prefers-color-scheme: dark')
    expect(svg).not.toContain('NaN')
  })

  test('has the floor drawn across the bars', () => {
    const svg = plot('P', [
      { name: 'ours', value: 2, unit: 's', plot: { panel: 's' } },
      { name: 'floor', value: 1, unit: 's', plot: { panel: 's', line: true } },
    ]) as string
    expect(svg.match(/<rect class="bar"/g)).toHaveLength(1)
    expect(svg).toContain('floor: 1 s')
  })

  test('is none when no figure is drawn', () => {
    expect(plot('P', [{ name: 'ours', value: 2, unit: 's' }])).toBeNull()
  })
})
