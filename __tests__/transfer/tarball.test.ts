import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTarballs, sendTarball, tarballOf } from '../../src/transfer/tarball.ts'

let dir: string
let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tarball-'))
  dir = join(scratch, 'build')
  mkdirSync(dir)
  mkdirSync(join(dir, 'dir'))
  writeFileSync(join(dir, 'file'), 'text\n')
})
afterEach(() => {
  vi.unstubAllEnvs()
  // Nothing of it is left but the build.
  expect(readdirSync(scratch)).toEqual(['build'])
  rmSync(scratch, { recursive: true })
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
  expect(await tarballOf(dir, scratch, left('./file'))).not.toBeNull()
  chmodSync(join(dir, path), mode)
  expect(await tarballOf(dir, scratch, left('./file'))).toBeNull()
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
    expect((await tarballOf(dir, scratch, left('./large'))) !== null).toBe(fits)
  }
})

test('so is what has gone since it was listed, and all when there is no tar', async () => {
  expect(await tarballOf(dir, scratch, left('./file', './gone'))).toBeNull()
  vi.stubEnv('PATH', dir)
  expect(await tarballOf(dir, scratch, left('./file'))).toBeNull()
})

test('and all when the tar here ends without reading what it is told', async () => {
  writeFileSync(join(dir, 'tar'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${dir}:${process.env.PATH}`)
  const many = { ...left('./file'), others: Buffer.from('./dir\0'.repeat(100_000)) }
  for (let at = 0; at < 3; at++) expect(await tarballOf(dir, scratch, many)).toBeNull()
})

test('an upload of it that is cancelled ends, also before it has a channel', async () => {
  const shell = { channel: new Promise<never>(() => undefined), run: () => undefined, write: () => undefined }
  const task = { shell, invocation: '', data: Buffer.alloc(0), host: 'web1' }
  await expect(sendTarball({ ...task, signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout')
  await expect(sendTarball({ ...task, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
})

test('a file of two names is packed twice', async () => {
  linkSync(join(dir, 'file'), join(dir, 'again'))
  expect(statSync(join(dir, 'again')).nlink).toBe(2)
  vi.stubEnv('TAR_OPTIONS', '--no-such-option')
  const packed = gunzipSync((await tarballOf(dir, scratch, left('./again', './file'))) as Buffer).toString(
    'latin1',
  )
  expect(packed.split('text\n')).toHaveLength(3)
})

test('the same for the same, made once', async () => {
  const tarballs = createTarballs(dir, scratch)
  const rest = left('./file')
  expect(tarballs(rest)).toBe(tarballs(rest))
  expect(await tarballs(left('./file'))).not.toBe(await tarballs(rest))
})
