// Time and TCP: a socket to the host, and a way to give up on anything that takes too long.

import { connect, type Socket } from 'node:net'
import { orAborted } from '../abort.ts'
import type { SshTarget } from './target.ts'

/** A signal that also fires when the time is up; ours to hold, since a timer of AbortSignal's keeps nothing alive. */
export function deadline(outer: AbortSignal, seconds: number): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, seconds * 1000)
  outer.addEventListener('abort', abort)
  if (outer.aborted) abort()
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      outer.removeEventListener('abort', abort)
    },
  }
}

/** Rejects with node's error, or with the signal's reason. */
export function dial(target: SshTarget, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect({
    host: target.name,
    port: target.port,
    // Without it ssh2 waits for the other side's delayed ACKs.
    noDelay: true,
    // Of several addresses each gets this long; node's own quarter of a second is less than a far host needs.
    autoSelectFamilyAttemptTimeout: 1000,
  })
  socket.on('error', reject)
  socket.once('connect', () => resolve(socket))
  return orAborted(promise, signal, () => socket.destroy())
}
