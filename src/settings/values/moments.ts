// Values of a hook: when it runs, where, and what.

import { suggestion } from '../nearest.ts'
import { parser } from '../parser.ts'
import { type Moment, momentsOf, points } from '../points.ts'
import { Problem, show } from '../problem.ts'
import { roleName } from './lists.ts'
import { line, script } from './text.ts'

/** Each host, one host once, the hosts that have a role, or the runner. */
export type HookPlace =
  | { readonly kind: 'each' | 'first' | 'runner' }
  | { readonly kind: 'role'; readonly role: string }

/** `before` or `after`, and a point. */
export const time = parser(
  { enum: momentsOf(points).map(({ when, point }) => `${when} ${point}`) },
  (value): Moment => {
    const [when = '', point = '', ...more] = line(value).split(/\s+/)
    if ((when !== 'before' && when !== 'after') || point === '' || more.length > 0) {
      throw new Problem(
        `${show(value)} is not before or after a point of the flow`,
        'Write after updated, say.',
      )
    }
    const found = points.find((each) => each === point)
    if (found !== undefined) return { when, point: found }
    throw new Problem(`${show(point)} is not a point of the flow`, suggestion(point, points, 'points'))
  },
)

const places = ['each', 'first', 'runner'] as const

/** `each`, `first`, `runner` or `role:NAME`. */
export const place = parser(
  { anyOf: [{ enum: places }, { type: 'string', pattern: '^role:[A-Za-z0-9][A-Za-z0-9._-]*$' }] },
  (value): HookPlace => {
    const word = line(value)
    if (word.startsWith('role:')) return { kind: 'role', role: roleName(word.slice('role:'.length).trim()) }
    const kind = places.find((each) => each === word)
    if (kind !== undefined) return { kind }
    throw new Problem(`${show(word)} is not a place to run`, 'Write each, first, role:NAME or runner.')
  },
)

/** For `sh`, with LF; not blank. */
export const command = parser({ type: 'string', pattern: '\\S' }, (value): string => {
  const text = script(value)
  if (text.trim() !== '') return text
  throw new Problem('is empty', 'Write the command.')
})
