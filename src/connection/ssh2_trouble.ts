// Why the builtin client could not connect, read from what node, ssh2 or node-ssh threw.

import { Failure } from '../failure.ts'
import type { Authentication } from './authentication.ts'
import type { HostKeyCheck } from './host_key.ts'
import type { SshTarget } from './target.ts'
import { placeOf, type Trouble, unknownName, unreached } from './trouble.ts'

interface SshError extends Error {
  readonly level?: string
  readonly code?: string | number
}

const network: Readonly<Record<string, Trouble>> = {
  EAI_AGAIN: 'lookup',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'cut',
  EPIPE: 'cut',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'unroutable',
  ENETUNREACH: 'network',
}

export function explainSsh2(
  error: unknown,
  target: SshTarget,
  check: HostKeyCheck,
  login?: Authentication,
): Failure {
  if (error instanceof Failure) return error
  const refusal = check.refusal()
  if (refusal) return refusal
  const { message, level, code } = error as SshError
  // 14: no more methods; 2 is any protocol error, but after a refusal it says "too many authentication failures".
  const denied = level === 'client-authentication' || level === 'agent' || code === 14
  if (login && (denied || (code === 2 && login.refused))) return login.failure(error)
  if (code === 'ENOTFOUND') return unknownName(target, error)
  const detail = { host: target.label, cause: error }
  if (level === 'handshake') return disagreement(message, placeOf(target), detail)
  // node-ssh gives this code to every connection that ended without an error.
  const closed = message === 'No response from server' || level === 'protocol'
  if (closed && login?.refused) return login.failure(error)
  const trouble = closed ? 'closed' : network[String(code)]
  if (trouble) return unreached(target, trouble, error)
  return new Failure(`cannot connect to ${placeOf(target)}: ${message}`, detail)
}

function disagreement(message: string, where: string, detail: { host: string; cause: unknown }): Failure {
  const part = /no matching (.+)/.exec(message)?.[1]
  if (part === undefined) return new Failure(`the SSH handshake with ${where} failed: ${message}`, detail)
  const names = part.replace('C->S', 'client-to-server').replace('S->C', 'server-to-client')
  const remedy = 'Allow more algorithms in its sshd_config, such as curve25519-sha256 for the key exchange.'
  return new Failure(`${where} and the builtin client have no ${names} in common`, { ...detail, remedy })
}
