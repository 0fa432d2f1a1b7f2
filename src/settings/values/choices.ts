// Values out of a few words.

import { type Parser, parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'

/** A parser for one of `words`, spelled exactly so. */
export function oneOf<const W extends string>(words: readonly W[]): Parser<W> {
  return parser({ enum: words }, (value) => {
    const word = typeof value === 'string' ? value.trim() : value
    const found = words.find((each) => each === word)
    if (found !== undefined) return found
    throw new Problem(`${show(word)} is not one of ${words.join(', ')}`, 'Use one of these words.')
  })
}

const spellings = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])

/** true or false, in the spellings of YAML 1.2. */
export const boolean = parser({ type: 'boolean' }, (value): boolean => {
  if (typeof value === 'boolean') return value
  const found = typeof value === 'string' ? spellings.get(value.trim()) : undefined
  if (found !== undefined) return found
  throw new Problem(`${show(value)} is neither true nor false`, 'Write true or false.')
})
