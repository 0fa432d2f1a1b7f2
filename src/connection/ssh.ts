// The builtin way to have a connection: node-ssh.

import { attempts } from './attempts.ts'
import type { Connection } from './connection.ts'
import { openLink } from './link.ts'
import { overLinks } from './links.ts'
import type { SshTarget } from './target.ts'

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
  return overLinks(target, signal, (until) =>
    attempts(target, until, onRetry, (limit, progress) => openLink(target, limit, progress)),
  )
}
