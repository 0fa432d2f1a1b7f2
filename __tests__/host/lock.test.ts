import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SILENCE } from '../../src/connection/silence.ts'
import { describeHolder, HEARTBEAT, LEASE, OWN_LOCK } from '../../src/host/lock.ts'

describe('a lock', () => {
  test.each([
    [
      {
        run: 'https://github.com/a/b/actions/runs/1',
        actor: 'ann',
        mode: 'deploy',
        since: '2026-11-21T18:43:58Z',
      },
      'deploy by ann, https://github.com/a/b/actions/runs/1, since 2026-11-21T18:43:58Z',
    ],
    [{ run: 'r', actor: '', mode: 'prune', since: 't' }, 'prune, r, since t'],
    [{}, 'a run, unknown run, since unknown'],
  ])('of %j says who holds it', (holder, text) => {
    expect(describeHolder(JSON.stringify(holder))).toBe(text)
  })

  test.each(['', 'null', '{', 'held by nobody'])('with %j in it says that nobody knows', (record) => {
    expect(describeHolder(record)).toBe('a holder that left no record')
  })

  test('says something of whatever is in it', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (record) => describeHolder(record).length > 0))
  })

  test('outlives several signs of life that were lost', () => {
    expect(LEASE / HEARTBEAT).toBeGreaterThanOrEqual(4)
  })

  test('is not given up by its host before the runner gives up the host', () => {
    expect(SILENCE.every * (SILENCE.times + 1)).toBeLessThanOrEqual(LEASE)
  })

  // Two leases, and a third of one to see that no clock was set (lock.sh).
  test('is waited for by its own run until it is free without flock, too', () => {
    expect(OWN_LOCK).toBeGreaterThan(2 * LEASE + LEASE / 3)
  })
})
