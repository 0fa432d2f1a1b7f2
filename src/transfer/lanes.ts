// One stream by several channels: of each, a server lets only so much be on its way (its window; RFC 4254, section 5.2), which is less
// than a wide wire to a distant host holds.

import { once } from 'node:events'
import { Readable, type Writable } from 'node:stream'
import type { Exit } from '../connection/connection.ts'
import { PREAMBLE_CAP, readTo, type Shell } from './shell.ts'

/** Bytes that OpenSSH lets be on their way on a channel (CHAN_SES_WINDOW_DEFAULT). */
const WINDOW = 2 * 1024 * 1024

/** Bytes that go one way before the next is taken; upload.sh has the same number. */
const BLOCK = 512 * 1024

/** Lanes beside the first channel; upload.sh has as many. */
const MOST = 3

/** The share of what windows let through from which on it is they that hold a stream up. */
const NEARLY = 0.7

/** Milliseconds, at least, before the pace is judged. */
const PERIOD = 250

/** What upload.sh prints once a lane is open. */
const OPEN = 'lane-open\n'

/** What a stream over several channels takes. */
export interface Lanes {
  /** Milliseconds to the host and back. */
  readonly roundTrip: number
  /** A shell that is told to open a lane, 1 for the first; null for no more. */
  readonly open: (lane: number) => Shell | null
}

interface Lane {
  readonly stdin: Writable
  readonly exit: Promise<Exit>
}

/** For the first channel: where each block of `source` is, and those that come by that channel itself. It is cut where a lane ends early. */
export function weave(source: Readable, lanes: Lanes): Disposable & { readonly stream: Readable } {
  const shells: Shell[] = []
  const open = (lane: number) => {
    const shell = lanes.open(lane)
    if (shell !== null) shells.push(shell)
    return shell
  }
  const stream = Readable.from(woven(source, { ...lanes, open }), {
    objectMode: false,
    highWaterMark: BLOCK,
  })
  // Who reads it is told by its end.
  stream.on('error', () => {})
  return {
    stream,
    [Symbol.dispose]() {
      source.destroy()
      stream.destroy()
      for (const { channel } of shells)
        channel.then(
          (opened) => opened.close(),
          () => undefined,
        )
    },
  }
}

async function* woven(source: Readable, { roundTrip, open }: Lanes): AsyncGenerator<Buffer> {
  const ways: (Lane | null)[] = [null]
  const isHeldUp = watchPace(roundTrip)
  let opening = false
  let opened: Lane | undefined
  let turn = 0
  for await (const block of blocksOf(source)) {
    if (block.length < BLOCK) {
      yield Buffer.concat([Buffer.from('.\n'), block])
      return
    }
    if (opened) {
      yield Buffer.from(`+${ways.length}\n`)
      ways.push(opened)
      opened = undefined
      opening = false
    }
    const way = ways[turn]
    yield Buffer.from(`${turn}\n`)
    if (!way) yield block
    else if (!(await put(way, block))) return
    turn = (turn + 1) % ways.length
    if (!isHeldUp(ways.length) || opening || ways.length > MOST) continue
    opening = true
    openLane(open(ways.length)).then(
      (lane) => {
        opened = lane
      },
      () => undefined,
    )
  }
}

/** @returns whether the lane is still there. */
async function put({ stdin, exit }: Lane, block: Buffer): Promise<boolean> {
  if (stdin.writableNeedDrain) await Promise.race([once(stdin, 'drain'), exit]).catch(() => {})
  if (stdin.destroyed) return false
  stdin.write(block)
  return true
}

/** @throws anything where there is none to be had. */
async function openLane(shell: Shell | null): Promise<Lane | undefined> {
  if (shell === null) return undefined
  const { stdin, stdout, stderr, exit } = await shell.channel
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const refuse = () => reject(new Error('no lane'))
  stderr.resume()
  readTo(stdout, OPEN, resolve, { cap: PREAMBLE_CAP, onOverflow: refuse })
  void exit.then(refuse)
  await promise
  stdout.resume()
  return { stdin, exit }
}

/** To be called at each block; tells whether it is the windows of so many channels that hold the stream up. */
function watchPace(roundTrip: number): (channels: number) => boolean {
  const period = Math.max(PERIOD, 2 * roundTrip)
  // In the first, whatever lies between here and the host is being filled.
  let since = performance.now() + period
  let bytes = 0
  return (channels) => {
    const passed = performance.now() - since
    if (passed < 0) return false
    bytes += BLOCK
    if (passed < period) return false
    const share = (bytes * roundTrip) / (passed * channels * WINDOW)
    since += passed
    bytes = 0
    return share >= NEARLY
  }
}

/** Pieces of exactly `BLOCK` bytes, and then a shorter one, perhaps of none. */
async function* blocksOf(source: Readable): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = []
  let length = 0
  for await (const piece of source as AsyncIterable<Buffer>) {
    pieces.push(piece)
    length += piece.length
    if (length < BLOCK) continue
    let rest = Buffer.concat(pieces)
    for (; rest.length >= BLOCK; rest = rest.subarray(BLOCK)) yield rest.subarray(0, BLOCK)
    pieces = [rest]
    length = rest.length
  }
  yield Buffer.concat(pieces)
}
