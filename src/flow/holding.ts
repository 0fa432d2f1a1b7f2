// Who this run is to a host's lock, and what it makes of others who hold it.

import { Failure } from '../failure.ts'
import { describeHolder, type Holder, holderId } from '../host/lock.ts'
import { randomMark } from '../host/script.ts'
import type { Host } from '../settings/hosts.ts'
import type { Context } from './context.ts'

/** How many holders of a lock are told while a run waits for it. */
const HOLDERS = 20

/** One entry of `hosts`, unlike any other of this run or another. */
export function holderAt(context: Context): Holder {
  return {
    run: context.origin.run ?? context.id,
    actor: context.origin.actor ?? '',
    mode: context.settings.mode,
    since: context.started.toISOString(),
    id: `${context.id}.${randomMark()}`,
  }
}

export interface Holding {
  /** What the lock says of its holder, and seconds waited for it. */
  onHeld(text: string, waited: number): void
  /** Rejects when it is this run that holds the lock, by another entry of `hosts`: waiting would be in vain. */
  readonly doubled: Promise<never>
}

/** What one entry of `hosts` hears of holders, whenever it waits for its lock. */
export function hearHolders(context: Context, host: Host, own: Holder): (wait: number) => Holding {
  let said: string | undefined
  let notes = 0
  let since = Number.POSITIVE_INFINITY
  const hear = (text: string, wait: number, waited: number) => {
    if (wait === 0) return
    // It may be one of several turns.
    const limit = Math.max(wait, context.settings.lock_timeout)
    since = Math.min(since, Date.now() - waited * 1000)
    const soFar = Math.round((Date.now() - since) / 1000)
    if (text === said || notes++ >= HOLDERS) return
    said = text
    context.watch.note(
      host.label,
      `waiting up to ${limit} s for the lock (${soFar} s so far), held by: ${describeHolder(text)}`,
    )
  }
  return (wait) => {
    const { promise: doubled, reject } = Promise.withResolvers<never>()
    const onHeld = (text: string, waited: number) => {
      const id = holderId(text)
      // An earlier session of this same entry, cut off from its runner, ends by itself.
      if (id !== own.id && id?.startsWith(`${context.id}.`)) reject(heldByItself(host))
      else hear(text, wait, waited)
    }
    return { onHeld, doubled }
  }
}

function heldByItself(host: Host): Failure {
  return new Failure('two entries of hosts are the same place: this run holds its lock already', {
    host: host.label,
    phase: 'starting',
    unchanged: 'Nothing was changed on any host.',
    remedy: 'Leave one of them in `hosts`.',
  })
}
