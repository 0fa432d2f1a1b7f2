// A server's door: sshd turns clients away at random while ten or more of them have not logged in yet (MaxStartups 10:30:100).

import pLimit, { type LimitFunction } from 'p-limit'
import type { SshTarget } from './target.ts'

/** Log-ins under way at once at one address; fewer than ten, since it may have other visitors. */
const AT_ONCE = 8

/** Milliseconds that a server gets to say that it is done with a login which the client knows of. */
const LINGER = 5000

const doors = new Map<string, LimitFunction>()

export interface Visitor {
  /** Settles once the server is known to count it no longer among those that have not logged in: after it says so to the client. */
  readonly admitted?: Promise<void>
}

/** Gives up the place at the door of a host on the way, once past it. */
export type Pass = (server: SshTarget) => void

/**
 * Runs `enter` when it is its turn at a host, and at all that are on the way to it: hosts that are one server, or behind one, come to it a
 * few at a time. The host's own door comes first, so that who waits there is in nobody's way; each address counts once.
 */
export function atDoors<T extends Visitor>(target: SshTarget, enter: (pass: Pass) => Promise<T>): Promise<T> {
  const past = new Map<string, PromiseWithResolvers<void>>()
  // A host that is also on the way to itself is not past before it is entered.
  const pass: Pass = (server) => {
    if (addressOf(server) !== addressOf(target)) past.get(addressOf(server))?.resolve()
  }
  const queue = (next: SshTarget | undefined): Promise<T> => {
    if (next === undefined) return enter(pass)
    const address = addressOf(next)
    if (past.has(address)) return queue(next.jump)
    const gone = Promise.withResolvers<void>()
    past.set(address, gone)
    const { promise, resolve } = Promise.withResolvers<T>()
    void doorOf(next)(async () => {
      const entering = queue(next.jump)
      resolve(entering)
      void admission(entering).then(gone.resolve)
      await gone.promise
    })
    return promise
  }
  return queue(target)
}

async function admission(entering: Promise<Visitor>): Promise<void> {
  const visitor = await entering.catch(() => undefined)
  if (visitor?.admitted === undefined) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, LINGER).unref()
  await Promise.race([visitor.admitted, promise])
  clearTimeout(timer)
}

/** From now on one fewer at once: the server has turned somebody away, so it takes fewer, or others come to it as well. */
export function narrowDoor(server: SshTarget): void {
  const door = doorOf(server)
  door.concurrency = Math.max(1, door.concurrency - 1)
}

function addressOf({ name, port }: SshTarget): string {
  return `${name} ${port}`
}

function doorOf(server: SshTarget): LimitFunction {
  const door = doors.get(addressOf(server)) ?? pLimit(AT_ONCE)
  doors.set(addressOf(server), door)
  return door
}
