import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTarballs, tarballOf } from '../../src/transfer/tarball.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tarball-'))
  mkdirSync(join(dir, 'dir'))
  writeFileSync(join(dir, 'file'), 'text\n')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true })
})

const left = (...files: readonly string[]) => ({
  files,
  others: Buffer.from('./dir\0'),
  paths: Buffer.alloc(0),
  gone: [],
  fresh: [],
})

test.each([
  ['file', 0o4755],
  ['file', 0o2755],
  ['dir', 0o2755],
  ['dir', 0o1777],
  ['dir', 0o555],
  ['dir', 0o600],
  ['.', 0o2755],
  ['.', 0o555],
] as const)('what some tars would not restore is left to rsync: %s, %o', async (path, mode) => {
  expect(await tarballOf(dir, left('./file'))).not.toBeNull()
  chmodSync(join(dir, path), mode)
  expect(await tarballOf(dir, left('./file'))).toBeNull()
  chmodSync(join(dir, path), 0o755)
})

test('what is more than little is left to rsync', async () => {
  for (const [size, packs, fits] of [
    [1_500_000, true, true],
    [3_000_000, true, false],
    [900_000, false, true],
    [1_500_000, false, false],
  ] as const) {
    writeFileSync(join(dir, 'large'), packs ? Buffer.alloc(size) : randomBytes(size))
    expect((await tarballOf(dir, left('./large'))) !== null).toBe(fits)
  }
})

test('so is what has gone since it was listed, and all when there is no tar', async () => {
  expect(await tarballOf(dir, left('./file', './gone'))).toBeNull()
  vi.stubEnv('PATH', dir)
  expect(await tarballOf(dir, left('./file'))).toBeNull()
})

test('a file of two names is packed twice', async () => {
  linkSync(join(dir, 'file'), join(dir, 'again'))
  expect(statSync(join(dir, 'again')).nlink).toBe(2)
  vi.stubEnv('TAR_OPTIONS', '--no-such-option')
  const packed = gunzipSync((await tarballOf(dir, left('./again', './file'))) as Buffer).toString('latin1')
  expect(packed.split('text\n')).toHaveLength(3)
})

test('the same for the same, made once', async () => {
  const tarballs = createTarballs(dir)
  const rest = left('./file')
  expect(tarballs(rest)).toBe(tarballs(rest))
  expect(await tarballs(left('./file'))).not.toBe(await tarballs(rest))
})
