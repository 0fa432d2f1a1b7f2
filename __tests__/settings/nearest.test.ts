import { expect, test } from 'vitest'
import { nearest } from '../../src/settings/nearest.ts'

const words = ['release', 'release_dir', 'release_count', 'hosts', 'user', 'at']

test.each([
  ['relase_count', 'release_count'],
  ['RELEASE_DIR', 'release_dir'],
  ['host', 'hosts'],
  ['usre', 'user'],
  ['releases_count', 'release_count'],
  ['colour', undefined],
  ['', undefined],
  ['x', undefined],
  ['x'.repeat(100_000), undefined],
])('%.20j is nearest to %j', (word, expected) => {
  expect(nearest(word, words)).toBe(expected)
})
