import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf, type Position } from '../../src/release/history.ts'
import type { State } from '../../src/release/manifest.ts'
import { chooseTarget } from '../../src/release/rollback.ts'
import { anySeen, recorded } from './arbitraries.ts'

function host(label: string, states: Record<string, State>, current: string | null): Position {
  const names = Object.keys(states)
  const entries = recorded(names, (name) => states[name] as State)
  return { host: label, current, history: historyOf({ entries, disk: names, records: [], current }) }
}

const three = { a: 'live', b: 'live', c: 'live' } as const

describe('a rollback without a name', () => {
  test.each<[string, readonly Position[], string]>([
    ['goes to the one before', [host('web1', three, 'c')], 'b'],
    ['goes to the same everywhere', [host('web1', three, 'c'), host('web2', three, 'c')], 'b'],
    [
      'goes to the latest that all hosts have',
      [host('web1', three, 'c'), host('web2', { a: 'live', c: 'live' }, 'c')],
      'a',
    ],
    [
      'skips what is bad on any host',
      [host('web1', three, 'c'), host('web2', { ...three, b: 'bad' }, 'c')],
      'a',
    ],
    [
      'leaves a host alone that serves it, bad as it is there',
      [
        host('web1', { b: 'live', c: 'live' }, 'c'),
        host('web2', { b: 'bad' }, 'b'),
        host('web3', { z: 'live', b: 'live' }, 'z'),
      ],
      'b',
    ],
    ['puts a half-switched fleet together again', [host('web1', three, 'c'), host('web2', three, 'b')], 'b'],
    [
      'finds a target where the first host is the one behind',
      [host('web1', { b: 'live', c: 'live' }, 'b'), host('web2', { b: 'live', c: 'live' }, 'c')],
      'b',
    ],
    [
      'goes to what the hosts behind serve, not past it, whoever is first',
      [host('web1', { z: 'live', a: 'live' }, 'a'), host('web2', { z: 'live', a: 'live', b: 'live' }, 'b')],
      'a',
    ],
    [
      'goes to what the hosts behind serve, not past it, the other way round',
      [host('web1', { z: 'live', a: 'live', b: 'live' }, 'b'), host('web2', { z: 'live', a: 'live' }, 'a')],
      'a',
    ],
    ['leaves a place that is no release for the last that was live', [host('web1', three, null)], 'c'],
  ])('%s', (_, hosts, release) => {
    expect(chooseTarget(hosts, undefined)).toEqual({ release })
  })

  test.each<[string, readonly Position[], string]>([
    [
      'is refused with one release',
      [host('web1', { a: 'live' }, 'a')],
      'there is no earlier good release on web1',
    ],
    [
      'is refused when the hosts share none',
      [host('web1', three, 'c'), host('web2', { c: 'live' }, 'c')],
      'there is no earlier good release that all hosts have',
    ],
    [
      'is refused with only bad ones',
      [host('web1', { a: 'bad', b: 'live' }, 'b')],
      'there is no earlier good release on web1',
    ],
  ])('%s', (_, hosts, refusal) => {
    expect(chooseTarget(hosts, undefined)).toMatchObject({ refusal })
  })

  test('comes to an end where a host tells of 20,000 releases that no other has', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`r${at}`, 'live' as const]))
    const other = host('web2', three, 'c')
    expect(chooseTarget([host('web1', many, 'r19999'), other], undefined)).toMatchObject({
      refusal: 'there is no earlier good release that all hosts have',
    })
    const some = host('web1', { ...three, ...many }, 'r19999')
    expect(chooseTarget([some, other], undefined)).toEqual({ release: 'c' })
  })

  test.each<[string, readonly Position[], string]>([
    [
      'one',
      [host('web1', three, 'c'), host('web2', { c: 'live' }, 'c'), host('web3', three, 'c')],
      'Leave web2 out of `hosts` for this run: none of the releases that the others could go back to is there.',
    ],
    [
      'several',
      [host('web1', { c: 'live' }, 'c'), host('web2', three, 'c'), host('web3', { c: 'live' }, 'c')],
      'Leave web1 and web3 out of `hosts` for this run: none of the releases that the others could go back to is there.',
    ],
    [
      'none, where the others have nowhere to go either',
      [
        host('web1', { c: 'live' }, 'c'),
        host('web2', { a: 'live', c: 'live' }, 'c'),
        host('web3', { b: 'live', c: 'live' }, 'c'),
      ],
      'Run `mode: list` to see what each host has, and name one with `release`.',
    ],
  ])('names the hosts that were added later: %s', (_, hosts, remedy) => {
    expect(chooseTarget(hosts, undefined)).toEqual({
      refusal: 'there is no earlier good release that all hosts have',
      remedy,
    })
  })

  test('chooses what is on the disk and good on all hosts, or nothing', () => {
    fc.assert(
      fc.property(fc.array(anySeen, { minLength: 1, maxLength: 4 }), (seen) => {
        const hosts = seen.map((one, at) => ({
          host: `web${at}`,
          history: historyOf(one),
          current: one.current,
        }))
        const choice = chooseTarget(hosts, undefined)
        if ('refusal' in choice) return
        for (const one of hosts) {
          const found = one.history.find((release) => release.name === choice.release)
          expect(found?.onDisk).toBe(true)
          if (one.current !== choice.release) expect(['live', 'adopted']).toContain(found?.state)
        }
        expect(hosts.some((one) => one.current !== choice.release)).toBe(true)
      }),
    )
  })
})

describe('a rollback by name', () => {
  test.each<[string, readonly Position[], string]>([
    ['goes back', [host('web1', three, 'c')], 'a'],
    ['goes forward', [host('web1', three, 'a')], 'c'],
    ['goes to a bad one, when it is named', [host('web1', { ...three, b: 'bad' }, 'c')], 'b'],
    [
      'goes to one that nobody vouches for, when it is named',
      [
        {
          host: 'web1',
          current: null,
          history: historyOf({ entries: [], disk: ['x', 'y'], records: [], current: null }),
        },
      ],
      'x',
    ],
    ['leaves hosts alone that are there', [host('web1', three, 'c'), host('web2', three, 'a')], 'a'],
  ])('%s', (_, hosts, name) => {
    expect(chooseTarget(hosts, name)).toEqual({ release: name })
  })

  test.each<[string, readonly Position[], string, string]>([
    ['is refused where it is current', [host('web1', three, 'c')], 'c', 'release c is already current'],
    ['is refused where it is not', [host('web1', three, 'c')], 'x', 'release x is not on web1'],
    [
      'names the hosts that lack it',
      [host('web1', three, 'c'), host('web2', { c: 'live' }, 'c'), host('web3', { c: 'live' }, 'c')],
      'b',
      'release b is not on web2, web3',
    ],
  ])('%s', (_, hosts, name, refusal) => {
    expect(chooseTarget(hosts, name)).toMatchObject({ refusal, remedy: expect.any(String) })
  })
})
