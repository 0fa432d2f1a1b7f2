import { expect, test } from 'vitest'
import { isStalled } from '../../src/transfer/stall.ts'

/** Bytes that had passed after each of `seconds`, at that many a second. */
const at = (rate: number, seconds: number) =>
  Array.from({ length: seconds + 1 }, (_, second) => second * rate)

test.each<[string, readonly number[], boolean]>([
  ['nothing for as long as one may think', at(0, 14), false],
  ['nothing for longer', at(0, 15), true],
  ['drops', at(100, 60), true],
  ['a slow line', at(3000, 60), false],
  ['much, and then nothing', [...at(1_000_000, 20), ...Array(15).fill(20_000_000)], true],
  ['much, a pause, and more', [...at(1_000_000, 20), ...Array(14).fill(20_000_000), 20_100_000], false],
  ['a new count after work of our own', [0], false],
])('%s', (_, passed, stalled) => {
  expect(isStalled(passed)).toBe(stalled)
})
