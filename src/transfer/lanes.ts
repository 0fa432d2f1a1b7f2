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
  /** A shell that is told to open a lane, 1 for the first. */
  readonly open: (lane: number) => Shell
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
    shells.push(shell)
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

async function* woven(source: Readable, lanes: Lanes): AsyncGenerator<Buffer> {
  const ways: (Lane | null)[] = [null]
  const widen = widener(lanes)
  let turn = -1
  for await (const { piece, begins } of piecesOf(source)) {
    if (begins) {
      const lane = widen(ways.length)
      if (lane) yield Buffer.from(`+${ways.push(lane) - 1}\n`)
      turn = (turn + 1) % ways.length
      yield Buffer.from(`${turn}\n`)
    }
    const way = ways[turn]
    if (!way) yield piece
    else if (!(await put(way, piece))) return
  }
  for (const way of ways) way?.stdin.end()
}

/** To be called at each block: has another lane opened where that helps, and gives one that has been. */
function widener({ roundTrip, open }: Lanes): (channels: number) => Lane | undefined {
  const isHeldUp = watchPace(roundTrip)
  let asked = false
  let opened: Lane | undefined
  return (channels) => {
    if (isHeldUp(channels) && !asked && channels <= MOST) {
      asked = true
      openLane(open(channels)).then(
        (lane) => {
          opened = lane
        },
        () => undefined,
      )
    }
    const lane = opened
    opened = undefined
    if (lane) asked = false
    return lane
  }
}

/** @returns whether the lane is still there. */
async function put({ stdin, exit }: Lane, piece: Buffer): Promise<boolean> {
  if (stdin.writableNeedDrain) await Promise.race([once(stdin, 'drain'), exit]).catch(() => {})
  if (stdin.destroyed) return false
  stdin.write(piece)
  return true
}

/** @throws anything where there is none to be had. */
async function openLane(shell: Shell): Promise<Lane> {
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

interface Piece {
  readonly piece: Buffer
  /** Whether it is the first of a block. */
  readonly begins: boolean
}

/** Each in one block. */
async function* piecesOf(source: Readable): AsyncGenerator<Piece> {
  let left = 0
  for await (const data of source as AsyncIterable<Buffer>) {
    for (let at = 0; at < data.length; ) {
      const begins = left === 0
      if (begins) left = BLOCK
      const piece = data.subarray(at, at + left)
      yield { piece, begins }
      at += piece.length
      left -= piece.length
    }
  }
}
