import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { createCourse } from '../../src/flow/course.ts'
import { failedOutcome, nothingDone, outcomeOf, releaseRows } from '../../src/flow/outcome.ts'
import { entry } from '../release/arbitraries.ts'
import { courseOf, makeRun, makeStation, stateOf, stationWith } from './runs.ts'

const a = entry(
  'a',
  { seq: 1, activations: [2], activated_at: ['t1'], revision: '0123', files: 3 },
  { time: 60 },
)
const b = entry('b', { seq: 3, activations: [4] })
const c = entry('c', { seq: 5, state: 'staged' })

describe('the outcome', () => {
  test('tells each host and the fleet', () => {
    const station = stationWith('web1', [a, b], 'a')
    Object.assign(station, { current: 'b', bytesSent: 10, filesChanged: 2 })
    const { result, attempted, failures } = outcomeOf(courseOf([station], 'b'), {
      status: 'deployed',
      release: 'b',
    })
    expect(result).toMatchObject({
      schema: 1,
      status: 'deployed',
      release: 'b',
      previous_release: 'a',
      release_path: '/srv/app/releases/b',
    })
    expect(result.hosts).toEqual([
      {
        host: 'web1',
        status: 'deployed',
        release: 'b',
        previous_release: 'a',
        error: null,
        seconds: 1,
        bytes_sent: 10,
        files_changed: 2,
        connections: 1,
        round_trips: 2,
      },
    ])
    expect([attempted, failures]).toEqual(['b', []])
  })

  test('without hosts has no path', () => {
    expect(nothingDone([]).result).toMatchObject({
      release_path: null,
      hosts: [],
      releases: [],
    })
  })

  test('names the hosts of which nobody knows what they serve', () => {
    const state = stateOf()
    const fleet = [
      makeStation('down', { state: null }),
      makeStation('empty', { state }),
      makeStation('lost', { state, touched: true }),
      makeStation('emptied', { state, touched: true, putBack: true }),
      makeStation('held', { state: stateOf('held 0 {}') }),
    ]
    const unseenBy = (mode: 'deploy' | 'list') => {
      const course = { ...createCourse(makeRun({ mode }).context, fleet), release: 'b' }
      return outcomeOf(course, { status: 'failed', release: null }).unseen
    }
    expect(unseenBy('deploy')).toEqual(['down', 'lost', 'held'])
    expect(unseenBy('list')).toEqual(['down', 'lost'])
  })

  test('of a host that failed is its own', () => {
    const fleet = [makeStation('web1'), makeStation('web2', { error: 'no room' })]
    const { result } = outcomeOf(courseOf(fleet, 'b'), { status: 'deployed', release: 'b' })
    expect(result.hosts.map(({ status, error }) => [status, error])).toEqual([
      ['deployed', null],
      ['failed', 'no room'],
    ])
  })

  test.each([
    ['no host was switched', ['a', 'a'], null, null],
    ['some hosts were left switched', ['b', 'a'], null, null],
    ['all hosts were left switched', ['b', 'b'], 'b', 'a'],
  ])('of a failed run names a release only if every host serves it: %s', (_, currents, release, previous) => {
    const fleet = currents.map((current, at) =>
      Object.assign(stationWith(`web${at}`, [a, b], 'a'), { current }),
    )
    const failure = new Failure('no', {})
    const { result, attempted, failures } = failedOutcome(courseOf(fleet, 'b'), [failure])
    expect(result).toMatchObject({ status: 'failed', release, previous_release: previous })
    expect([attempted, failures]).toEqual(['b', [failure]])
  })
})

