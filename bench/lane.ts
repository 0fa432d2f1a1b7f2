// One direction of one connection on the wire: every piece leaves in order, a fixed time after it came, however late a timer fires.

import type { Socket } from 'node:net'

export interface Clock {
  /** Milliseconds from one end to the other. */
  readonly delay: number
  /** Bytes a millisecond; Infinity for no limit. */
  readonly rate: number
  /** When the wire's last byte in this direction is through, shared by all its connections. */
  free: number
}

export interface Passage {
  readonly bytes: number
  readonly entered: number
  readonly left: number
  readonly due: number
}

interface Piece {
  readonly data: Buffer | null
  readonly entered: number
  readonly due: number
}

/** A timer may fire a little before its time rather than a whole millisecond after it. */
const EARLY = 0.4

/** Bytes on the wire beyond what delay and rate hold before the sender is told to wait: a router's buffer. */
const SLACK = 256 * 1024
const SLACK_WITHOUT_RATE = 16 * 1024 * 1024

/**
 * Carries what `from` says to `to`, its end included.
 * @param opened when the first byte may enter: the connection's own set-up takes a round trip.
 */
export function carry(
  from: Socket,
  to: Socket,
  clock: Clock,
  opened: number,
  onPassage: (passage: Passage) => void,
): void {
  const queue: Piece[] = []
  const room = Number.isFinite(clock.rate) ? clock.rate * clock.delay + SLACK : SLACK_WITHOUT_RATE
  let waiting = 0
  let timer: NodeJS.Timeout | undefined
  let blocked = false

  const enter = (data: Buffer | null) => {
    const now = performance.now()
    clock.free = Math.max(clock.free, now) + (data?.length ?? 0) / clock.rate
    queue.push({ data, entered: Math.max(now, opened), due: Math.max(clock.free, opened) + clock.delay })
    waiting += data?.length ?? 0
    if (waiting > room) from.pause()
    schedule()
  }
  const schedule = () => {
    const head = queue[0]
    if (!head || blocked || timer) return
    timer = setTimeout(leave, Math.max(0, head.due - performance.now()))
  }
  const leave = () => {
    timer = undefined
    const now = performance.now()
    for (let head = queue[0]; head && head.due <= now + EARLY && !blocked; head = queue[0]) {
      queue.shift()
      if (head.data === null) {
        to.end()
        continue
      }
      waiting -= head.data.length
      onPassage({ bytes: head.data.length, entered: head.entered, left: now, due: head.due })
      blocked = !to.write(head.data)
    }
    if (waiting <= room && from.isPaused()) from.resume()
    schedule()
  }

  from.on('data', enter)
  from.once('end', () => enter(null))
  to.on('drain', () => {
    blocked = false
    leave()
  })
  to.once('close', () => {
    clearTimeout(timer)
    queue.length = 0
    blocked = true
  })
}
