// How long a lock outlives its holder, and what a lock says of who holds it.

import { SILENCE } from '../connection/silence.ts'

/** Seconds without a sign of life from the runner after which a host's session begins to end itself (session.sh). */
export const LEASE = 30

/** Seconds until it has: it counts in steps of a fifth of the lease, and gives the commands of its run four more. */
const ENDED = LEASE + Math.floor((LEASE + 4) / 5) + 4

/** Seconds until a turn whose holder is gone may be taken, where there is no flock (lock.sh, abandoned). */
const VACANT = 2 * LEASE + Math.floor((LEASE + 2) / 3)

/** Seconds to wait at least for a lock that a session of this same run may still hold, cut off from its runner. */
export const OWN_LOCK = Math.max(ENDED, VACANT) + 5

/** Seconds between two signs of life. */
export const HEARTBEAT = SILENCE.every

/** Who holds a lock: one JSON line in `.releases/lock`. */
export interface Holder {
  readonly run: string
  readonly actor: string
  readonly mode: string
  /** ISO 8601, the runner's clock. */
  readonly since: string
  /** Of one entry of `hosts` in this very run, unlike any other. */
  readonly id?: string
}

/** The `id` in what a lock says; undefined when there is none. */
export function holderId(text: string): string | undefined {
  try {
    return (JSON.parse(text) as Partial<Holder>).id
  } catch {
    return undefined
  }
}

export function describeHolder(text: string): string {
  try {
    const holder = JSON.parse(text) as Partial<Holder>
    const who = holder.actor ? ` by ${holder.actor}` : ''
    return `${holder.mode ?? 'a run'}${who}, ${holder.run ?? 'unknown run'}, since ${holder.since ?? 'unknown'}`
  } catch {
    return 'a holder that left no record'
  }
}
