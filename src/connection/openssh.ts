// The other way to have a connection: the runner's own OpenSSH client.

import { attempts } from './attempts.ts'
import type { Connection } from './connection.ts'
import { atDoor, type Visitor } from './door.ts'
import { overLinks } from './links.ts'
import { openOpensshLink } from './openssh_link.ts'
import type { OpensshTarget, SshTarget } from './target.ts'

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
    attempts(target, until, onRetry, (limit, progress) =>
      atDoorsBefore(target, () => openOpensshLink(target, base, limit, progress)),
    ),
  )
}

/** Each host on the way is logged in to as well, by one process that does not say when. */
function atDoorsBefore<T extends Visitor>({ jump }: SshTarget, enter: () => Promise<T>): Promise<T> {
  return jump ? atDoor(jump, () => atDoorsBefore(jump, enter)) : enter()
}
