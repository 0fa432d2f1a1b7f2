// A server's door: sshd turns clients away at random while ten or more of them have not logged in yet (MaxStartups 10:30:100).

import pLimit, { type LimitFunction } from 'p-limit'
import type { SshTarget } from './target.ts'

/** Log-ins under way at once at one address; fewer than ten, since it may have other visitors. */
const AT_ONCE = 8

const doors = new Map<string, LimitFunction>()

export interface Visitor {
  /** Settles once the server is known to count it no longer among those that have not logged in: after it says so to the client. */
  readonly admitted?: Promise<void>
}

/** Runs `enter` when it is its turn: hosts that are one server, or behind one, come to it a few at a time. */
export function atDoor<T extends Visitor>(server: SshTarget, enter: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  void doorOf(server)(async () => {
    const entering = enter()
    resolve(entering)
    await entering.then(
      ({ admitted }) => admitted,
      () => {},
    )
  })
  return promise
}

/** From now on one fewer at once: the server has turned somebody away, so it takes fewer, or others come to it as well. */
export function narrowDoor(server: SshTarget): void {
  const door = doorOf(server)
  door.concurrency = Math.max(1, door.concurrency - 1)
}

function doorOf({ name, port }: SshTarget): LimitFunction {
  const address = `${name} ${port}`
  const door = doors.get(address) ?? pLimit(AT_ONCE)
  doors.set(address, door)
  return door
}
