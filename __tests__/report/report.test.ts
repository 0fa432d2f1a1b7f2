import { expect, test } from 'vitest'
import { createLog } from '../../src/report/log.ts'
import { reportRun } from '../../src/report/report.ts'
import { failedGate, run } from './fixtures.ts'
import { record } from './recorder.ts'

const env = { GITHUB_OUTPUT: '/tmp/output', GITHUB_STEP_SUMMARY: '/tmp/summary' }
const broken = () => {
  throw new RangeError('too much')
}

test('a report is an annotation, the end of the log, a summary and outputs', async () => {
  const sink = record()
  await reportRun(failedGate, true, createLog(sink, []), sink, env)
  expect(sink.lines).toHaveLength(2)
  expect(sink.summaries).toHaveLength(1)
  expect(sink.outputs.get('status')).toBe('reverted')
  const plain = record()
  await reportRun(run(), false, createLog(plain, []), plain, env)
  expect(plain.summaries).toEqual([])
})

test.each<[string, object, string]>([
  ['annotation', { fail: broken }, 'The failure could not be told: too much'],
  ['end of the log', { finish: broken }, 'The end of the log could not be written: too much'],
])('of which the %s cannot be made has the rest', async (_, odd, warning) => {
  const sink = record()
  await reportRun(failedGate, true, { ...createLog(sink, []), ...odd }, sink, env)
  expect(sink.text).toContain(`(warning, releases-deploy) ${warning}`)
  expect(sink.lines).toHaveLength(2)
  expect(sink.summaries).toHaveLength(1)
  expect(sink.outputs.get('status')).toBe('reverted')
})

test('of which the summary cannot be made has the rest', async () => {
  const sink = record()
  const odd = { ...failedGate, repository: 'nowhere' }
  await reportRun(odd, true, createLog(sink, []), sink, env)
  expect(sink.text).toContain('(warning, releases-deploy) The job summary could not be written: Invalid URL')
  expect(sink.summaries).toEqual([])
  expect(sink.outputs.get('status')).toBe('reverted')
})
