import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Share, shareOf, wavesOf } from '../../src/release/waves.ts'
import { waves as parseWaves } from '../../src/settings/values/shares.ts'

const anyShare: fc.Arbitrary<Share> = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((count) => ({ count })),
  fc.integer({ min: 1, max: 100 }).map((percent) => ({ percent })),
)
const anyHosts = fc.nat({ max: 60 }).map((size) => Array.from({ length: size }, (_, at) => `web${at + 1}`))
const anyShares = fc.array(anyShare, { maxLength: 6 })

describe('waves', () => {
  test('are all hosts, each once, in the order of the list', () => {
    fc.assert(
      fc.property(anyHosts, anyShares, (hosts, shares) => {
        expect(wavesOf(hosts, shares).flat()).toEqual(hosts)
      }),
    )
  })

  test('are never empty', () => {
    fc.assert(
      fc.property(anyHosts, anyShares, (hosts, shares) => {
        for (const wave of wavesOf(hosts, shares)) expect(wave.length).toBeGreaterThan(0)
      }),
    )
  })

  test('end where a share says, or where an earlier one was past that already', () => {
    fc.assert(
      fc.property(anyHosts, anyShares, (hosts, shares) => {
        const waves = wavesOf(hosts, shares)
        const ends = waves.map((_, at) => waves.slice(0, at + 1).flat().length)
        const allowed = new Set([...shares.map((share) => shareOf(share, hosts.length)), hosts.length])
        for (const end of ends) expect(allowed).toContain(end)
        for (const share of shares) {
          const end = shareOf(share, hosts.length)
          const past = shares.slice(0, shares.indexOf(share)).some((one) => shareOf(one, hosts.length) > end)
          if (hosts.length > 0 && !past) expect(ends).toContain(end)
        }
      }),
    )
  })

  test.each([
    ['1, 25%, 100%', 5, [1, 1, 3]],
    ['1, 25%, 100%', 40, [1, 9, 30]],
    ['1, 25%, 100%', 1, [1]],
    ['1, 25%, 100%', 4, [1, 3]],
    ['10%, 50%', 10, [1, 4, 5]],
    ['100%', 7, [7]],
    ['3', 2, [2]],
    ['2, 4', 9, [2, 2, 5]],
  ])('%s of %i hosts', (text, total, sizes) => {
    const hosts = Array.from({ length: total }, (_, at) => at)
    expect(wavesOf(hosts, parseWaves(text)).map((wave) => wave.length)).toEqual(sizes)
  })
})

describe('a share', () => {
  test('is at least one host of some, and at most all of them', () => {
    fc.assert(
      fc.property(anyShare, fc.integer({ min: 1, max: 1000 }), (share, total) => {
        const size = shareOf(share, total)
        expect(size).toBeGreaterThanOrEqual(1)
        expect(size).toBeLessThanOrEqual(total)
      }),
    )
  })

  test('in percent is rounded up, without the slips of floating point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 5000 }), (percent, total) => {
        const size = shareOf({ percent }, total)
        expect(BigInt(size) * 100n).toBeGreaterThanOrEqual(BigInt(percent) * BigInt(total))
        expect(BigInt(size - 1) * 100n).toBeLessThan(BigInt(percent) * BigInt(total))
      }),
    )
  })
})
