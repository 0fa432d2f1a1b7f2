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
import { connectLocal } from '../../src/connection/local.ts'
import { Failure } from '../../src/failure.ts'
import type { Remainder } from '../../src/transfer/content.ts'
import { awaitShell } from '../../src/transfer/shell.ts'
import { createTarballs, sendTarball, tarballOf } from '../../src/transfer/tarball.ts'
import { Disagreement, TransientError } from '../../src/transfer/trouble.ts'

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
  rmSync(scratch, { recursive: true, maxRetries: 20, retryDelay: 100 })
})

const left = (...files: readonly string[]) => ({
  files,
  others: Buffer.from('./dir\0'),
  paths: Buffer.alloc(0),
  gone: [],
  fresh: [],
})

/** Null also where nothing comes of it. */
const packed = async (rest: Remainder) => (await tarballOf(dir, scratch, rest)?.data) ?? null

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
  expect(await packed(left('./file'))).not.toBeNull()
  chmodSync(join(dir, path), mode)
  expect(tarballOf(dir, scratch, left('./file'))).toBeNull()
  chmodSync(join(dir, path), 0o755)
})

test('what is more than little is left to rsync', async () => {
  for (const [size, fits] of [
    [1_500_000, true],
    [1_600_000, false],
  ] as const) {
    writeFileSync(join(dir, 'large'), randomBytes(size))
    expect((await packed(left('./large'))) !== null).toBe(fits)
  }
})

test('so is what has gone since it was listed', () => {
  expect(tarballOf(dir, scratch, left('./file', './gone'))).toBeNull()
})

test.each([
  ['there is no tar', undefined],
  ['the tar is another', '#!/bin/sh\necho bsdtar 3.7.2'],
])('so is all when %s', async (_, text) => {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  if (text) writeFileSync(join(bin, 'tar'), text, { mode: 0o755 })
  vi.resetModules()
  const { createTarballs } = await import('../../src/transfer/tarball.ts')
  const path = process.env.PATH
  vi.stubEnv('PATH', text ? `${bin}:${path}` : bin)
  expect(await createTarballs(dir, scratch)(left('./file'))).toBeNull()
  vi.stubEnv('PATH', path)
  vi.resetModules()
  const again = await import('../../src/transfer/tarball.ts')
  const made = await again.createTarballs(dir, scratch)(left('./file'))
  expect(await made?.data).toBeInstanceOf(Buffer)
})

test('no archive comes of it when the tar here has gone', async () => {
  vi.stubEnv('PATH', dir)
  expect(await packed(left('./file'))).toBeNull()
})

test('nor when it ends without reading what it is told', async () => {
  writeFileSync(join(dir, 'tar'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${dir}:${process.env.PATH}`)
  const many = { ...left('./file'), others: Buffer.from('./dir\0'.repeat(100_000)) }
  for (let at = 0; at < 3; at++) expect(await packed(many)).toBeNull()
})

test('an upload of it that is cancelled ends, also before it has a channel', async () => {
  const shell = { channel: new Promise<never>(() => undefined), run: () => undefined, write: () => undefined }
  const tarball = { data: Promise.resolve(Buffer.alloc(0)) }
  const task = { shell, invocation: '', head: Buffer.alloc(0), tarball, host: 'web1' }
  await expect(sendTarball({ ...task, signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout')
  await expect(sendTarball({ ...task, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
})

/** What comes of an archive that the host takes by these words of its shell. */
async function unpackedBy(words: string): Promise<Failure> {
  await using connection = await connectLocal()
  const failure = await sendTarball({
    shell: awaitShell(connection, undefined),
    invocation: words,
    head: Buffer.alloc(0),
    tarball: { data: Promise.resolve(randomBytes(100_000)) },
    host: 'web1',
    signal: new AbortController().signal,
  }).catch((error: unknown) => error)
  if (failure instanceof Failure) return failure
  throw new Error(`no failure: ${failure}`)
}

test.each([
  'Cannot write: No space left on device',
  'Cannot write: Disk quota exceeded',
  'Wrote only 1024 of 10240 bytes',
])('a host without room is told as such, and rsync is not to fill it again: %s', async (said) => {
  const full = `tar: ./file: ${said}`
  const failure = await unpackedBy(`cat >/dev/null; echo 'tar: ./x: odd' >&2; echo '${full}' >&2; exit 2`)
  expect(failure.message).toBe(`the host has no room for the upload; tar said: ${full}`)
  expect(failure.cause).toBeUndefined()
})

test('what else the host cannot unpack is for rsync, and what broke off for another try', async () => {
  const odd = await unpackedBy('cat >/dev/null; echo odd >&2; exit 2')
  expect(odd.message).toBe('the host could not take in one piece what changed: odd')
  expect(odd.cause).toBeInstanceOf(Disagreement)
  const lost = await unpackedBy('kill -s KILL $$')
  expect(lost.message).toBe('the upload broke off')
  expect(lost.cause).toBeInstanceOf(TransientError)
})

test('a file of two names is packed twice', async () => {
  linkSync(join(dir, 'file'), join(dir, 'again'))
  expect(statSync(join(dir, 'again')).nlink).toBe(2)
  vi.stubEnv('TAR_OPTIONS', '--no-such-option')
  const archive = gunzipSync((await packed(left('./again', './file'))) as Buffer).toString('latin1')
  expect(archive.split('text\n')).toHaveLength(3)
})

test('the same for the same, made once', async () => {
  const tarballs = createTarballs(dir, scratch)
  const rest = left('./file')
  const made = await tarballs(rest)
  expect(await tarballs(rest)).toBe(made)
  const another = await tarballs(left('./file'))
  expect(another).not.toBe(made)
  await Promise.all([made?.data, another?.data])
})
