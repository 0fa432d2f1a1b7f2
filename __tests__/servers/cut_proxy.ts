// A network between the action and one server that fails when it is told to: cut with a reset, ended politely, or swallowing all without a word.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CutProxy extends AsyncDisposable {
  /** On 127.0.0.1. */
  readonly port: number
  /** Resets every connection; with `client`, the server is not told, as when something in between lost its memory. */
  reset(side: 'both' | 'client'): void
  /** Ends every connection, on both sides. */
  end(): void
  /** Lets nothing through any more, in either direction; neither side is told. New connections are accepted and hear nothing. */
  swallow(): void
  /** Once `bytes` more have gone through, in either direction, does one of the above, in the middle of a piece. */
  after(bytes: number, what: 'reset' | 'end' | 'swallow'): void
  /** Lets in so many more connections; those after them are hung up on at once. */
  admit(connections: number): void
  /** Bytes that have gone through so far. */
  readonly passed: number
  /** All is well again: what was swallowed is passed on, as TCP would send it once more. */
  restore(): void
}

interface Pair {
  readonly client: Socket
  readonly upstream: Socket
  /** Nothing goes through, in either direction, not even an end. */
  deaf: boolean
}

/** @param port of the server on 127.0.0.1. */
export async function startCutProxy(port: number): Promise<CutProxy> {
  const pairs = new Set<Pair>()
  let swallowing = false
  let room = Number.POSITIVE_INFINITY
  let passed = 0
  let due: { at: number; what: 'reset' | 'end' | 'swallow' } | undefined

  const lead = (pair: Pair, from: Socket, to: Socket) => {
    from.on('error', () => {})
    from.on('data', (data: Buffer) => {
      const left = due ? due.at - passed : Number.POSITIVE_INFINITY
      passed += Math.min(left, data.length)
      to.write(data.subarray(0, left))
      if (!due || left > data.length) return
      const { what } = due
      due = undefined
      // What was let through is on its way before the worst comes.
      setImmediate(() =>
        what === 'reset' ? proxy.reset('both') : what === 'end' ? proxy.end() : proxy.swallow(),
      )
    })
    from.on('end', () => pair.deaf || to.end())
    from.on('close', () => pair.deaf || to.destroy())
  }
  const deafen = (pair: Pair) => {
    pair.deaf = true
    pair.client.pause()
    pair.upstream.pause()
  }
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (room-- <= 0) return void client.resetAndDestroy()
    const upstream = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
    const pair: Pair = { client, upstream, deaf: false }
    pairs.add(pair)
    lead(pair, client, upstream)
    lead(pair, upstream, client)
    if (swallowing) deafen(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const each = (work: (socket: Socket) => void) => {
    for (const { client, upstream } of pairs) {
      work(client)
      work(upstream)
    }
  }
  const proxy: CutProxy = {
    port: (server.address() as AddressInfo).port,
    reset(side) {
      if (side === 'both') return each((socket) => socket.resetAndDestroy())
      for (const pair of pairs) {
        deafen(pair)
        pair.client.resetAndDestroy()
      }
    },
    end: () => each((socket) => socket.end()),
    after(bytes, what) {
      due = { at: passed + bytes, what }
    },
    admit(connections) {
      room = connections
    },
    get passed() {
      return passed
    },
    swallow() {
      swallowing = true
      for (const pair of pairs) deafen(pair)
    },
    restore() {
      swallowing = false
      for (const pair of pairs) {
        pair.deaf = false
        const { client, upstream } = pair
        if (client.destroyed || upstream.destroyed) {
          client.destroy()
          upstream.destroy()
          continue
        }
        client.resume()
        upstream.resume()
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      each((socket) => socket.destroy())
      await closed
    },
  }
  return proxy
}