describe('the releases', () => {
  test('are told newest first, with all that is known of them', () => {
    expect(releaseRows([stationWith('web1', [a, b, c], 'b')])).toEqual([
      { release: 'c', current: [], hosts: ['web1'], created_at: '2026-11-21T18:43:58Z', state: 'staged' },
      { release: 'b', current: ['web1'], hosts: ['web1'], created_at: '2026-11-21T18:43:58Z', state: 'live' },
      {
        release: 'a',
        current: [],
        hosts: ['web1'],
        created_at: '2026-11-21T18:43:58Z',
        state: 'live',
        activated_at: ['t1'],
        revision: '0123',
        files: 3,
        time: 60,
      },
    ])
  })

  test('of several hosts are one list, with where they are current and where they are missing', () => {
    const rows = releaseRows([
      stationWith('web1', [a, b], 'b'),
      stationWith('web2', [a, b], 'a', ['b']),
      makeStation('web3', { state: null }),
    ])
    expect(rows).toMatchObject([
      { release: 'b', current: ['web1'], hosts: ['web1'], state: 'live', missing_on: ['web2'] },
      { release: 'a', current: ['web2'], hosts: ['web1', 'web2'], state: 'live' },
    ])
    expect(rows[1]).not.toHaveProperty('missing_on')
  })

  test.each([true, false])(
    'are described by the host that knows most of them (it comes first: %s)',
    (first) => {
      const knows = stationWith('web1', [a], 'a')
      const stray = stationWith('web2', [], 'a', [], ['a'])
      const rows = releaseRows(first ? [knows, stray] : [stray, knows])
      expect(rows[0]).toMatchObject({
        release: 'a',
        time: 60,
        revision: '0123',
        created_at: '2026-11-21T18:43:58Z',
        current: expect.arrayContaining(['web1', 'web2']),
      })
    },
  )

  test('are gone only where they are gone everywhere', () => {
    const [gone, here] = [stationWith('web1', [a], null, ['a']), stationWith('web2', [a], 'a')]
    for (const fleet of [
      [gone, here],
      [here, gone],
    ])
      expect(releaseRows(fleet)[0]?.state).toBe('live')
    expect(releaseRows([gone])[0]).toMatchObject({ state: 'missing', hosts: [], missing_on: ['web1'] })
  })

  test('keep their order where a host has only some of them', () => {
    const rows = releaseRows([stationWith('web1', [b, c], 'b'), stationWith('web2', [a, b], 'b')])
    expect(rows.map(({ release }) => release)).toEqual(['c', 'b', 'a'])
  })

  test('are each told once, also where hosts disagree about their order', () => {
    const swapped = [entry('b', { seq: 1 }), entry('a', { seq: 2 })]
    const fleet = [stationWith('web1', [a, b, c], 'b'), stationWith('web2', swapped, 'b')]
    expect(releaseRows(fleet).map(({ release }) => release)).toEqual(['c', 'b', 'a'])
  })

  test.each([true, false])(
    'are what the host says that has a record of them (it comes first: %s)',
    (first) => {
      const knows = stationWith('web1', [entry('a', { state: 'bad' })], null)
      const stray = stationWith('web2', [], null, [], ['a'])
      const rows = releaseRows(first ? [knows, stray] : [stray, knows])
      expect(rows).toMatchObject([{ release: 'a', state: 'bad' }])
    },
  )

  test('of 50,000 a host are told', () => {
    const many = Array.from({ length: 50_000 }, (_, at) => entry(`r${at}`, { seq: at + 1 }))
    const fleet = [stationWith('web1', many, 'r1'), stationWith('web2', many.slice(100), 'r101')]
    expect(releaseRows(fleet)).toHaveLength(50_000)
  })

  test('of 150,000 are told where a host has them in another order', () => {
    const names = Array.from({ length: 150_000 }, (_, at) => `r${at}`)
    const odd = [...names.slice(75_001), 'r75000']
    const fleet = [names, odd].map((some, host) =>
      makeStation(`web${host}`, { entries: some.map((name, at) => entry(name, { seq: at + 1 })) }),
    )
    const rows = releaseRows(fleet)
    expect(rows.map(({ release }) => release)).toEqual(names.toReversed())
  })

  test('have the metadata that they were given, beside what is known of them', () => {
    const own = { css: '1 kB', revision: 'v7', files: 'many', missing_on: ['mars'], reason: 'why' }
    const told = (state: 'live' | 'failed', reason?: string) => {
      const odd = { ...entry('a', { state, ...(reason && { reason }), revision: 'abc', files: 3 }, own) }
      return releaseRows([stationWith('web1', [odd], 'a')])[0]
    }
    expect(told('live')).toMatchObject({ css: '1 kB', revision: 'abc', files: 3, reason: 'why' })
    expect(told('live')).not.toHaveProperty('missing_on')
    expect(told('failed', 'gate')).toMatchObject({ reason: 'gate' })
  })

  test('cannot be renamed by their own metadata', () => {
    const odd = { ...entry('a', {}, { current: 'no', hosts: 7, state: 'x', created_at: 'never' }) }
    expect(releaseRows([stationWith('web1', [odd], 'a')])[0]).toMatchObject({
      release: 'a',
      current: ['web1'],
      hosts: ['web1'],
      state: 'live',
      created_at: '2026-11-21T18:43:58Z',
    })
  })
})
