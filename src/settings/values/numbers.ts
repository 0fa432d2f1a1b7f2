// Values that are whole numbers: counts, seconds, ports.

import { type Parser, parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'

/** A parser for plain decimal digits from `min` to `max`. */
export function whole(min: number, max: number, remedy = 'Write plain digits.'): Parser<number> {
  return parser({ type: 'integer', minimum: min, maximum: max }, (value) => {
    const number = numberOf(value)
    if (number !== undefined && number >= min && number <= max) return number
    throw new Problem(`${show(value)} is not a whole number from ${min} to ${max}`, remedy)
  })
}

/** A parser for whole seconds from `min` up; the upper end stays within what a timer takes. */
export function seconds(min: number): Parser<number> {
  return whole(min, 1_000_000, 'Write plain seconds, such as 300 for five minutes.')
}

export const port = whole(1, 65_535)

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'string') return /^\d{1,7}$/.test(value.trim()) ? Number(value) : undefined
  return Number.isInteger(value) ? (value as number) : undefined
}
