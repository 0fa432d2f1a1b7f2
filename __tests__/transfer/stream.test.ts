import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Channel } from '../../src/connection/connection.ts'
import { connectLocal } from '../../src/connection/local.ts'
import { Lost } from '../../src/connection/trouble.ts'
import { Failure } from '../../src/failure.ts'
import { call } from '../../src/host/quote.ts'
import { readArtifact } from '../../src/transfer/artifact.ts'
import { pathsOfAll } from '../../src/transfer/proof.ts'
import { awaitShell, type Shell } from '../../src/transfer/shell.ts'
import { isOpen, localStream, sendStream } from '../../src/transfer/stream.ts'
import { Disagreement, TransientError } from '../../src/transfer/trouble.ts'
import { readTree } from '../scenarios/tree.ts'
import { openYard } from './yard.ts'

const never = new AbortController().signal

let scratch: string
let build: string
let root: string
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'stream-'))
  build = join(scratch, 'build')
  root = join(scratch, 'host')
  for (const dir of [build, `${root}/.releases/incoming`, `${root}/.releases/trash`, join(scratch, 'run')])
    mkdirSync(dir, { recursive: true })
})
afterEach(() => {
  vi.unstubAllEnvs()
  // No list is left.
  expect(readdirSync(join(scratch, 'run'))).toEqual([])
  // What was cut short on the host may not have ended yet.
  rmSync(scratch, { recursive: true, maxRetries: 20, retryDelay: 100 })
})

const incoming = (release: string) => join(root, '.releases/incoming', release)

interface Errand {
  readonly signal?: AbortSignal
  readonly exclude?: readonly string[]
  readonly shellOf?: (made: Shell) => Shell
  readonly onSent?: (bytes: number) => void
  /** Each lane that is opened; without it there is none. */
  readonly laneOf?: (made: Shell) => Shell
}

/** All of the build, for a stream. */
async function whole(exclude: readonly string[] = []) {
  const { dir, list } = await readArtifact(build, exclude, [])
  return { source: dir, paths: pathsOfAll(list).all, preface: null }
}

async function send(release: string, { signal = never, exclude = [], ...errand }: Errand = {}) {
  await using connection = await connectLocal()
  const made = awaitShell(connection, undefined)
  const { laneOf } = errand
  const open = (lane: number) => {
    const shell = awaitShell(connection, undefined)
    shell.run(call('lane', root, 'run-1', release, String(lane)))
    return laneOf?.(shell) ?? shell
  }
  let packed = 0
  const bytes = await sendStream({
    shell: errand.shellOf?.(made) ?? made,
    invocation: laneOf ? call('weave', root, 'run-1', release) : call('pour', root, 'run-1', release),
    host: 'web1',
    ...(await whole(exclude)),
    dir: join(scratch, 'run'),
    level: 3,
    lanes: laneOf ? { roundTrip: 120, open } : null,
    onSent: errand.onSent ?? (() => {}),
    onPacked: () => {
      packed += 1
    },
    signal,
  })
  return { bytes, packed }
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const end = await promise.then(
    () => new Error('no failure'),
    (error: unknown) => error,
  )
  if (end instanceof Failure) return end
  throw end
}

const plant = (path: string, text: string | Buffer) => {
  mkdirSync(dirname(join(build, path)), { recursive: true })
  writeFileSync(join(build, path), text)
}

test('it becomes the artifact, name for name, byte for byte, mode for mode', async () => {
  const names = ['a b', "it's", '-rf', '#x', '\\n', '\\101', '*', 'é', 'new\nline', 'dir/deep/er', './-C']
  for (const name of names) plant(name, name)
  plant(`${'long/'.repeat(40)}${'n'.repeat(250)}`, 'far')
  plant('empty file', '')
  plant('large', randomBytes(3_000_000))
  plant('left/out', 'no')
  linkSync(join(build, 'a b'), join(build, 'again'))
  const links = { up: '../../etc', absolute: '/etc/passwd', nowhere: 'no/such', 'dir/in': 'deep/er' }
  for (const [path, text] of Object.entries(links)) symlinkSync(text, join(build, path))
  mkdirSync(join(build, 'empty'))
  const modes = { 'a b': 0o400, '-rf': 0o755, '*': 0o4755, dir: 0o711, empty: 0o1777, 'dir/deep': 0o2750 }
  for (const [path, mode] of Object.entries(modes).reverse()) chmodSync(join(build, path), mode)
  chmodSync(build, 0o751)
  const pieces: number[] = []
  const { bytes, packed } = await send('r1', { exclude: ['/left'], onSent: (more) => pieces.push(more) })
  expect(bytes).toBeGreaterThan(3_000_000)
  expect(pieces.reduce((sum, more) => sum + more)).toBe(bytes)
  expect(packed).toBe(1)
  const sent = await readTree(build)
  for (const path of Object.keys(sent)) if (path.startsWith('left')) delete sent[path]
  expect(await readTree(incoming('r1'))).toEqual(sent)
  expect(statSync(incoming('r1')).mode & 0o7777).toBe(0o751)
})

