import { expect, test } from 'vitest'
import type { ReleaseRow } from '../../src/flow/result.ts'
import { releasesTable, stateOf } from '../../src/report/releases.ts'
import { rows } from './fixtures.ts'

test('a table in the log ends at 2,000 releases and counts the others', () => {
  const many = Array.from({ length: 5_000 }, (_, at) => ({ ...rows[2], release: `r${at}` })) as never[]
  const lines = releasesTable(many)
  expect(lines).toHaveLength(2_002)
  expect(lines.at(-1)).toBe('  … 3,000 more releases')
})

test('the page of the run that went back from a release is told whole, whatever is cut before it', () => {
  const page = 'https://github.com/o/r/actions/runs/7'
  const row = { ...rows[1], state: 'bad', reason: `rolled back to b by octocat in ${page}` } as ReleaseRow
  expect(stateOf(row)).toEqual({ words: 'bad: rolled back to b by octocat in', page })
  expect(releasesTable([row])[1]).toContain(`bad: rolled back to b by octocat in ${page}`)
  const long = { ...row, reason: `rolled back to ${'b'.repeat(100)} by octocat in ${page}` }
  expect(releasesTable([long])[1]).toMatch(/ bad: rolled back to b+… \(\d+ more\) https:\S+\/runs\/7 /)
})

test.each([
  'http://github.com/o/r/actions/runs/7',
  'https://github.com/o/r/actions/runs/7/attempts/1',
  'https://github.com/o/r/actions/runs/7?x',
  'https://user@github.com/o/r/actions/runs/7',
  'https://github.com/o/r/s/actions/runs/7',
  `https://github.com/o/${'r'.repeat(200)}/actions/runs/7`,
  'javascript:https://github.com/o/r/actions/runs/7',
])('%s is no page of a run', (address) => {
  const reason = `rolled back in ${address}`
  expect(stateOf({ ...rows[1], state: 'bad', reason } as ReleaseRow).page).toBe(null)
})
