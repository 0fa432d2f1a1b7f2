import { randomBytes } from 'node:crypto'
import { PassThrough, Readable, Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Exit } from '../../src/connection/connection.ts'
import { weave } from '../../src/transfer/lanes.ts'
import type { Shell } from '../../src/transfer/shell.ts'

const BLOCK = 512 * 1024

/** Milliseconds that pass with each look at the clock, of which there is one a block. */
let pace = 10
beforeEach(() => {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += pace
    return now
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** A lane's host: what it took, and whether it is there. */
function fakeLane(greeting = 'welcome!\nlane-open\n', then?: 'ends' | 'halts') {
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  const stdout = new PassThrough()
  stdout.write(greeting)
  const taken: Buffer[] = []
  let closed = false
  const stdin = new Writable({
    highWaterMark: 1,
    write(data, _, done) {
      taken.push(data)
      if (taken.length < 3 || then === undefined) setImmediate(done)
      else if (then === 'ends') end()
    },
  })
  const end = () => {
    stdin.destroy()
    resolve({ code: 1, signal: null })
  }
  const close = () => {
    closed = true
    end()
  }
  const channel = Promise.resolve({ stdin, stdout, stderr: new PassThrough(), exit, close })
  const shell: Shell = { channel, run: () => {}, write: () => {} }
  return { shell, taken, end, isClosed: () => closed }
}

const sourceOf = (data: Buffer) => {
  // In pieces of any size, as from a pipe.
  const pieces: Buffer[] = []
  for (let at = 0; at < data.length; ) {
    const size = 1 + Math.floor(Math.random() * 200_000)
    pieces.push(data.subarray(at, at + size))
    at += size
  }
  return Readable.from(pieces, { objectMode: false })
}

async function collect(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) {
    pieces.push(piece)
    await nextTurn()
  }
  return Buffer.concat(pieces)
}

/** What a host makes of it. */
function unravel(told: Buffer, lanes: readonly { readonly taken: readonly Buffer[] }[]): Buffer {
  const taken: Buffer[] = lanes.map((lane) => Buffer.concat(lane.taken))
  const found: Buffer[] = []
  const open = new Set<number>()
  for (let at = 0; at < told.length; ) {
    const end = told.indexOf('\n', at)
    const line = told.subarray(at, end).toString()
    at = end + 1
    const lane = Number(line)
    if (line.startsWith('+')) {
      open.add(lane)
    } else if (lane === 0) {
      found.push(told.subarray(at, at + BLOCK))
      at += BLOCK
    } else {
      expect(open).toContain(lane)
      const from = taken[lane - 1] as Buffer
      found.push(from.subarray(0, BLOCK))
      taken[lane - 1] = from.subarray(BLOCK)
    }
  }
  expect(taken.every(({ length }) => length === 0)).toBe(true)
  return Buffer.concat(found)
}

test.each([0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3.5 * BLOCK])(
  '%s bytes come as they are, by the first channel alone while nothing else is known',
  async (length) => {
    const data = randomBytes(length)
    using weaving = weave(sourceOf(data), { roundTrip: 100, open: () => expect.unreachable() })
    expect(unravel(await collect(weaving.stream), []).equals(data)).toBe(true)
  },
)

test('one lane after another is opened while the windows hold it up, three at most', async () => {
  const data = randomBytes(200.5 * BLOCK)
  const lanes: ReturnType<typeof fakeLane>[] = []
  const open = vi.fn(() => {
    const lane = fakeLane()
    lanes.push(lane)
    return lane.shell
  })
  using weaving = weave(sourceOf(data), { roundTrip: 120, open })
  const told = await collect(weaving.stream)
  expect(open.mock.calls).toEqual([[1], [2], [3]])
  // An even share each.
  for (const { taken } of lanes) expect(Buffer.concat(taken).length).toBeGreaterThan(20 * BLOCK)
  expect(unravel(told, lanes).equals(data)).toBe(true)
})

test.each([
  ['one where the wire carries no more', 100, 40, 0],
  ['a second where it carries a little more', 100, 20, 1],
  ['one where the host is near', 10, 10, 0],
])('not %s', async (_, roundTrip, slowness, opened) => {
  pace = slowness
  const lanes: ReturnType<typeof fakeLane>[] = []
  const open = () => {
    const lane = fakeLane()
    lanes.push(lane)
    return lane.shell
  }
  const data = randomBytes(100 * BLOCK)
  using weaving = weave(sourceOf(data), { roundTrip, open })
  const told = await collect(weaving.stream)
  expect(lanes).toHaveLength(opened)
  expect(unravel(told, lanes).equals(data)).toBe(true)
  pace = 10
})

const refused = Promise.reject(new Error('no channel'))
refused.catch(() => {})

test.each([
  ['the server refuses it', () => ({ ...fakeLane().shell, channel: refused })],
  [
    'it ends before it is open',
    () => {
      const lane = fakeLane('no such file')
      lane.end()
      return lane.shell
    },
  ],
  ['it says much, but not that', () => fakeLane('x'.repeat(1.5 * 1024 * 1024)).shell],
])('all comes by the first where %s, and it is not asked for again', async (_, opening) => {
  const data = randomBytes(100.5 * BLOCK)
  const open = vi.fn(opening)
  using weaving = weave(sourceOf(data), { roundTrip: 120, open })
  expect(unravel(await collect(weaving.stream), []).equals(data)).toBe(true)
  expect(open).toHaveBeenCalledTimes(1)
})

test.each(['ends', 'halts'] as const)('it is cut where a lane ends (one that %s)', async (then) => {
  const lane = fakeLane(undefined, then)
  const data = randomBytes(100.5 * BLOCK)
  const open = (number: number) => (number === 1 ? lane.shell : { ...lane.shell, channel: refused })
  using weaving = weave(sourceOf(data), { roundTrip: 120, open })
  const whole = collect(weaving.stream)
  if (then === 'halts') {
    await vi.waitFor(() => expect(lane.taken.length).toBe(3))
    lane.end()
  }
  const told = await whole
  expect(told.length).toBeLessThan(80 * BLOCK)
  expect(unravel(told, [lane]).length).toBeLessThan(80 * BLOCK)
})

test('who is done with it closes its lanes, and lets go of its source', async () => {
  const lane = fakeLane(undefined, 'halts')
  const source = sourceOf(randomBytes(100 * BLOCK))
  {
    using weaving = weave(source, { roundTrip: 120, open: () => lane.shell })
    void collect(weaving.stream).catch(() => {})
    await vi.waitFor(() => expect(lane.taken.length).toBe(3))
  }
  await nextTurn()
  expect(lane.isClosed()).toBe(true)
  expect(source.destroyed).toBe(true)
})
