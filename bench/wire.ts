// The delay proxy's process: accepts, delays, counts, and answers its parent until the parent goes.

import { type AddressInfo, createServer, Socket } from 'node:net'
import type { Packet, Reply, Request, Traffic, WireOptions } from './delay_proxy.ts'
import { type Clock, carry, type Passage } from './lane.ts'

const nothing = { connections: 0, up: 0, down: 0, late: 0, worst: 0, passages: 0 }
let counts = { ...nothing }
let packets: Packet[] = []
let accepted = 0
let spent = process.cpuUsage()

function reply(answer: Reply): void {
  process.send?.(answer)
}

function clockOf({ roundTrip, rate }: WireOptions): Clock {
  return { delay: roundTrip / 2, rate: rate === undefined ? Number.POSITIVE_INFINITY : rate / 1000, free: 0 }
}

function start(options: WireOptions): void {
  const up = clockOf(options)
  const down = clockOf(options)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const id = accepted++
    counts.connections++
    const now = performance.now()
    const remote = distant(client, options)
    // As on a long wire, the set-up takes a round trip before the client may speak; the server hears of it half a one later.
    carry(client, remote, up, now + options.roundTrip, count(id, 'up', options))
    carry(remote, client, down, now, count(id, 'down', options))
  })
  server.listen(0, '127.0.0.1', () => reply({ listening: (server.address() as AddressInfo).port }))
}

function distant(client: Socket, { port, roundTrip }: WireOptions): Socket {
  const remote = new Socket({ allowHalfOpen: true })
  const cut = (other: Socket) => (failed: boolean) => {
    if (failed) setTimeout(() => other.destroy(), roundTrip / 2)
  }
  for (const socket of [client, remote]) socket.on('error', () => {})
  client.once('close', cut(remote))
  remote.once('close', cut(client))
  // What comes through before there is a connection waits for it.
  remote.cork()
  setTimeout(() => {
    remote.setNoDelay(true).connect(port, '127.0.0.1')
    remote.uncork()
  }, roundTrip * 1.5)
  return remote
}

function count(connection: number, direction: 'up' | 'down', { trace }: WireOptions) {
  return ({ bytes, entered, left, due }: Passage) => {
    counts[direction] += bytes
    counts.passages++
    counts.late += left - due
    counts.worst = Math.max(counts.worst, left - due)
    if (!trace) return
    const { timeOrigin } = performance
    packets.push({ connection, direction, bytes, entered: timeOrigin + entered, left: timeOrigin + left })
  }
}

function take(): Traffic {
  const { connections, up, down, late, worst, passages } = counts
  const { user, system } = process.cpuUsage(spent)
  const cpu = (user + system) / 1e6
  const traffic = { connections, up, down, late: { mean: late / Math.max(1, passages), worst }, packets, cpu }
  spent = process.cpuUsage()
  counts = { ...nothing }
  packets = []
  return traffic
}

process.on('message', (request: Request) => {
  if ('start' in request) start(request.start)
  else reply({ traffic: take() })
})
process.on('disconnect', () => process.exit())
