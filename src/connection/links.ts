// Authenticated connections to one host as the port's Connection: one, unless the server allows a single channel on each.

import type { Channel, Connection } from './connection.ts'
import type { Visitor } from './door.ts'
import type { SshTarget } from './target.ts'
import { lost, noChannels } from './trouble.ts'

/** One authenticated connection. */
export interface Link extends Visitor {
  readonly alive: boolean
  /** Whether its server is known to take commands as long as an argument may be. */
  readonly longCommands?: boolean
  /** Milliseconds to the host and back, at most, once a second command was started; undefined where nobody can tell. */
  readonly roundTrip?: number | undefined
  /**
   * Starts a command; undefined when the server allows no further channel beside those there are.
   * @throws Failure when the connection is lost or the server lets no command run at all.
   */
  start(command: string): Promise<Channel | undefined>
  /** Says goodbye, and hangs up after at most two seconds. */
  close(): Promise<void>
}

/**
 * @param open gives a new link, or a Failure; `signal` ends it.
 * @throws what the first call of `open` throws.
 */
export async function overLinks(
  target: SshTarget,
  signal: AbortSignal,
  open: (signal: AbortSignal) => Promise<Link>,
): Promise<Connection> {
  const links = [await open(signal)]
  const closing = new AbortController()
  let opening: Promise<void> | undefined

  async function exec(command: string, spare?: 'spare'): Promise<Channel> {
    const full = new Set<Link>()
    for (;;) {
      const alive = links.filter((link) => link.alive)
      if (alive.length === 0 || closing.signal.aborted) throw lost(target)
      const link = alive.find((each) => !full.has(each))
      const channel = await link?.start(command)
      if (channel) return channel
      if (link) {
        full.add(link)
        continue
      }
      if (spare) throw noChannels(target)
      // One at a time, for all that wait: a server that allows few channels may not welcome many connections.
      opening ??= openAnother()
      await opening
    }
  }

  async function openAnother(): Promise<void> {
    try {
      links.push(await open(closing.signal))
    } finally {
      opening = undefined
    }
  }

  return {
    exec,
    get longCommands() {
      return links.every((link) => link.longCommands === true)
    },
    get connections() {
      return links.length
    },
    get roundTrip() {
      const known = links.flatMap(({ roundTrip }) => roundTrip ?? [])
      return known.length > 0 ? Math.min(...known) : null
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all(links.map((link) => link.close()))
    },
  }
}

/** Counts the channels of a link that were opened, ever, or are being asked for: a server may allow none at all. */
export function firstChannelNeeded<T>(
  none: () => Error,
): (ask: () => Promise<T | undefined>) => Promise<T | undefined> {
  let asked = 0
  return async (ask) => {
    asked++
    const channel = await ask()
    if (channel !== undefined) return channel
    asked--
    if (asked === 0) throw none()
    return undefined
  }
}
