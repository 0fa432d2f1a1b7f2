// The builtin way to have a connection: node-ssh, on one connection unless the server allows a single channel on each.

import { sshChannel } from './channel.ts'
import type { Channel, Connection } from './connection.ts'
import { type Link, openLink } from './link.ts'
import type { SshTarget } from './target.ts'
import { lost } from './trouble.ts'

export type { SshTarget } from './target.ts'

/**
 * Connects and logs in, within `connectTimeout` seconds. Refused, cut or unanswered connections are tried
 * again up to three times; `onRetry` gets one line for each. `signal` stops connecting only.
 * @throws Failure with the host, what went wrong and a remedy.
 */
export async function connectSsh(
  target: SshTarget,
  signal: AbortSignal,
  onRetry: (text: string) => void = () => {},
): Promise<Connection> {
  const links = [await openLink(target, signal, onRetry)]
  const closing = new AbortController()
  let opening: Promise<void> | undefined

  async function exec(command: string): Promise<Channel> {
    const full = new Set<Link>()
    for (;;) {
      const alive = links.filter((link) => link.alive)
      if (alive.length === 0 || closing.signal.aborted) throw lost(target)
      const link = alive.find((each) => !full.has(each))
      const channel = await link?.start(command)
      if (link && channel) return sshChannel(channel, link.client)
      if (link) {
        full.add(link)
        continue
      }
      // One at a time, for all that wait: a server that allows few channels may not welcome many connections.
      opening ??= openAnother()
      await opening
    }
  }

  async function openAnother(): Promise<void> {
    try {
      links.push(await openLink(target, closing.signal, onRetry))
    } finally {
      opening = undefined
    }
  }

  return {
    exec,
    get connections() {
      return links.length
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all(links.map((link) => link.close()))
    },
  }
}
