// Why there is no connection, in words that lead to the cause, and whether it is worth another try: by whichever client.

import { Failure } from '../failure.ts'
import type { OpensshTarget, SshTarget } from './target.ts'

/** A failure that the next attempt may not meet. */
export class Transient extends Failure {}

/** A connection that was there has gone: another one may fare better. */
export class Lost extends Failure {}

/** What keeps a host from being reached: the same words, whichever client met it. */
const troubles = {
  lookup: ['cannot be looked up: the name server gives no answer', "See to the runner's DNS."],
  refused: ['refuses the connection', 'Check that sshd runs there, the port, and the firewall.'],
  cut: ['cut the connection', 'Check that sshd answers on this port, and its log.'],
  silent: ['does not answer', 'Check the address, the firewall, and whether it lets this runner in.'],
  unroutable: ['cannot be reached from here', 'Check the address, and the route from the runner.'],
  network: ['is in a network that cannot be reached from here', 'An IPv6 address needs a runner with IPv6.'],
  closed: [
    'closed the connection before the login',
    'Either it is no SSH server, or it turns clients away: MaxStartups, PerSourcePenalties, fail2ban, a proxy.',
  ],
} as const

export type Trouble = keyof typeof troubles

export function placeOf({ name, port }: Pick<SshTarget, 'name' | 'port'>): string {
  return `${name} port ${port}`
}

/** What a ProxyCommand that fails looks like. */
const ended: readonly Trouble[] = ['cut', 'closed']

/** @param said what else was said on the way there, where that may tell why. */
export function unreached(
  target: OpensshTarget,
  trouble: Trouble,
  cause?: unknown,
  said: readonly string[] = [],
): Transient {
  const [problem, remedy] = troubles[trouble]
  const proxied = target.config !== undefined && ended.includes(trouble)
  const words = said.length > 0 && ended.includes(trouble) ? `: ${said.join('; ')}` : ''
  return new Transient(`${placeOf(target)} ${problem}${words}`, {
    host: target.label,
    remedy: proxied ? `${remedy} A \`ProxyCommand\` of ssh_config has to be on the runner.` : remedy,
    unreachable: true,
    cause,
  })
}

export function unknownName(target: SshTarget, cause?: unknown): Failure {
  return new Failure(`there is no host by the name of ${target.name}`, {
    host: target.label,
    remedy: "Check how it is spelt in `hosts`; a private name needs the runner's DNS to know it.",
    unreachable: true,
    cause,
  })
}

const likely = {
  key: (user: string) =>
    `the public key is not in ~/.ssh/authorized_keys of ${user} on the host, or ${user} is the wrong user (\`ssh_user\`).`,
  certificate: (user: string) =>
    `its sshd does not trust the signer of ssh_certificate (TrustedUserCAKeys), or the certificate is not for ${user} (\`ssh-keygen -L -f\` shows its principals).`,
  password: () => 'the password or the user (`ssh_user`) is wrong, or the server does not take passwords.',
}

/**
 * @param tried each method, with the keys it had; `takes`: the methods that the server named.
 * @param hope what was likeliest to be let in by.
 */
export function notLetIn(
  target: SshTarget,
  tried: readonly string[],
  takes: readonly string[],
  hope: keyof typeof likely,
  cause?: unknown,
): Failure {
  const { user, label } = target
  const what = tried.join(', ') || 'nothing'
  const server = takes.length > 0 ? `; the server takes ${takes.join(', ')}` : ''
  return new Failure(`${placeOf(target)} does not let ${user} in: tried ${what}${server}`, {
    host: label,
    remedy: `Likely ${likely[hope](user)} The host's auth log says why.`,
    cause,
  })
}

/** @param stage what was under way, e.g. `in the key exchange`. */
export function timedOut(target: SshTarget, stage: string): Failure {
  const { connectTimeout, label } = target
  return new Failure(`${placeOf(target)} gave no answer within ${connectTimeout} s, ${stage}`, {
    unreachable: true,
    host: label,
    remedy: 'Check the address, the port and the firewall; a slow host needs a longer `connect_timeout`.',
  })
}

export function cancelled(target: SshTarget, cause: unknown): Failure {
  return new Failure(`connecting to ${target.label} was cancelled`, { host: target.label, cause })
}

export function lost(target: SshTarget): Lost {
  return new Lost(`the connection to ${target.label} is lost`, {
    host: target.label,
    remedy: 'Run again: the next run finds out how far this one came.',
  })
}

/** For the first command of a connection, which follows the request for its channel at once. */
export function lostOrNoChannels(target: SshTarget): Lost {
  return new Lost(`the connection to ${target.label} is lost, or its server opens no channel for commands`, {
    host: target.label,
    remedy:
      'Run again: the next run finds out how far this one came. If it stays so, sshd_config must allow at least one session a connection (MaxSessions 1); `ssh_client: openssh` asks for the channel first.',
  })
}

/** What went wrong at a jump host, as a trouble of the host behind it. */
export function onTheWay(error: Failure, target: SshTarget): Failure {
  const Kind = error instanceof Transient ? Transient : Failure
  return new Kind(`on the way to ${target.name}: ${error.message}`, { ...error.detail, host: target.label })
}

/** @param transient whether the host behind may only be slow to come back. */
export function noWayOn(target: SshTarget, jump: SshTarget, transient: boolean, cause?: unknown): Failure {
  const Kind = transient ? Transient : Failure
  return new Kind(`${jump.label} does not connect to ${placeOf(target)}`, {
    host: target.label,
    remedy: `Check the address as ${jump.label} sees it, AllowTcpForwarding in its sshd_config, and the key's line in its authorized_keys: \`restrict\` needs \`port-forwarding\` beside it.`,
    cause,
  })
}

export function noCommands(target: SshTarget, cause?: unknown): Failure {
  return new Failure(`the SSH server of ${target.label} refuses to run commands for ${target.user}`, {
    host: target.label,
    remedy: 'The account may be limited to sftp, or its shell may not exist.',
    cause,
  })
}

export function noChannels(target: SshTarget): Failure {
  return new Failure(`the SSH server of ${target.label} opens no channel for commands`, {
    host: target.label,
    remedy: 'Its sshd_config must allow at least one session a connection (MaxSessions 1).',
  })
}

export function noLogin(target: SshTarget): Failure {
  return new Failure(`there is nothing to log in to ${target.label} with`, {
    host: target.label,
    remedy:
      'Set `ssh_private_key` (or `ssh_password`), or start an agent and let SSH_AUTH_SOCK name its socket.',
  })
}
