// Values that are a part of the hosts: so many of them, so many percent, or one slice of several.

import type { Shard } from '../../release/shard.ts'
import type { Share } from '../../release/waves.ts'
import { parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'
import { listIn } from './lists.ts'

const countForm = '[1-9][0-9]{0,5}'
const percentForm = '([1-9][0-9]?|100)%'
const shareForm = `(${countForm}|${percentForm})`
const countShape = { type: 'integer', minimum: 1, maximum: 999_999 }
const shareShape = { anyOf: [countShape, { type: 'string', pattern: `^${shareForm}$` }] }

/** `3` is 3 hosts, `25%` is 25 percent of them. */
export const share = parser(shareShape, (value): Share => {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  if (!new RegExp(`^${shareForm}$`).test(text)) {
    throw new Problem(
      `${show(value)} is neither a number of hosts nor a percentage`,
      'Write digits, such as 3, or whole percents from 1% to 100%.',
    )
  }
  const amount = Number.parseInt(text, 10)
  return text.endsWith('%') ? { percent: amount } : { count: amount }
})

/**
 * How many hosts are switched when each wave is over, those of earlier ones counted in; the last is always 100%. Counts rise
 * and percents rise. How a count compares with a percentage depends on the hosts: a wave may turn out to add none.
 */
export const waves = parser(
  {
    anyOf: [
      { type: 'array', items: shareShape, minItems: 1 },
      countShape,
      { type: 'string', pattern: `^${shareForm}(\\s*,\\s*${shareForm})*$` },
    ],
  },
  (value): readonly Share[] => {
    const items =
      typeof value === 'string' ? (listIn(value) ?? value.split(',')) : Array.isArray(value) ? value : [value]
    const shares = items.map(share)
    if (shares.length === 0) throw new Problem('names no wave', 'Write waves such as 1, 25%, 100%.')
    for (const [index, each] of shares.entries()) {
      const past = shares.slice(0, index).find((earlier) => !rises(earlier, each))
      if (past === undefined) continue
      throw new Problem(
        `${spelled(each)} does not rise above ${spelled(past)}`,
        'Each wave says how many hosts are switched when it is over: 1, 25%, 100%.',
      )
    }
    return shares.some(isAll) ? shares : [...shares, { percent: 100 }]
  },
)

function rises(from: Share, to: Share): boolean {
  if (isAll(from)) return false
  if ('count' in from) return !('count' in to) || from.count < to.count
  return 'count' in to || from.percent < to.percent
}

function isAll(share: Share): boolean {
  return 'percent' in share && share.percent === 100
}

function spelled(share: Share): string {
  return 'count' in share ? String(share.count) : `${share.percent}%`
}

const shardForm = `^(${countForm})/(${countForm})$`

/** `2/5` is the second of five. */
export const shard = parser({ type: 'string', pattern: shardForm }, (value): Shard => {
  const text = typeof value === 'string' ? value.trim() : ''
  const [index = 0, count = 0] = new RegExp(shardForm).test(text) ? text.split('/').map(Number) : []
  if (index >= 1 && index <= count) return { index, count }
  throw new Problem(`${show(value)} is not one part of several`, 'Write which, and of how many: 2/5.')
})
