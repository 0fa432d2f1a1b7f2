// From a host's settings to a connection: which of the ways to have one, and with which of the given credentials.

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { workspace } from '../environment.ts'
import { Failure } from '../failure.ts'
import type { Host } from '../settings/hosts.ts'
import { openKey } from './agent.ts'
import { readCertificate } from './certificate.ts'
import type { Connection } from './connection.ts'
import { readKey } from './key.ts'
import { parseKnownHosts } from './known_hosts.ts'
import { connectLocal } from './local.ts'
import type { OpensshTarget } from './target.ts'

export interface Surroundings {
  /** Path of the ssh agent's socket, if there is one; used when no key is given. */
  readonly agent: string | undefined
  /** A private directory with a short path. */
  readonly dir: string
}

/** @throws Failure with the host, what went wrong and a remedy. */
export async function connect(
  host: Host,
  { agent, dir }: Surroundings,
  signal: AbortSignal,
  onRetry: (text: string) => void,
): Promise<Connection> {
  if (host.kind === 'local') return connectLocal()
  const target = targetOf(host, agent)
  // Loaded when the first line is out already, and only the one that is used: it is most of the start-up time.
  if (host.settings.ssh_client === 'openssh') {
    const { connectOpenssh } = await import('./openssh.ts')
    return connectOpenssh(target, dir, signal, onRetry)
  }
  const { connectSsh } = await import('./ssh.ts')
  return connectSsh(target, signal, onRetry)
}

function targetOf(host: Host, agent: string | undefined): OpensshTarget {
  const { settings } = host
  const key = settings.ssh_private_key && readKey(settings.ssh_private_key, settings.ssh_passphrase)
  const target: OpensshTarget = {
    label: host.label,
    name: host.name,
    port: host.port,
    user: host.user as string,
    privateKey: key,
    passphrase: settings.ssh_passphrase,
    password: settings.ssh_password,
    agent: key ? undefined : agent || undefined,
    certificate: settings.ssh_certificate?.trim(),
    config: settings.ssh_config && configFile(settings.ssh_config),
    knownHosts: settings.ssh_known_hosts,
    hostKeyChecking: settings.host_key_checking,
    connectTimeout: settings.connect_timeout,
  }
  const hops = settings.ssh_proxy_jump ?? []
  const jump = hops.reduce<OpensshTarget | undefined>(
    (before, { name, user = target.user, port = 22 }) => ({
      ...target,
      label: name,
      name,
      user,
      port,
      jump: before,
    }),
    undefined,
  )
  return { ...target, jump }
}

/** Faults in a host's credentials that can be told without connecting; each throws a Failure. */
export function inspectCredentials(host: Host): readonly { where: string; check: () => unknown }[] {
  const { settings } = host
  const { ssh_private_key: key, ssh_passphrase: passphrase, ssh_known_hosts: known } = settings
  const { ssh_certificate: certificate, ssh_config: config } = settings
  return [
    ...(key === undefined ? [] : [{ where: 'ssh_private_key', check: () => readKey(key, passphrase) }]),
    ...(known === undefined ? [] : [{ where: 'ssh_known_hosts', check: () => parseKnownHosts(known) }]),
    ...(certificate === undefined
      ? []
      : [
          {
            where: 'ssh_certificate',
            check: () => readCertificate(certificate, publicPart(key, passphrase)),
          },
        ]),
    ...(config === undefined ? [] : [{ where: 'ssh_config', check: () => readConfigFile(config) }]),
  ]
}

/** Undefined when there is no key, or none that can be read: that is told of the key itself. */
function publicPart(key: string | undefined, passphrase: string | undefined): Buffer | undefined {
  try {
    return key === undefined ? undefined : openKey(readKey(key, passphrase), passphrase).publicKey
  } catch {
    return undefined
  }
}

/** Relative to the workspace; `~/` is the home of the runner's user. */
function configFile(path: string): string {
  if (path.startsWith('~/')) return resolve(homedir(), path.slice(2))
  return resolve(workspace(), path)
}

function readConfigFile(path: string): void {
  try {
    readFileSync(configFile(path))
  } catch (error) {
    throw new Failure(`ssh_config: the file cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      remedy: 'Write it in an earlier step; the path is relative to the workspace, or absolute.',
    })
  }
}
