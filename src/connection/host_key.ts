// Whether the key that a host shows is one we were told to expect, and what to say when it is not.

import { Failure, type FailureDetail } from '../failure.ts'
import {
  fingerprint,
  type HostKeyAlgorithm,
  hostKeyAlgorithms,
  type Known,
  lineFor,
  lookUp,
  nameFor,
  parseKnownHosts,
  typeOf,
} from './known_hosts.ts'

export interface HostKeyTarget {
  readonly label: string
  readonly name: string
  readonly port: number
  /** known_hosts text. */
  readonly knownHosts: string | undefined
  readonly hostKeyChecking: 'strict' | 'off'
}

export interface HostKeyCheck {
  readonly algorithms: HostKeyAlgorithm[]
  /** Nothing but this answer lets the handshake go on. */
  readonly accepts: (blob: Buffer) => boolean
  /** Why the last key was not accepted. */
  refusal(): Failure | undefined
}

const unsent = 'nothing was sent to the host: no user name, no key, no password'

/** @throws Failure when known_hosts cannot be read, or trusts the host through a certificate authority only. */
export function hostKeyCheck(target: HostKeyTarget): HostKeyCheck {
  if (target.hostKeyChecking === 'off') {
    return { algorithms: hostKeyAlgorithms([]), accepts: () => true, refusal: () => undefined }
  }
  const known = lookUp(parseKnownHosts(target.knownHosts ?? ''), target.name, target.port)
  if (known.authority && known.accepted.length === 0) throw authorityOnly(target)
  let refusal: Failure | undefined
  return {
    algorithms: hostKeyAlgorithms(known.accepted),
    accepts(blob) {
      refusal = judge(target, known, blob)
      return refusal === undefined
    },
    refusal: () => refusal,
  }
}

function isRevoked(known: Known, blob: Buffer): boolean {
  return known.revoked.some((key) => key.blob.equals(blob))
}

function judge(target: HostKeyTarget, known: Known, blob: Buffer): Failure | undefined {
  const where = `${target.name} port ${target.port}`
  const shown = `${typeOf(blob)} ${fingerprint(blob)}`
  const detail: FailureDetail = { host: target.label, unchanged: unsent }
  if (isRevoked(known, blob)) {
    return new Failure(`${where} showed a key that ssh_known_hosts marks @revoked: ${shown}`, {
      ...detail,
      remedy: 'Whoever holds this key must not be trusted: find out what answers at this address.',
    })
  }
  if (known.accepted.some((key) => key.blob.equals(blob))) return undefined
  const line = lineFor(target.name, target.port, blob)
  if (known.accepted.length === 0) {
    return new Failure(`ssh_known_hosts has no key for ${where}, which showed ${shown}`, {
      ...detail,
      remedy: `Compare the fingerprint with one obtained another way (${printOnHost(blob)}); only if it is the same, add this line to ssh_known_hosts:\n${line}`,
    })
  }
  const expected = known.accepted.map((key) => `${key.type} ${fingerprint(key.blob)}`).join(', ')
  return new Failure(
    `${where} showed a key that ssh_known_hosts does not have: ${shown}; known: ${expected}`,
    {
      ...detail,
      remedy: `The host was set up anew, or something else answers at its address. Only if the fingerprint is verified another way (${printOnHost(blob)}), replace the lines of ${nameFor(target.name, target.port)} in ssh_known_hosts by:\n${line}`,
    },
  )
}

/** How a host tells the fingerprint of such a key itself; ssh-keygen takes one file. */
function printOnHost(blob: Buffer): string {
  const kind = /ed25519|ecdsa|rsa/.exec(typeOf(blob))?.[0]
  const file =
    kind === undefined ? 'the public key that sshd_config names' : `/etc/ssh/ssh_host_${kind}_key.pub`
  return `on the host: \`ssh-keygen -lf ${file}\``
}

/**
 * Why OpenSSH did not take a host's key.
 * @param shown the key or certificate and the name it was looked up by; undefined when OpenSSH is too old to tell.
 * @param invalid what is wrong with the host's certificate.
 */
export function keyRefusal(
  target: HostKeyTarget,
  shown: { readonly name: string; readonly blob: Buffer } | undefined,
  invalid: string | undefined,
): Failure {
  const detail: FailureDetail = { host: target.label, unchanged: unsent }
  if (shown === undefined) {
    return new Failure(`${target.name} port ${target.port} showed a key that ssh_known_hosts does not have`, {
      ...detail,
      remedy: `From a network you trust, run \`ssh-keyscan -p ${target.port} ${target.name}\` and compare its fingerprints with the host's own; then put its lines into ssh_known_hosts.`,
    })
  }
  // As OpenSSH reached it: a file of the user's may say that the host goes by another name there.
  const [, name = shown.name, port = '22'] = /^\[(.*)\]:(\d+)$/.exec(shown.name) ?? []
  const place = { ...target, name, port: Number(port) }
  if (typeOf(shown.blob).endsWith('-cert-v01@openssh.com')) {
    return new Failure(
      `${name} port ${port} showed a host certificate that ssh_known_hosts does not vouch for${invalid ? `: ${invalid}` : ''}`,
      {
        ...detail,
        remedy: `Add the @cert-authority line of its signer to ssh_known_hosts, and see to its principals: ${nameFor(name, Number(port))} must be one of them.`,
      },
    )
  }
  const known = lookUp(parseKnownHosts(target.knownHosts ?? ''), name, Number(port))
  if (known.authority && known.accepted.length === 0 && !isRevoked(known, shown.blob)) {
    return new Failure(
      `ssh_known_hosts trusts ${shown.name} through a @cert-authority line only, and the host showed no certificate but ${typeOf(shown.blob)} ${fingerprint(shown.blob)}`,
      {
        ...detail,
        remedy: `Give the host a certificate (HostCertificate in its sshd_config), or add the host's own key to ssh_known_hosts:\n${lineFor(name, Number(port), shown.blob)}`,
      },
    )
  }
  const found = judge(place, known, shown.blob)
  if (found) return found
  return new Failure(
    `OpenSSH does not take the key of ${name} port ${port}, which ssh_known_hosts has`,
    detail,
  )
}

function authorityOnly(target: HostKeyTarget): Failure {
  const name = nameFor(target.name, target.port)
  return new Failure(
    `ssh_known_hosts trusts ${name} through a @cert-authority line only, and the builtin client cannot check host certificates`,
    {
      host: target.label,
      unchanged: unsent,
      remedy: "Set `ssh_client: openssh`, or add the host's own key to ssh_known_hosts.",
    },
  )
}
