import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shardOf } from '../../src/release/shard.ts'

const anyHosts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 60 })
const anyCount = fc.integer({ min: 1, max: 12 })

const same = (host: string) => host
const split = (hosts: readonly string[], count: number) =>
  Array.from({ length: count }, (_, at) => shardOf(hosts, same, { index: at + 1, count }))

describe('shards', () => {
  test('have every host once between them', () => {
    fc.assert(
      fc.property(anyHosts, anyCount, (hosts, count) => {
        expect(split(hosts, count).flat().toSorted()).toEqual(hosts.toSorted())
      }),
    )
  })

  test('differ in size by one host at most', () => {
    fc.assert(
      fc.property(anyHosts, anyCount, (hosts, count) => {
        const sizes = split(hosts, count).map((shard) => shard.length)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('are the same whatever the order of the list, which each keeps', () => {
    const shuffled = anyHosts.chain((hosts) =>
      fc.tuple(
        fc.constant(hosts),
        fc.shuffledSubarray(hosts, { minLength: hosts.length, maxLength: hosts.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, anyCount, ([hosts, other], count) => {
        for (const [at, shard] of split(hosts, count).entries()) {
          const again = split(other, count)[at] as readonly string[]
          expect(again.toSorted()).toEqual(shard.toSorted())
          expect(shard).toEqual(hosts.filter((host) => shard.includes(host)))
          expect(again).toEqual(other.filter((host) => again.includes(host)))
        }
      }),
    )
  })

  test('may be empty where there are more of them than hosts', () => {
    expect(split(['a', 'b'], 4).map((shard) => shard.length)).toEqual([1, 1, 0, 0])
  })
})
