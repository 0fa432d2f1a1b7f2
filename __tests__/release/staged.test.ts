import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf, type Position } from '../../src/release/history.ts'
import type { Deploy, State } from '../../src/release/manifest.ts'
import { chooseStaged } from '../../src/release/staged.ts'
import { anySeen, entry } from './arbitraries.ts'

const run = 'https://github.com/o/r/actions/runs/7'

/** Releases in the order they came. `staged by us`: by the workflow run that asks. `gone`: staged, and not on the disk. */
type Was = State | 'staged by us' | 'gone'

function host(label: string, states: Record<string, Was>, current: string | null): Position {
  const names = Object.keys(states)
  const entries = names.map((name, at) => {
    const was = states[name] as Was
    const known: Partial<Deploy> = was === 'staged by us' ? { run } : { run: 'another' }
    const state = was === 'staged by us' || was === 'gone' ? 'staged' : was
    return entry(name, { ...known, seq: at + 1, state, activations: state === 'live' ? [at + 1] : [] })
  })
  const disk = names.filter((name) => states[name] !== 'gone')
  return { host: label, current, history: historyOf({ entries, disk, records: [], current }) }
}

const wish = { named: undefined, run, earlier: null }

describe('a publish without a name', () => {
  test.each<[string, readonly Position[], string]>([
    ['takes the newest', [host('web1', { a: 'live', b: 'staged', c: 'staged' }, 'a')], 'c'],
    ['takes the first that ever came', [host('web1', { a: 'staged' }, null)], 'a'],
    ['takes none that is gone', [host('web1', { a: 'live', b: 'staged', c: 'gone' }, 'a')], 'b'],
    [
      'takes the newest that every host has',
      [host('web1', { a: 'staged', b: 'staged' }, null), host('web2', { a: 'staged' }, null)],
      'a',
    ],
    [
      'counts a host that serves it already',
      [host('web1', { a: 'live', b: 'live' }, 'b'), host('web2', { a: 'live', b: 'staged' }, 'a')],
      'b',
    ],
  ])('%s', (_, hosts, release) => {
    expect(chooseStaged(hosts, wish)).toEqual({ release })
  })

  test.each<[string, readonly Position[], string, string]>([
    ['finds none', [host('web1', { a: 'live' }, 'a')], 'no release is staged', 'Run `mode: stage` first.'],
    [
      'takes nothing that is older than what is served',
      [host('web1', { a: 'staged', b: 'live' }, 'b')],
      'no release is staged that is newer than what is served',
      'Run `mode: stage` first, or name the older one: `release: a`.',
    ],
  ])('%s', (_, hosts, message, remedy) => {
    expect(chooseStaged(hosts, wish)).toEqual({ refusals: [{ message, remedy, host: null }] })
  })

  test('comes to an end where a host tells of 100,000 releases that no other has', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`r${at}`, 'staged' as const]))
    const other = host('web2', { a: 'staged' }, null)
    expect(chooseStaged([host('web1', { a: 'staged', ...many }, null), other], wish)).toEqual({
      release: 'a',
    })
    expect(chooseStaged([host('web1', many, null), other], wish)).toHaveProperty('refusals')
  })

  test('says of each host that stands in the way what the release is there', () => {
    const hosts = [
      host('web1', { a: 'live', b: 'staged' }, 'a'),
      host('web2', { a: 'live', b: 'failed' }, 'a'),
      host('web3', { a: 'live' }, 'a'),
    ]
    const choice = chooseStaged(hosts, wish)
    expect('refusals' in choice && choice.refusals.map(({ host, message }) => [host, message])).toEqual([
      ['web2', 'release b is failed here, not staged'],
      ['web3', 'release b is not staged here'],
    ])
  })
})

test('a named release that is gone is said to be, and why', () => {
  const gone = [
    host('web1', { a: 'live', b: 'gone', c: 'live' }, 'c'),
    host('web2', { a: 'live', b: 'gone' }, 'a'),
  ]
  const remedy = 'Run `mode: stage` for it.'
  expect(chooseStaged(gone, { ...wish, named: 'b' })).toEqual({
    refusals: [
      {
        message: 'release b is not staged here any more: a newer one went live since, and it was removed',
        remedy,
        host: 'web1',
      },
      { message: 'release b is not staged here any more: it is gone from the disk', remedy, host: 'web2' },
    ],
  })
})

describe('a second attempt', () => {
  const hosts = (states: Record<string, Was>, current: string) => [host('web1', states, current)]

  test('goes on with what the first has published, though an older one is still staged', () => {
    expect(chooseStaged(hosts({ a: 'staged', b: 'live' }, 'b'), { ...wish, earlier: 'b' })).toEqual({
      release: 'b',
    })
  })

  test('takes what its run has staged since, and nobody else’s', () => {
    const states = { a: 'live', b: 'staged by us', c: 'staged' } as const
    expect(chooseStaged(hosts(states, 'a'), { ...wish, earlier: 'a' })).toEqual({ release: 'b' })
    expect(chooseStaged(hosts({ a: 'live', c: 'staged' }, 'a'), { ...wish, earlier: 'a' })).toEqual({
      release: 'a',
    })
  })
})

describe('a publish with a name', () => {
  test('goes there, also to an older one', () => {
    const hosts = [host('web1', { a: 'staged', b: 'live' }, 'b')]
    expect(chooseStaged(hosts, { ...wish, named: 'a' })).toEqual({ release: 'a' })
    expect(chooseStaged(hosts, { ...wish, named: 'a', earlier: 'b' })).toEqual({ release: 'a' })
  })

  test('names the way to one that was live', () => {
    const choice = chooseStaged([host('web1', { a: 'live', b: 'live' }, 'b')], { ...wish, named: 'a' })
    expect(choice).toMatchObject({
      refusals: [{ host: 'web1', remedy: expect.stringContaining('rollback') }],
    })
  })
})

test('whatever the hosts hold, what is chosen is staged or served on each of them', () => {
  const position = anySeen.map(
    (seen): Position => ({
      host: 'web',
      current: seen.current,
      history: historyOf(seen),
    }),
  )
  fc.assert(
    fc.property(fc.array(position, { minLength: 1, maxLength: 3 }), (hosts) => {
      const choice = chooseStaged(hosts, wish)
      if (!('release' in choice)) {
        expect(choice.refusals).not.toEqual([])
        return
      }
      for (const { history, current } of hosts) {
        const there = history.find(({ name }) => name === choice.release)
        expect(current === choice.release || (there?.state === 'staged' && there.onDisk)).toBe(true)
      }
    }),
  )
})
