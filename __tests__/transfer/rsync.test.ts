import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Lost } from '../../src/connection/trouble.ts'
import { Failure } from '../../src/failure.ts'
import { BRIDGE, runRsync, TransientError } from '../../src/transfer/rsync.ts'
import type { Shell } from '../../src/transfer/shell.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rsync-'))
  writeFileSync(join(dir, 'file'), 'text\n')
})
afterEach(() => rmSync(dir, { recursive: true }))

const shellOver = (channel: Shell['channel']): Shell => {
  channel.catch(() => undefined)
  return { channel, run: () => undefined, write: () => undefined }
}

const run = (shell: Shell, signal: AbortSignal) =>
  runRsync({
    dir,
    shell,
    host: 'web1',
    source: dir,
    args: ['-r', '-s', '-e', BRIDGE, './', 'host:/nowhere/'],
    invocation: () => '',
    signal,
  })

test.each([
  ['was refused', new Failure('the server lets nobody in'), false],
  ['went with its connection', new Lost('the connection is lost'), true],
])('a channel that %s ends the upload, with the reason', async (_, refusal, again) => {
  const upload = run(shellOver(Promise.reject(refusal)), new AbortController().signal)
  const error = await upload.catch((thrown) => thrown)
  expect(error).toMatchObject({ message: refusal.message, detail: { host: 'web1' } })
  expect(error.cause instanceof TransientError).toBe(again)
})

test.each([0, 1, 5, 10, 20, 40])('a run that is cancelled %i ms into an upload ends it', async (after) => {
  const signal = AbortSignal.timeout(after)
  await expect(run(shellOver(new Promise(() => undefined)), signal)).rejects.toThrow()
})

test('a run that was cancelled before an upload ends it', async () => {
  await expect(run(shellOver(new Promise(() => undefined)), AbortSignal.abort())).rejects.toThrow()
})
