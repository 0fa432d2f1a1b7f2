import { expect, test } from 'vitest'
import { releasesTable } from '../../src/report/releases.ts'
import { rows } from './fixtures.ts'

test('a table in the log ends at 2,000 releases and counts the others', () => {
  const many = Array.from({ length: 5_000 }, (_, at) => ({ ...rows[2], release: `r${at}` })) as never[]
  const lines = releasesTable(many)
  expect(lines).toHaveLength(2_002)
  expect(lines.at(-1)).toBe('  … 3,000 more releases')
})