test.each([10, 500_000])('nothing of %s bytes is lost while there is no channel to take it', async (size) => {
  plant('file', randomBytes(size))
  const shellOf = (made: Shell): Shell => {
    const channel = made.channel.then(async (opened) => {
      await pause(300)
      return opened
    })
    return { ...made, channel }
  }
  await send('r1', { shellOf })
  expect(await readTree(incoming('r1'))).toEqual(await readTree(build))
})

test('one that is cut, or damaged, is told of and is for rsync', async () => {
  plant('file', randomBytes(500_000))
  const within = (change: (data: Buffer, at: number) => Buffer) => (made: Shell) => ({
    ...made,
    channel: made.channel.then((channel): Channel => {
      let at = 0
      const write = channel.stdin.write.bind(channel.stdin)
      channel.stdin.write = ((data: Buffer, ...rest: never[]) => {
        at += 1
        return write(change(data, at), ...rest)
      }) as typeof write
      return channel
    }),
  })
  const nothing = Buffer.alloc(0)
  const ends = [
    within((data, at) => (at < 5 ? data : nothing)),
    within((data, at) => (at === 5 ? Buffer.from(data).fill(0, 0, 10) : data)),
    within((data, at) => (at < 3 ? data : nothing)),
  ]
  for (const [at, shellOf] of ends.entries()) {
    const failure = await failureOf(send(`r${at}`, { shellOf }))
    expect(failure.message).toMatch(/the artifact did not get there in one piece: .*tar: /s)
    expect(failure.cause).toBeInstanceOf(Disagreement)
  }
})

/** By several channels. Of this clock, much time passes with each block. */
function sendWide(release: string, laneOf: (made: Shell) => Shell) {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 10
    return now
  })
  plant('large', randomBytes(60_000_000))
  plant('dir/file', 'text')
  return send(release, { laneOf }).finally(() => vi.restoreAllMocks())
}

test('by several channels it becomes the same', async () => {
  const laneOf = vi.fn((made: Shell) => made)
  const { bytes, packed } = await sendWide('r1', laneOf)
  expect(laneOf).toHaveBeenCalledTimes(3)
  expect(bytes).toBeGreaterThan(60_000_000)
  expect(packed).toBe(1)
  expect(await readTree(incoming('r1'))).toEqual(await readTree(build))
  expect(readdirSync(join(root, '.releases/trash'))).toEqual([])
})

test.each([
  ['ends', (channel: Channel) => channel.close()],
  ['brings something else', (channel: Channel) => channel.stdin.write(Buffer.alloc(1000))],
])('one of whose channels %s is for rsync', async (_, harm) => {
  const laneOf = (made: Shell): Shell => {
    const channel = made.channel.then((opened) => {
      const write = opened.stdin.write.bind(opened.stdin)
      let blocks = 0
      opened.stdin.write = ((data: Buffer, ...rest: never[]) => {
        if (data.length > 1000 && ++blocks === 3) harm(opened)
        return write(data, ...rest)
      }) as typeof write
      return opened
    })
    return { ...made, channel }
  }
  const failure = await failureOf(sendWide('r1', laneOf))
  expect(failure.message).toMatch(/the artifact did not get there in one piece: .*tar: /s)
  expect(failure.cause).toBeInstanceOf(Disagreement)
})

test('so is one whose file cannot be read here, and one that the host cannot unpack', async () => {
  plant('file', 'text')
  const all = await whole()
  rmSync(join(build, 'file'))
  await using connection = await connectLocal()
  const stream = {
    shell: awaitShell(connection, undefined),
    invocation: call('pour', root, 'run-1', 'r1'),
    host: 'web1',
    ...all,
    dir: join(scratch, 'run'),
    level: 3,
    lanes: null,
    onSent: () => {},
    onPacked: () => expect.unreachable(),
    signal: never,
  }
  expect((await failureOf(sendStream(stream))).cause).toBeInstanceOf(Disagreement)

  plant('file', 'text')
  mkdirSync(incoming('r2'))
  const failure = await failureOf(send('r2'))
  expect(failure.cause).toBeInstanceOf(Disagreement)
  expect(readdirSync(incoming('r2'))).toEqual([])
})

