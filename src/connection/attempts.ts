// Connecting within a deadline, with retries: the same for every way to do it.

import pRetry from 'p-retry'
import { orAborted } from '../abort.ts'
import { Failure } from '../failure.ts'
import { deadline } from './dial.ts'
import { atDoors, narrowDoor, type Pass, type Visitor } from './door.ts'
import type { SshTarget } from './target.ts'
import { cancelled, Transient, timedOut } from './trouble.ts'

/** Where an attempt is, for the one line that a timeout leaves. */
export interface Progress {
  stage: string
  /** To be told of each host on the way that the attempt has got past. */
  readonly pass: Pass
}

/**
 * What `attempt` gives, within `connectTimeout` seconds; tried again up to three times after a Transient. Waits for its turn at the
 * server first, and at those on the way, which is none of the host's time.
 * @param onRetry gets one line for each further try.
 * @throws Failure once the deadline has passed, the attempts are used up, or another attempt cannot help.
 */
export async function attempts<T extends Entrant>(...given: Attempts<T>): Promise<T> {
  const [target, signal] = given
  const turn = Promise.withResolvers<void>()
  const entering = atDoors(target, (pass) => {
    turn.resolve()
    return within(pass, given)
  })
  // Who is cancelled does not wait for the turn; once that comes, there is nothing more to do.
  entering.catch(() => {})
  await orAborted(turn.promise, signal).catch((reason) => {
    throw cancelled(target, reason)
  })
  return entering
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

async function within<T extends Entrant>(
  pass: Pass,
  [target, signal, onRetry, attempt]: Attempts<T>,
): Promise<T> {
  using limit = deadline(signal, target.connectTimeout)
  const progress: Progress = { stage: '', pass }
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
