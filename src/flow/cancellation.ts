// A run that is cancelled waits for no host: what was begun there ends with the connection.

import type { Station } from './station.ts'

/** Milliseconds in which work ends by itself once its run is cancelled: a command gets four seconds of them (command.ts). */
const FAREWELL = 5000

/**
 * What the work on a host gives, unless `signal` fires and `patience` ms pass: then the host is left.
 * @throws the signal's reason.
 */
export async function orLeft<T>(
  signal: AbortSignal,
  station: Station,
  work: Promise<T>,
  patience = FAREWELL,
): Promise<T> {
  const { promise: left, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const leave = () => {
    timer = setTimeout(() => {
      reject(signal.reason)
      Promise.resolve(station[Symbol.asyncDispose]()).catch(() => {})
    }, patience)
  }
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    return await Promise.race([work, left])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}
