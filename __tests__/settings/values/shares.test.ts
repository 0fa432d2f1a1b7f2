import { describe, expect, test } from 'vitest'
import { shard, share, waves } from '../../../src/settings/values/shares.ts'
import { faultOf } from '../faults.ts'

test.each([
  ['3', { count: 3 }],
  [3, { count: 3 }],
  [' 25% ', { percent: 25 }],
  ['1%', { percent: 1 }],
  ['100%', { percent: 100 }],
  ['999999', { count: 999_999 }],
])('a part %j of the hosts is %j', (given, expected) => {
  expect(share(given)).toEqual(expected)
})

test.each([
  '0',
  0,
  -1,
  '-1',
  '0%',
  '101%',
  '12.5%',
  0.5,
  '50 %',
  '%',
  '',
  'all',
  true,
  null,
  '1000000',
  ['1'],
])('a part %j of the hosts is refused', (given) => {
  expect(faultOf(() => share(given))).toBe(
    `${JSON.stringify(given)} is neither a number of hosts nor a percentage. ` +
      'Write digits, such as 3, or whole percents from 1% to 100%.',
  )
})

describe('waves', () => {
  const all = { percent: 100 }
  test.each([
    ['100%', [all]],
    ['1, 25%, 100%', [{ count: 1 }, { percent: 25 }, all]],
    ['1,25%', [{ count: 1 }, { percent: 25 }, all]],
    ['50%, 3', [{ percent: 50 }, { count: 3 }, all]],
    [1, [{ count: 1 }, all]],
    [
      [1, 5, '50%'],
      [{ count: 1 }, { count: 5 }, { percent: 50 }, all],
    ],
  ])('%j', (given, expected) => {
    expect(waves(given)).toEqual(expected)
  })

  const remedy = 'Each wave says how many hosts are switched when it is over: 1, 25%, 100%.'
  test.each([
    ['5, 1', `1 does not rise above 5. ${remedy}`],
    ['1, 1', `1 does not rise above 1. ${remedy}`],
    ['50%, 3, 50%', `50% does not rise above 50%. ${remedy}`],
    ['50%, 25%, 100%', `25% does not rise above 50%. ${remedy}`],
    ['100%, 3', `3 does not rise above 100%. ${remedy}`],
    ['100%, 100%', `100% does not rise above 100%. ${remedy}`],
    [[], 'names no wave. Write waves such as 1, 25%, 100%.'],
  ])('%j is refused', (given, fault) => {
    expect(faultOf(() => waves(given))).toBe(fault)
  })

  test.each(['', ',', '1,', '1;2', '0, 100%', '1 25%', { first: 1 }])('%j is refused', (given) => {
    expect(faultOf(() => waves(given))).toContain('is neither a number of hosts nor a percentage')
  })
})

describe('a shard', () => {
  test('is counted from 1', () => {
    expect(shard(' 2/5\n')).toEqual({ index: 2, count: 5 })
    expect(shard('1/1')).toEqual({ index: 1, count: 1 })
  })

  test.each(['0/5', '6/5', '2', '2/', '/5', '2/0', '-1/5', '2/5/7', '2 of 5', 0.4, null, '1/9999999'])(
    '%j is refused',
    (given) => {
      expect(faultOf(() => shard(given))).toBe(
        `${JSON.stringify(given)} is not one part of several. Write which, and of how many: 2/5.`,
      )
    },
  )
})
