// The figures of a scenario as a picture: one panel a kind of figure, with medians, the range of the rounds, and targets as dashed lines.

import type { Figure } from './figure.ts'

const WIDTH = 380
const HEIGHT = 230
const LEFT = 44
const RIGHT = 22
const TOP = 44
const BOTTOM = 34
const BAR = 17
/** From one bar to the next. */
const PITCH = 40

/** Its own background in both schemes, so that it can be read on any page. */
const style = `
  .paper { fill: #ffffff } text { font: 11px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 12.5px }
  .soft { fill: #57606a } .axis { stroke: #afb8c1; fill: none } .line { stroke: #0969da; stroke-width: 2; fill: none }
  .dot, .bar { fill: #0969da } .other { fill: #6e7781 } .range { stroke: #0969da; stroke-width: 1.5 }
  .bar-range { stroke: #24292f; stroke-width: 1.5 } .target { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 5 3; fill: none }
  .target-text { fill: #cf222e } .value { fill: #ffffff; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 } .axis { stroke: #3d444d } .line { stroke: #4493f8 }
    .dot { fill: #4493f8 } .bar { fill: #1f6feb } .other { fill: #656c76 } .range { stroke: #4493f8 } .bar-range { stroke: #e6edf3 }
    .target { stroke: #ff7b72 } .target-text { fill: #ff7b72 } .value { fill: #ffffff }
  }`

/** SVG, or null when no figure wants to be drawn. */
export function plot(title: string, figures: readonly Figure[]): string | null {
  const panels = Map.groupBy(
    figures.filter((figure) => figure.plot),
    (figure) => figure.plot?.panel as string,
  )
  if (panels.size === 0) return null
  const columns = Math.min(2, panels.size)
  const rows = Math.ceil(panels.size / columns)
  const height = Math.max(
    ...[...panels.values()].map((all) => (isCurve(all) ? HEIGHT : floorOf(all) + BOTTOM)),
  )
  const drawn = [...panels].map(([name, all], at) => {
    const inner = isCurve(all) ? curve(all) : bars(all)
    const place = `translate(${(at % columns) * WIDTH} ${Math.floor(at / columns) * height})`
    return `<g transform="${place}">${text(LEFT, 22, name, 'title')}${inner}</g>`
  })
  const width = columns * WIDTH
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${rows * height}" viewBox="0 0 ${width} ${rows * height}" role="img">`
  return [
    head,
    `<title>${entities(title)}</title>`,
    `<style>${style}\n</style>`,
    '<rect class="paper" width="100%" height="100%" rx="6"/>',
    ...drawn,
  ]
    .concat('</svg>\n')
    .join('\n')
}

interface Scale {
  (value: number): number
  readonly end: number
}

/** From 0 to a little more than the greatest value. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const greatest = Math.max(...values) * 1.12
  const step = 10 ** Math.floor(Math.log10(greatest))
  const end = Math.ceil((greatest / step) * 2) * (step / 2)
  return Object.assign((value: number) => round(from + (value / end) * (to - from)), { end })
}

function boundOf({ target }: Figure): number | undefined {
  return target && ('atMost' in target ? target.atMost : target.atLeast)
}

function valuesOf(figures: readonly Figure[]): readonly number[] {
  return figures.flatMap((figure) => [figure.value, ...(figure.samples ?? []), boundOf(figure) ?? 0])
}

/** A curve over the number of hosts. */
function curve(figures: readonly Figure[]): string {
  const xs = figures.map(({ hosts }) => hosts ?? 0)
  const x = scaleOf([Math.max(...xs) / 1.12], LEFT, WIDTH - RIGHT)
  const y = scaleOf(valuesOf(figures), HEIGHT - BOTTOM, TOP)
  const points = figures.map((figure, at) => ({ figure, x: x(xs[at] as number), y: y(figure.value) }))
  const floor = HEIGHT - BOTTOM
  const ticks = [0, y.end / 2, y.end].map((value) =>
    text(LEFT - 6, y(value) + 4, short(value), 'soft', 'end'),
  )
  const hosts = points.map((point, at) => text(point.x, floor + 16, String(xs[at]), 'soft', 'middle'))
  const targets = points.flatMap((point) => {
    const bound = boundOf(point.figure)
    return bound === undefined ? [] : [{ x: point.x, y: y(bound), bound }]
  })
  const crossed = (x: number, at: number) =>
    targets.some((target) => Math.abs(target.x - x) < 45 && Math.abs(target.y - at + 4) < 9)
  return [
    `<path class="axis" d="M${LEFT} ${TOP}V${floor}H${WIDTH - RIGHT}"/>`,
    ...ticks,
    ...hosts,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, 'hosts', 'soft', 'middle'),
    targetLine(targets),
    ...points.map((point) => range(point.figure, (value) => `M${point.x} ${y(value)}`, 'range')),
    `<path class="line" d="${points.map((point, at) => `${at ? 'L' : 'M'}${point.x} ${point.y}`).join('')}"/>`,
    ...points.flatMap((point) => [
      `<circle class="dot" cx="${point.x}" cy="${point.y}" r="3.2"/>`,
      text(
        point.x,
        point.y + (crossed(point.x, point.y - 9) ? 17 : -9),
        short(point.figure.value),
        '',
        'middle',
      ),
    ]),
  ].join('\n')
}

