// Connecting within a deadline, with retries: the same for every way to do it.

import pRetry from 'p-retry'
import { Failure } from '../failure.ts'
import { deadline } from './dial.ts'
import { atDoor, narrowDoor, type Visitor } from './door.ts'
import type { SshTarget } from './target.ts'
import { cancelled, Transient, timedOut } from './trouble.ts'

/** Where an attempt is, for the one line that a timeout leaves. */
export interface Progress {
  stage: string
}

/**
 * What `attempt` gives, within `connectTimeout` seconds; tried again up to three times after a Transient. Waits for its turn at the
 * server first, which is none of the host's time.
 * @param onRetry gets one line for each further try.
 * @throws Failure once the deadline has passed, the attempts are used up, or another attempt cannot help.
 */
export function attempts<T extends Entrant>(...given: Attempts<T>): Promise<T> {
  return atDoor(given[0], () => within(...given))
}

interface Entrant extends Visitor {
  close(): Promise<void>
}

type Attempts<T> = readonly [
  target: SshTarget,
  signal: AbortSignal,
  onRetry: (text: string) => void,
  attempt: (signal: AbortSignal, progress: Progress) => Promise<T>,
]

async function within<T extends Entrant>(...[target, signal, onRetry, attempt]: Attempts<T>): Promise<T> {
  using limit = deadline(signal, target.connectTimeout)
  const progress: Progress = { stage: '' }
  let opened: T | undefined
  let last: Failure | undefined
  const once = async () => {
    opened = await attempt(limit.signal, progress)
    return opened
  }
  try {
    return await pRetry(once, {
      retries: 3,
      minTimeout: 500,
      randomize: true,
      signal: limit.signal,
      shouldRetry: ({ error }) => error instanceof Transient,
      onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof Transient) || retriesLeft === 0 || limit.signal.aborted) return
        narrowDoor(target.jump ?? target)
        last = error
        onRetry(`${error.message}; trying again (${attemptNumber} of 3)`)
      },
    })
  } catch (error) {
    await opened?.close()
    if (signal.aborted) throw cancelled(target, signal.reason)
    if (error instanceof Failure) throw error
    throw limit.signal.aborted ? (last ?? timedOut(target, progress.stage)) : error
  }
}
