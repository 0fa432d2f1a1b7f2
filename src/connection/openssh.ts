// The other way to have a connection: the runner's own OpenSSH client.

import { attempts } from './attempts.ts'
import type { Connection } from './connection.ts'
import { overLinks } from './links.ts'
import { openOpensshLink } from './openssh_link.ts'
import type { OpensshTarget } from './target.ts'

/**
 * Connects and logs in as `connectSsh` does.
 * @param base a private directory with a short path, for sockets and configuration; nothing is left in it.
 * @throws Failure with the host, what went wrong and a remedy.
 */
export async function connectOpenssh(
  target: OpensshTarget,
  base: string,
  signal: AbortSignal,
  onRetry: (text: string) => void = () => {},
): Promise<Connection> {
  return overLinks(target, signal, (until) =>
    attempts(target, until, onRetry, (limit, progress) => openOpensshLink(target, base, limit, progress)),
  )
}
