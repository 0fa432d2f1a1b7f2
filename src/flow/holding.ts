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

/** What is heard of holders while one entry of `hosts` waits for its lock, up to `wait` seconds. */
export function hearHolders(context: Context, host: Host, own: Holder, wait: number): Holding {
  const { promise: doubled, reject } = Promise.withResolvers<never>()
  let said = ''
  let notes = 0
  return {
    doubled,
    onHeld(text, waited) {
      const id = holderId(text)
      // An earlier session of this same entry, cut off from its runner, ends by itself.
      if (id !== own.id && id?.startsWith(`${context.id}.`)) reject(heldByItself(host))
      else if (text !== said && wait > 0 && notes++ < HOLDERS) {
        const who = describeHolder(text)
        context.watch.note(
          host.label,
          `waiting up to ${wait} s for the lock (${waited} s so far), held by: ${who}`,
        )
      }
      said = text
    },
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