test('so is one that the host has done with before its end', async () => {
  plant('file', randomBytes(20_000_000))
  const shellOf = (made: Shell): Shell => ({ ...made, run: () => made.run('exit 0') })
  const failure = await failureOf(send('r1', { shellOf }))
  expect(failure.message).toBe('the artifact did not get there in one piece')
  expect(failure.cause).toBeInstanceOf(Disagreement)
})

test('what a group shares hands its group on to nothing of it', async () => {
  plant('dir/file', 'text')
  chmodSync(join(build, 'dir'), 0o700)
  chmodSync(`${root}/.releases/incoming`, 0o2755)
  await send('r1')
  expect(statSync(join(incoming('r1'), 'dir')).mode & 0o7777).toBe(0o700)
})

test.each([
  ['dir', 0o555, false],
  ['dir', 0o077, false],
  ['.', 0o555, false],
  ['dir', 0o2700, true],
])('a directory is for a stream if its owner may write in it: %s, %o', async (path, mode, may) => {
  plant('dir/file', 'text')
  const artifact = await readArtifact(build, [], [])
  expect(isOpen(artifact)).toBe(true)
  chmodSync(join(build, path), mode)
  expect(isOpen(artifact)).toBe(may)
  chmodSync(join(build, path), 0o755)
})

test.each([
  'Cannot write: No space left on device',
  'Cannot write: Disk quota exceeded',
  'Wrote only 1024 of 10240 bytes',
])('a host without room is told as such: %s', async (said) => {
  plant('file', 'text')
  const shellOf = (made: Shell): Shell => ({
    ...made,
    run: () => made.run(`pour() { echo "tar: ./file: ${said}" >&2; cat >/dev/null; sleep 100; }; pour`),
  })
  const failure = await failureOf(send('r1', { shellOf }))
  expect(failure.message).toBe(`the host has no room for the upload; tar said: tar: ./file: ${said}`)
  expect(failure.cause).toBeUndefined()
})

test('a connection that is lost, or never there, may be tried again', async () => {
  plant('file', randomBytes(500_000))
  const killed = (made: Shell): Shell => ({ ...made, run: () => made.run('kill -s KILL $$') })
  expect((await failureOf(send('r1', { shellOf: killed }))).cause).toBeInstanceOf(TransientError)
  const refused = (made: Shell): Shell => {
    void made.channel.then((channel) => channel.close())
    const channel = Promise.reject(new Lost('gone', {}))
    channel.catch(() => {})
    return { ...made, channel }
  }
  expect((await failureOf(send('r1', { shellOf: refused }))).cause).toBeInstanceOf(TransientError)
})

