// From a host's settings to a connection: which of the ways to have one, and with which of the given credentials.

import type { Host } from '../settings/hosts.ts'
import type { Connection } from './connection.ts'
import { readKey } from './key.ts'
import { parseKnownHosts } from './known_hosts.ts'
import { connectLocal } from './local.ts'

/**
 * @param agent path of the ssh agent's socket, if there is one; used when no key is given.
 * @throws Failure with the host, what went wrong and a remedy.
 */
export async function connect(
  host: Host,
  agent: string | undefined,
  signal: AbortSignal,
  onRetry: (text: string) => void,
): Promise<Connection> {
  if (host.kind === 'local') return connectLocal()
  const { settings } = host
  // Loaded when the first line is out already: it is most of the start-up time.
  const { connectSsh } = await import('./ssh.ts')
  return connectSsh(
    {
      label: host.label,
      name: host.name,
      port: host.port,
      user: host.user as string,
      privateKey: settings.ssh_private_key && readKey(settings.ssh_private_key, settings.ssh_passphrase),
      passphrase: settings.ssh_passphrase,
      password: settings.ssh_password,
      agent: settings.ssh_private_key ? undefined : agent,
      knownHosts: settings.ssh_known_hosts,
      hostKeyChecking: settings.host_key_checking,
      connectTimeout: settings.connect_timeout,
    },
    signal,
    onRetry,
  )
}

/** Faults in a host's credentials that can be told without connecting; each throws a Failure. */
export function inspectCredentials(host: Host): readonly { where: string; check: () => unknown }[] {
  const { ssh_private_key: key, ssh_passphrase: passphrase, ssh_known_hosts: known } = host.settings
  return [
    ...(key === undefined ? [] : [{ where: 'ssh_private_key', check: () => readKey(key, passphrase) }]),
    ...(known === undefined ? [] : [{ where: 'ssh_known_hosts', check: () => parseKnownHosts(known) }]),
  ]
}
