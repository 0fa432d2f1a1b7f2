// Wires of a given length and width on loopback: a TCP proxy in a process of its own, so that it shares no event loop with what is measured.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface WireOptions {
  /** Port on 127.0.0.1 that the (first) wire leads to. */
  readonly port: number
  /** Milliseconds there and back. */
  readonly roundTrip: number
  /** Bytes a second in each direction, all connections of a wire together; unlimited when left out. */
  readonly rate?: number
  /** Keep every packet's times for `take`. */
  readonly trace?: boolean
}

/** One read from a socket. Times in ms since the epoch. */
export interface Packet {
  readonly connection: number
  readonly direction: 'up' | 'down'
  readonly bytes: number
  /** When it entered the wire, and when it left. */
  readonly entered: number
  readonly left: number
}

/** What went over the wire since it was last asked: `up` is towards the server. */
export interface Traffic {
  readonly connections: number
  readonly up: number
  readonly down: number
  /** Mean and worst delay beyond the one asked for, in ms. */
  readonly late: { readonly mean: number; readonly worst: number }
  readonly packets: readonly Packet[]
  /** Seconds of CPU time that carrying it took. */
  readonly cpu: number
}

export interface DelayProxy extends AsyncDisposable {
  readonly port: number
  /** Another wire, to another port; all are counted together. @returns the port of its near end. */
  lead(port: number): Promise<number>
  /** Counts since the last call. */
  take(): Promise<Traffic>
}

export type Request = { readonly start: WireOptions } | { readonly take: true }
export type Reply = { readonly listening: number } | { readonly traffic: Traffic }

/** @throws Error when the proxy's process does not start. */
export async function startDelayProxy(options: WireOptions): Promise<DelayProxy> {
  const child = fork(join(import.meta.dirname, 'wire.ts'), { execArgv: [] })
  const lead = async (port: number) => {
    return ((await ask(child, { start: { ...options, port } })) as { listening: number }).listening
  }
  return {
    port: await lead(options.port),
    lead,
    async take() {
      return ((await ask(child, { take: true })) as { traffic: Traffic }).traffic
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      // The wire ends when nobody is there to ask it.
      child.disconnect()
      await ended
    },
  }
}

async function ask(child: ChildProcess, request: Request): Promise<Reply> {
  const answered = Promise.withResolvers<Reply>()
  const onExit = (code: number | null) => answered.reject(new Error(`the delay proxy ended with ${code}`))
  child.once('exit', onExit)
  child.once('message', answered.resolve)
  child.send(request)
  try {
    return await answered.promise
  } finally {
    child.off('exit', onExit)
    child.off('message', answered.resolve)
  }
}
