import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { each, type Fleet, FleetFailure, failuresOf, reasonOf } from '../../src/flow/fleet.ts'
import { makeRun, makeStation } from './runs.ts'

function makeFleet(size: number): Fleet {
  return Array.from({ length: size }, (_, at) => makeStation(`web${at + 1}`))
}

async function failureOf(work: Promise<void>): Promise<FleetFailure> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(FleetFailure)
  return error
}

describe('a phase', () => {
  test('ends when it has ended on every host', async () => {
    const ended: string[] = []
    const fleet = makeFleet(5)
    await each(makeRun().context, fleet, 'updating', async ({ host }) => {
      await sleep(host.label === 'web1' ? 30 : 1)
      ended.push(host.label)
    })
    expect(ended.sort()).toEqual(fleet.map(({ host }) => host.label))
  })

  test('ends on every host also when one of them fails at once', async () => {
    const ended: string[] = []
    const fleet = makeFleet(3)
    const failure = await failureOf(
      each(makeRun().context, fleet, 'updating', async ({ host }) => {
        if (host.label === 'web2') throw new Error('disk full')
        await sleep(20)
        ended.push(host.label)
      }),
    )
    expect(ended).toEqual(['web1', 'web3'])
    expect(failure).toMatchObject({ phase: 'updating', message: 'disk full' })
    expect(failure.failures[0]?.detail).toMatchObject({ host: 'web2', phase: 'updating' })
    expect(fleet.map(({ error }) => error)).toEqual([null, 'disk full', null])
  })

  test('has a failure for each host that failed, with the first error of a host kept', async () => {
    const fleet = makeFleet(3)
    ;(fleet[0] as (typeof fleet)[number]).error = 'was slow before'
    const failure = await failureOf(
      each(makeRun().context, fleet, 'published', async ({ host }) => {
        throw new Failure(`no ${host.label}`, { host: host.label, remedy: 'look' })
      }),
    )
    expect(failure.failures.map(({ message }) => message).sort()).toEqual(['no web1', 'no web2', 'no web3'])
    expect(failure.failures[0]?.detail.remedy).toBe('look')
    expect(fleet[0]?.error).toBe('was slow before')
  })

  test('without hosts is over at once', async () => {
    await each(makeRun().context, [], 'updating', () => Promise.reject(new Error('never')))
  })

  test('works on max_parallel hosts at once, and on each of them once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 20 }),
        async (limit, size) => {
          const seen = new Map<string, number>()
          let now = 0
          let most = 0
          await each(
            makeRun({ max_parallel: limit }).context,
            makeFleet(size),
            'updating',
            async ({ host }) => {
              most = Math.max(most, ++now)
              seen.set(host.label, (seen.get(host.label) ?? 0) + 1)
              await sleep(0)
              now -= 1
            },
          )
          expect(most).toBe(Math.min(limit, size))
          expect([...seen.values()]).toEqual(Array(size).fill(1))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('a phase together', () => {
  test('stops the others at the first failure, which alone is told', async () => {
    const fleet = makeFleet(4)
    const stopped: string[] = []
    const failure = await failureOf(
      each(
        makeRun().context,
        fleet,
        'updating',
        async ({ host }, signal) => {
          if (host.label === 'web3') throw new Error('no room')
          await sleep(60_000, undefined, { signal }).catch((error) => {
            stopped.push(host.label)
            throw error
          })
        },
        { together: true },
      ),
    )
    expect(stopped.sort()).toEqual(['web1', 'web2', 'web4'])
    expect(failure.failures.map(({ message }) => message)).toEqual(['no room'])
    expect(fleet.map(({ error }) => error)).toEqual([null, null, 'no room', null])
  })

  test('begins on no further host after a failure', async () => {
    const begun: string[] = []
    await failureOf(
      each(
        makeRun({ max_parallel: 1 }).context,
        makeFleet(3),
        'updating',
        async ({ host }) => {
          begun.push(host.label)
          throw new Error('no')
        },
        { together: true },
      ),
    )
    expect(begun).toEqual(['web1'])
  })

  test('is not stopped by a failure when it is not asked to be', async () => {
    const begun: string[] = []
    await failureOf(
      each(makeRun({ max_parallel: 1 }).context, makeFleet(3), 'updating', async ({ host }, signal) => {
        begun.push(host.label)
        expect(signal.aborted).toBe(false)
        throw new Error('no')
      }),
    )
    expect(begun).toEqual(['web1', 'web2', 'web3'])
  })
})

describe('a cancellation', () => {
  test.each([true, false])(
    'reaches every host and is told for each of them (together: %s)',
    async (together) => {
      const run = makeRun({ max_parallel: 2 })
      const begun: string[] = []
      const phase = each(
        run.context,
        makeFleet(4),
        'updating',
        async ({ host }, signal) => {
          begun.push(host.label)
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
        },
        { together },
      )
      await sleep(5)
      run.cancel(new Failure('the run was cancelled', { remedy: 'Run it again.' }))
      const { failures } = await failureOf(phase)
      expect(begun).toEqual(['web1', 'web2'])
      expect(new Set(failures.map(({ message }) => message))).toEqual(new Set(['the run was cancelled']))
      expect(failures[0]?.detail.remedy).toBe('Run it again.')
    },
  )

  test('before a phase lets nothing begin', async () => {
    const run = makeRun()
    run.cancel(new Failure('the run was cancelled', {}))
    const { failures } = await failureOf(
      each(run.context, makeFleet(2), 'updating', () => Promise.reject(new Error('begun'))),
    )
    expect(failures.map(({ message }) => message)).toEqual(['the run was cancelled', 'the run was cancelled'])
  })
})

describe('what stopped a phase', () => {
  const failed = new FleetFailure('updated', [
    new Failure('no', { host: 'web1', phase: 'updated' }),
    new Failure('no either', { host: 'web2', phase: 'updated' }),
  ])

  test('is told host by host, with what was not changed', () => {
    const failures = failuresOf(failed, 'updating', 'No host was switched.')
    expect(failures.map(({ detail }) => [detail.host, detail.unchanged])).toEqual([
      ['web1', 'No host was switched.'],
      ['web2', 'No host was switched.'],
    ])
    expect(failuresOf(new Error('boom'), 'publishing', undefined)[0]).toMatchObject({
      message: 'boom',
      detail: { phase: 'publishing' },
    })
  })

  test.each([
    [failed.failures, 'web1: no (and 1 more)'],
    [failed.failures.slice(0, 1), 'web1: no'],
    [[new Failure('no host at all', {})], 'no host at all'],
    [[], 'unknown'],
  ])('is one sentence', (failures, sentence) => {
    expect(reasonOf(failures)).toBe(sentence)
  })

  test('is a short sentence', () => {
    expect(reasonOf([new Failure('x'.repeat(9000), {})]).length).toBeLessThanOrEqual(500)
  })
})
