import { expect, test, vi } from 'vitest'
import { each } from '../../src/flow/fleet.ts'
import type { Span } from '../../src/flow/result.ts'
import { joined } from '../../src/flow/timeline.ts'
import { makeRun, makeStation } from './runs.ts'

test('a host that goes on at once at the same phase does so in one stretch', () => {
  const first = { phase: 'starting', begin: 0, end: 1 }
  expect(joined([], first)).toEqual([first])
  expect(joined([first], { phase: 'starting', begin: 1.009, end: 4 })).toEqual([{ ...first, end: 4 }])
  const later = { phase: 'starting', begin: 3, end: 4 }
  expect(joined([first], later)).toEqual([first, later])
  const next = { phase: 'updating', begin: 1, end: 2 }
  expect(joined([first], next)).toEqual([first, next])
})

test('a host is at work for as long as its own work takes, whatever it waits for in between', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const [quick, slow] = [makeStation('web1', { busy: 0 }), makeStation('web2', { busy: 0 })]
    const { context } = makeRun()
    const work = async (station: unknown) => {
      if (station === quick) return
      // The quick one has ended by then.
      await new Promise((resolve) => setImmediate(resolve))
      vi.setSystemTime(Date.now() + 3000)
    }
    // Two turns of one phase: the quick one waits for the slow one between them.
    for (const _ of [1, 2]) await each(context, [quick, slow], 'published', work)
    const length = (spans: readonly Span[]) => spans.reduce((sum, { begin, end }) => sum + end - begin, 0)
    expect([length(quick.spans), length(slow.spans)]).toEqual([0, 6])
    expect([quick.busy, slow.busy]).toEqual([0, 6])
  } finally {
    vi.useRealTimers()
  }
})

test('a phase is noted on every host, on those that fail too', async () => {
  const [well, ill] = [makeStation('web1', { spans: [] }), makeStation('web2', { spans: [] })]
  const work = async (station: unknown) => {
    if (station === ill) throw new Error('no')
  }
  await expect(each(makeRun().context, [well, ill], 'updating', work)).rejects.toThrow('no')
  for (const { spans } of [well, ill])
    expect(spans).toEqual([{ phase: 'updating', begin: expect.any(Number), end: expect.any(Number) }])
})
