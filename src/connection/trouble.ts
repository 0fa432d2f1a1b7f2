// Why a connection could not be made, in words that lead to the cause, and whether it is worth another try.

import { Failure } from '../failure.ts'
import type { Authentication } from './authentication.ts'
import type { HostKeyCheck } from './host_key.ts'
import type { SshTarget } from './target.ts'

/** A failure that the next attempt may not meet. */
export class Transient extends Failure {}

/** A connection that was there has gone: another one may fare better. */
export class Lost extends Failure {}

interface SshError extends Error {
  readonly level?: string
  readonly code?: string | number
}

const network: Readonly<Record<string, [problem: string, remedy: string]>> = {
  EAI_AGAIN: ['cannot be looked up: the name server gives no answer', "See to the runner's DNS."],
  ECONNREFUSED: ['refuses the connection', 'Check that sshd runs there, the port, and the firewall.'],
  ECONNRESET: ['cut the connection', 'Check that sshd answers on this port, and its log.'],
  EPIPE: ['cut the connection', 'Check that sshd answers on this port, and its log.'],
  ETIMEDOUT: ['does not answer', 'Check the address, the firewall, and whether it lets this runner in.'],
  EHOSTUNREACH: ['cannot be reached from here', 'Check the address, and the route from the runner.'],
  ENETUNREACH: [
    'is in a network that cannot be reached from here',
    'An IPv6 address needs a runner with IPv6.',
  ],
}

/** Sorts out what node, ssh2 or node-ssh threw while connecting. */
export function explain(
  error: unknown,
  target: SshTarget,
  check: HostKeyCheck,
  login?: Authentication,
): Failure {
  if (error instanceof Failure) return error
  const refusal = check.refusal()
  if (refusal) return refusal
  const { message, level, code } = error as SshError
  const where = `${target.name} port ${target.port}`
  const detail = { host: target.label, cause: error }
  // 14: no more methods; 2 is any protocol error, but after a refusal it says "too many authentication failures".
  const denied = level === 'client-authentication' || level === 'agent' || code === 14
  if (login && (denied || (code === 2 && login.refused))) return login.failure(error)
  if (code === 'ENOTFOUND') {
    const remedy = "Check how it is spelt in `hosts`; a private name needs the runner's DNS to know it."
    return new Failure(`there is no host by the name of ${target.name}`, {
      ...detail,
      remedy,
      unreachable: true,
    })
  }
  if (level === 'handshake') return disagreement(message, where, detail)
  // node-ssh gives this code to every connection that ended without an error.
  const closed = message === 'No response from server' || level === 'protocol'
  if (closed && login?.refused) return login.failure(error)
  const known = closed ? undefined : network[String(code)]
  if (known) return new Transient(`${where} ${known[0]}`, { ...detail, remedy: known[1], unreachable: true })
  if (closed) {
    const remedy =
      'Either it is no SSH server, or it turns clients away: MaxStartups, PerSourcePenalties, fail2ban, a proxy.'
    return new Transient(`${where} closed the connection before the login`, {
      ...detail,
      remedy,
      unreachable: true,
    })
  }
  return new Failure(`cannot connect to ${where}: ${message}`, detail)
}

function disagreement(message: string, where: string, detail: { host: string; cause: unknown }): Failure {
  const part = /no matching (.+)/.exec(message)?.[1]
  if (part === undefined) return new Failure(`the SSH handshake with ${where} failed: ${message}`, detail)
  const names = part.replace('C->S', 'client-to-server').replace('S->C', 'server-to-client')
  const remedy = 'Allow more algorithms in its sshd_config, such as curve25519-sha256 for the key exchange.'
  return new Failure(`${where} and the builtin client have no ${names} in common`, { ...detail, remedy })
}

/** @param stage what was under way, e.g. `in the key exchange`. */
export function timedOut(target: SshTarget, stage: string): Failure {
  const { name, port, connectTimeout, label } = target
  return new Failure(`${name} port ${port} gave no answer within ${connectTimeout} s, ${stage}`, {
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
  return new Kind(`${jump.label} does not connect to ${target.name} port ${target.port}`, {
    host: target.label,
    remedy: `Check the address as ${jump.label} sees it, and AllowTcpForwarding in its sshd_config.`,
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