test('one that is cancelled ends, also before it has a channel, and while the host does not read', async () => {
  plant('file', randomBytes(5_000_000))
  const none = (made: Shell): Shell => {
    void made.channel.then((channel) => channel.close())
    return { ...made, channel: new Promise<never>(() => undefined) }
  }
  await expect(send('r1', { shellOf: none, signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout')
  const deaf = (made: Shell): Shell => ({ ...made, run: () => made.run('sleep 100') })
  await expect(send('r1', { shellOf: deaf, signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout')
  await expect(send('r1', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  const atWork = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && worksIn(pid, build))
  await vi.waitFor(() => expect(atWork()).toEqual([]), 5000)
})

function worksIn(pid: string, dir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dir
  } catch {
    return false
  }
}

test.each([
  ['has gone', undefined],
  ['ends at once', '#!/bin/sh\nexit 2\n'],
  ['ends in the middle', '#!/bin/sh\necho text\nexit 2\n'],
])('rsync sends it when the tar here %s', async (_, text) => {
  plant('file', 'text')
  const all = await whole()
  const bin = join(scratch, 'bin')
  mkdirSync(bin)
  if (text) writeFileSync(join(bin, 'tar'), text, { mode: 0o755 })
  await using connection = await connectLocal()
  const shell = awaitShell(connection, undefined)
  await shell.channel
  vi.stubEnv('PATH', text ? `${bin}:${process.env.PATH}` : bin)
  const failure = await failureOf(
    sendStream({
      shell,
      invocation: call('pour', root, 'run-1', 'r1'),
      host: 'web1',
      ...all,
      dir: join(scratch, 'run'),
      level: 3,
      lanes: null,
      onSent: () => {},
      onPacked: () => expect.unreachable(),
      signal: never,
    }),
  )
  // The host may be the first to notice.
  expect(failure.message).toMatch(/could not be packed here$|did not get there in one piece/)
  expect(failure.cause).toBeInstanceOf(Disagreement)
})

test.each([
  ['there is no zstd', undefined],
  ['it cannot be started', '#!/no/such/program\n'],
  ['it fails', '#!/bin/sh\nexit 1\n'],
])('rsync sends it where the runner has none: %s', async (_, text) => {
  const bin = join(scratch, 'bin')
  mkdirSync(bin)
  for (const name of ['tar', 'sh', 'cat']) symlinkSync(`/bin/${name}`, join(bin, name))
  if (text) writeFileSync(join(bin, 'zstd'), text, { mode: 0o755 })
  vi.resetModules()
  const { localStream } = await import('../../src/transfer/stream.ts')
  vi.stubEnv('PATH', bin)
  expect(await localStream()).toBe(false)
})

test('a whole upload by it is proven, known by its hashes, and the next one shares what has not changed', async () => {
  await using yard = await openYard()
  for (const name of ['one', 'two']) writeFileSync(join(yard.build, name), name)
  await pause(50)
  const sent = await yard.deploy({ fresh: true, stream: true, offer: null })
  expect(sent).toMatchObject({ filesChanged: 2, hashed: true })
  expect(await readTree(yard.release('r1'))).toEqual(await readTree(yard.build))
  yard.age()
  writeFileSync(join(yard.build, 'two'), 'changed')
  await yard.deploy()
  expect(yard.archives).toBe(1)
  expect(await readTree(yard.release('r2'))).toEqual(await readTree(yard.build))
})

/** A yard with a release, and a build of which more is new than goes as an archive; no rsync sends anything. */
async function grown() {
  const yard = await openYard()
  for (const name of ['same', 'changed', 'gone']) writeFileSync(join(yard.build, name), name)
  await yard.deploy()
  yard.age()
  rmSync(join(yard.build, 'gone'))
  writeFileSync(join(yard.build, 'changed'), 'otherwise')
  mkdirSync(join(yard.build, 'dir'))
  writeFileSync(join(yard.build, 'dir/new'), randomBytes(3_000_000))
  await pause(50)
  const bin = join(scratch, 'bin')
  mkdirSync(bin)
  const fake = `#!/bin/sh\ncase "$*" in *host:*) exit 9 ;; esac\nPATH=\${PATH#*:}; exec rsync "$@"\n`
  writeFileSync(join(bin, 'rsync'), fake, { mode: 0o755 })
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  return yard
}

const inode = (path: string) => statSync(path).ino

test('what is new goes by it, too, beside what the host has already, which is known by its hashes again', async () => {
  await using yard = await grown()
  const sent = await yard.deploy({ stream: true })
  expect(yard.archives).toBe(0)
  expect(sent).toMatchObject({ filesChanged: 2, hashed: true })
  expect(sent.bytes).toBeLessThan(3_100_000)
  expect(await readTree(yard.release('r2'))).toEqual(await readTree(yard.build))
  expect(inode(yard.release('r2/same'))).toBe(inode(yard.release('r1/same')))
  expect(readFileSync(yard.release('r1/changed'), 'utf8')).toBe('changed')
  yard.age()
  writeFileSync(join(yard.build, 'changed'), 'once more')
  await yard.deploy()
  expect(yard.archives).toBe(1)
  expect(await readTree(yard.release('r3'))).toEqual(await readTree(yard.build))
})

test.each([
  [
    'a large file that changed',
    (build: string) => writeFileSync(join(build, 'large'), randomBytes(7_000_000)),
  ],
  ['a directory that nobody may write in', (build: string) => chmodSync(join(build, 'dir'), 0o555)],
])('%s is for rsync', async (_, change) => {
  expect(await localStream()).toBe(true)
  await using yard = await openYard()
  mkdirSync(join(yard.build, 'dir'))
  writeFileSync(join(yard.build, 'large'), randomBytes(7_000_000))
  await yard.deploy()
  yard.age()
  writeFileSync(join(yard.build, 'dir/new'), randomBytes(3_000_000))
  change(yard.build)
  const bin = join(scratch, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'zstd'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  await yard.deploy({ stream: true })
  expect(await readTree(yard.release('r2'))).toEqual(await readTree(yard.build))
})

test.each([true, false])(
  'what the host has but cannot vouch for is not sent again (stream: %s)',
  async (stream) => {
    await using yard = await openYard()
    for (const name of ['one', 'two', 'three', 'four'])
      writeFileSync(join(yard.build, name), randomBytes(2_000_000))
    await yard.deploy()
    yard.age()
    const later = Date.now() / 1000 + 5
    for (const name of ['one', 'two', 'three', 'four']) utimesSync(yard.release(`r1/${name}`), later, later)
    writeFileSync(join(yard.build, 'new'), 'new')
    const { bytes } = await yard.deploy({ stream })
    expect(bytes).toBeLessThan(10_000)
    expect(await readTree(yard.release('r2'))).toEqual(await readTree(yard.build))
    for (const name of ['one', 'four'])
      expect(inode(yard.release(`r2/${name}`))).toBe(inode(yard.release(`r1/${name}`)))
  },
)
