import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectLocal } from '../../src/connection/local.ts'
import { Lost } from '../../src/connection/trouble.ts'
import { Failure } from '../../src/failure.ts'
import { quote } from '../../src/host/quote.ts'
import { BRIDGE, runRsync } from '../../src/transfer/rsync.ts'
import { awaitShell, type Shell } from '../../src/transfer/shell.ts'
import { TransientError } from '../../src/transfer/trouble.ts'

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

const run = (shell: Shell, signal: AbortSignal, ...flags: readonly string[]) =>
  runRsync({
    dir,
    shell,
    host: 'web1',
    source: dir,
    args: ['-r', '-s', ...flags, '-e', BRIDGE, './', 'host:/nowhere/'],
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

test('an rsync that gives up by itself ends the upload, whatever the host does', async () => {
  const upload = run(shellOver(new Promise(() => undefined)), new AbortController().signal, '--timeout=1')
  await expect(upload).rejects.toMatchObject({ cause: expect.any(TransientError) })
})

/** A shell that takes so many bytes of rsync's stream and no more: what follows waits for ever. */
function reluctant(shell: Shell, limit: number): Shell {
  const channel = shell.channel.then(({ stdin, ...rest }) => {
    let taken = 0
    const narrow = new Writable({
      write(chunk: Buffer, _, done) {
        taken += chunk.length
        if (taken < limit) stdin.write(chunk, done)
      },
    })
    return { ...rest, stdin: narrow }
  })
  return { ...shell, channel }
}

describe('an upload of much, when the host takes no more,', () => {
  const much = async (after: string, signal: AbortSignal) => {
    mkdirSync(join(dir, 'from'))
    mkdirSync(join(dir, 'to'))
    writeFileSync(join(dir, 'from/large'), randomBytes(20_000_000))
    await using connection = await connectLocal()
    await runRsync({
      dir,
      shell: reluctant(awaitShell(connection, undefined), 1_000_000),
      host: 'web1',
      source: join(dir, 'from'),
      args: ['-r', '-s', '-e', BRIDGE, './', `host:${join(dir, 'to')}`],
      invocation: (argv) => `exec 3<&0; ${argv.map(quote).join(' ')} <&3 & ${after}`,
      signal,
    })
  }

  test('ends with the host, and says why', async () => {
    const ended = much('sleep 1; kill $!; echo "no room" >&2; exit 11', new AbortController().signal)
    await expect(ended).rejects.toThrow('no room')
  })

  test('ends when the run is cancelled', async () => {
    await expect(much('wait', AbortSignal.timeout(1000))).rejects.toThrow('timeout')
  })
})
