import { describe, expect, test } from 'vitest'
import { type Abilities, chooseCompression, saysCompression } from '../../src/transfer/compression.ts'

const rsync = (version: string, ...knows: string[]): Abilities => ({
  version: `rsync  version ${version}  protocol version 31`,
  knows,
})
const full = rsync('3.4.1', 'xxh128', 'zstd', 'lz4', 'zlibx')
const FAR = 40

describe('what an upload is compressed with', () => {
  test.each([
    ['zstd', full, full],
    ['lz4', full, rsync('3.2.7', 'lz4', 'zlibx')],
    ['lz4', rsync('3.2.7', 'lz4', 'zlibx'), full],
    ['zlibx', full, rsync('3.2.3', 'zlibx')],
    ['zlibx', full, rsync('3.1.3')],
    ['zlibx', full, rsync('3.1.1')],
  ])('is %s, the best that both have', (choice, ours, theirs) => {
    expect(chooseCompression(ours, theirs, FAR, 0.5)?.choice).toBe(choice)
  })

  test.each([
    ['a host that knows none', full, rsync('3.2.7', 'xxh128')],
    ['a host before the first that can be asked', full, rsync('3.1.0')],
    ['a runner whose rsync takes none by name', rsync('3.1.3'), full],
    ['runner and host that know different ones', rsync('3.2.7', 'zstd'), rsync('3.2.7', 'lz4')],
    ['a host that says nothing of the kind', full, { version: '', knows: [] }],
  ])('is nothing with %s', (_, ours, theirs) => {
    expect(chooseCompression(ours, theirs, FAR, 0.5)).toBeNull()
  })

  test('is nothing next door; a host whose distance nobody knows may be far', () => {
    expect(chooseCompression(full, full, 0, 0.5)).toBeNull()
    expect(chooseCompression(full, full, 0.4, 0.5)).toBeNull()
    expect(chooseCompression(full, full, 12, 0.5)).not.toBeNull()
    expect(chooseCompression(full, full, null, 0.5)).not.toBeNull()
  })

  test('costs less of the CPU where many share it', () => {
    const level = (crowd: number) => chooseCompression(full, full, FAR, crowd)?.level ?? 0
    expect(level(10)).toBeLessThan(level(0.5))
  })
})

describe("the user's own flags", () => {
  test.each([
    '-z',
    '-zz',
    '-vz',
    '--compress',
    '--no-compress',
    '--no-z',
    '--compress-choice=lz4',
    '--compress-level=9',
    '--zc=zlib',
    '--zl=1',
    '--new-compress',
    '--old-compress',
    '--skip-compress=gz',
  ])('%s says how to compress', (flag) => {
    expect(saysCompression(['--bwlimit=1', flag])).toBe(true)
  })

  test.each(['-v', '-B700z', '-fz', '--exclude=z', '--exclude=--compress', '--bwlimit=1', '--chmod=Fg+w'])(
    '%s does not',
    (flag) => {
      expect(saysCompression([flag])).toBe(false)
    },
  )
})
