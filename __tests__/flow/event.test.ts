import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventLine } from '../../src/flow/event.ts'
import { anyText } from '../release/arbitraries.ts'
import { makeRun } from './runs.ts'

describe('an event', () => {
  test('says what happened, by whom, from where to where', () => {
    const line = eventLine(makeRun().context, 'deploy', { from: null, to: 'b', bytes: 12, outcome: 'live' })
    expect(JSON.parse(line)).toEqual({
      event: 'deploy',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      mode: 'deploy',
      actor: 'octocat',
      run: 'https://example.com/run/1',
      revision: '0123abc',
      from: null,
      to: 'b',
      bytes: 12,
      outcome: 'live',
      seconds: expect.any(Number),
    })
  })

  test('is one line, whatever the reason', () => {
    fc.assert(
      fc.property(anyText, (why) => {
        const line = eventLine(makeRun().context, 'failed', { why })
        expect(line).not.toMatch(/[\n\r\0]/)
        expect(JSON.parse(line).why).toBe(why)
      }),
    )
  })
})
