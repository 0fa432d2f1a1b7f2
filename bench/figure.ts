// What a scenario gives: figures, each with the target it is held to, if there is one.

import type { WireOptions } from './delay_proxy.ts'
import type { Site } from './site.ts'

export type Unit = 's' | 'ms' | 'MB' | 'KB' | 'x' | '%' | ''

export interface Figure {
  readonly name: string
  /** How many hosts it was measured with, in a scenario that counts them up. */
  readonly hosts?: number
  readonly value: number
  readonly unit: Unit
  readonly target?: { readonly atMost: number } | { readonly atLeast: number }
  /** What the value is the median of. */
  readonly samples?: readonly number[]
  /** Anything that the reader of the table should know of it. */
  readonly remark?: string
  /** Where it stands in the scenario's plot; a figure without stands in the table only. */
  readonly plot?: Mark
}

/** A bar or a line across the bars, in one of the panels of a plot; with `hosts`, a point of a curve. */
export interface Mark {
  readonly panel: string
  readonly line?: true
}

export interface Bench {
  readonly rounds: number
  /** Smaller and fewer, to see that it works: the figures count for nothing. */
  readonly quick: boolean
  /** Scripts of baselines/ to measure beside the one that the target names. */
  readonly variants: readonly string[]
  /** A place to measure, removed when it is disposed of. */
  open(wire: Omit<WireOptions, 'port'>, servers?: number): Promise<Site>
  /** Tells what is being done now. */
  tell(text: string): void
  /** Notes what cannot be measured here, and why. */
  leaveOut(text: string): void
}

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly measure: (bench: Bench) => Promise<readonly Figure[]>
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] =
    sorted.length % 2 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}

/** A figure that is the median of its samples. */
export function medianOf(
  name: string,
  unit: Unit,
  samples: readonly number[],
  more: Partial<Figure> = {},
): Figure {
  return { name, value: median(samples), unit, samples, ...more }
}

/** `met` or `missed`; null for a figure that has no target. */
export function verdictOf({ target, value }: Figure): 'met' | 'missed' | null {
  if (!target) return null
  return ('atMost' in target ? value <= target.atMost : value >= target.atLeast) ? 'met' : 'missed'
}