function targetLine(targets: readonly { x: number; y: number; bound: number }[]): string {
  const [first] = targets
  const last = targets.at(-1)
  if (!first || !last) return ''
  const path =
    targets.length === 1
      ? `M${first.x - 22} ${first.y}h44`
      : targets.map(({ x, y }, at) => `${at ? 'L' : 'M'}${x} ${y}`).join('')
  const label = `≤ ${short(last.bound)}`
  const beside = last.x + 100 < WIDTH
  const at = beside
    ? ([last.x + (targets.length === 1 ? 26 : 6), last.y + 4, 'start'] as const)
    : ([last.x, last.y - 6, 'end'] as const)
  return `<path class="target" d="${path}"/>${text(at[0], at[1], label, 'target-text', at[2])}`
}

function isCurve(figures: readonly Figure[]): boolean {
  return figures.some(({ hosts }) => hosts !== undefined)
}

/** Where the last bar ends. */
function floorOf(figures: readonly Figure[]): number {
  return TOP + figures.filter(({ plot: mark }) => !mark?.line).length * PITCH
}

/** A bar a figure; one that is a `line` stands across all bars. */
function bars(figures: readonly Figure[]): string {
  const lines = figures.filter(({ plot: mark }) => mark?.line)
  const others = figures.filter(({ plot: mark }) => !mark?.line)
  const x = scaleOf(valuesOf(figures), LEFT, WIDTH - RIGHT)
  const floor = floorOf(figures)
  const drawn = others.flatMap((figure, at) => {
    const y = TOP + at * PITCH + 15
    const middle = y + BAR / 2
    return [
      text(LEFT, y - 4, figure.name, 'soft'),
      `<rect class="${at === 0 ? 'bar' : 'other'}" x="${LEFT}" y="${round(y)}" width="${round(x(figure.value) - LEFT)}" height="${BAR}" rx="2"/>`,
      range(figure, (value) => `M${x(value)} ${round(middle)}`, 'bar-range'),
      text(LEFT + 6, middle + 4, `${short(figure.value)} ${figure.unit}`, 'value'),
    ]
  })
  const across = lines.flatMap((figure) => [
    `<path class="target" d="M${x(figure.value)} ${TOP}V${floor + 8}"/>`,
    text(
      x(figure.value),
      floor + 22,
      `${figure.name}: ${short(figure.value)} ${figure.unit}`,
      'target-text',
      'start',
    ),
  ])
  return [...drawn, ...across].join('\n')
}

/** From the least of the rounds to the greatest. */
function range({ samples }: Figure, at: (value: number) => string, name: string): string {
  if (!samples || samples.length < 2) return ''
  const [low, high] = [Math.min(...samples), Math.max(...samples)]
  return `<path class="${name}" d="${at(low)}${at(high).replace('M', 'L')}"/>`
}

function text(x: number, y: number, content: string, name: string, anchor = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" class="${name}" text-anchor="${anchor}">${entities(content)}</text>`
}

function entities(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** Digits that mean something. */
function short(value: number): string {
  return value >= 20 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
