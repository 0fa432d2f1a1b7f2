// A user certificate as it was given: whether it is one, still holds, and belongs to the key.

import { Failure } from '../failure.ts'
import { field, readerOf } from './wire.ts'

export interface Certificate {
  /** `type base64`, without line end. */
  readonly line: string
  /** Whom it lets in, as its signer wrote. */
  readonly principals: readonly string[]
  /** The public key in it, in SSH's wire format. */
  readonly publicKey: Buffer
}

/** How many fields the public key takes in a certificate of each type (PROTOCOL.certkeys in OpenSSH's source). */
const publicFields: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
}

const suffix = '-cert-v01@openssh.com'
const host = 2

/**
 * @param publicKey of the private key it is to be used with, in SSH's wire format; undefined when an agent has that.
 * @param now seconds since 1970.
 * @throws Failure that names `ssh_certificate`.
 */
export function readCertificate(
  text: string,
  publicKey: Buffer | undefined,
  now = Date.now() / 1000,
): Certificate {
  const [type = '', base64 = ''] = text.trim().split(/\s+/)
  if (!type.endsWith(suffix)) {
    throw refuse('is not a certificate', 'Give the text of the `-cert.pub` file, which holds one line.')
  }
  const blob = Buffer.from(base64, 'base64')
  const { whole, key, kind, principals, after, before } = dissect(blob, type.slice(0, -suffix.length))
  if (!whole || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw refuse('is damaged, or cut short', 'Give the whole line.')
  }
  if (kind === host) throw refuse('is a host certificate', 'Have a user certificate signed for the key.')
  if (publicKey !== undefined && !publicKey.equals(key)) {
    throw refuse(
      'is for another key than ssh_private_key',
      'Have the public key of ssh_private_key signed: `ssh-keygen -y -f key` shows it.',
    )
  }
  if (now >= before) {
    throw refuse(
      `has expired: it was valid until ${timeOf(before)}`,
      'Have a new one signed in this job, shortly before the deploy.',
    )
  }
  if (now < after) {
    throw refuse(`is not valid before ${timeOf(after)}`, 'Check the clocks of the runner and of the signer.')
  }
  return { line: `${type} ${base64}`, principals, publicKey: key }
}

interface Fields {
  readonly whole: boolean
  readonly key: Buffer
  readonly kind: number
  readonly principals: readonly string[]
  readonly after: number
  readonly before: number
}

function dissect(blob: Buffer, plainType: string): Fields {
  const reader = readerOf(blob)
  reader.field()
  reader.field() // nonce
  const parts = Array.from({ length: publicFields[plainType] ?? 0 }, () => reader.field())
  const key = Buffer.concat([Buffer.from(plainType), ...parts].map(field))
  reader.number(8) // serial
  const kind = reader.number(4)
  reader.field() // key id
  const names = readerOf(reader.field())
  const principals: string[] = []
  while (names.left > 0) principals.push(names.field().toString())
  const [after, before] = [reader.number(8), reader.number(8)]
  for (let rest = 0; rest < 5; rest++) reader.field()
  return { whole: parts.length > 0 && reader.left === 0, key, kind, principals, after, before }
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function refuse(problem: string, remedy: string): Failure {
  return new Failure(`ssh_certificate ${problem}`, { remedy })
}
