// A private key as people paste it, made readable or refused with the likely cause.

import ssh2, { type ParsedKey } from 'ssh2'
import { Failure } from '../failure.ts'
import { once } from './once.ts'
import { convertPkcs8 } from './pkcs8.ts'
import { readerOf } from './wire.ts'

/**
 * The private key in a form that ssh2 and OpenSSH read: line ends, indentation and line breaks lost on the way are
 * repaired. A key in PKCS#8 comes back converted and unencrypted, any other key as encrypted as it was.
 * @throws Failure that names `ssh_private_key` or `ssh_passphrase`; key material is never part of it.
 */
export const readKey = once((text: string, passphrase?: string): string => {
  const tidy = unwrap(text)
  const foreign = nameForeign(tidy)
  if (foreign !== undefined) throw refuse(...foreign)
  const parts = cut(tidy)
  const { label, headers, body } = parts
  const pem = assemble(label, headers, body)
  if (label === 'PRIVATE KEY' || label === 'ENCRYPTED PRIVATE KEY') {
    if (label === 'ENCRYPTED PRIVATE KEY' && !passphrase) throw passphraseMissing()
    return convertPkcs8(pem, passphrase)
  }
  const key = opened(pem, passphrase)
  if (key instanceof Error) throw explain(key, parts, passphrase)
  if (!key.isPrivateKey()) throw refuse('holds no private key')
  if (!fits(key)) throw refuse('is damaged, or cut short', 'Store the whole file again.')
  return pem
})

const opened = once((pem: string, passphrase?: string) => ssh2.utils.parseKey(pem, passphrase || undefined))

/**
 * @param text as `readKey` gives it.
 * @throws Failure that names `ssh_private_key`.
 */
export function openedKey(text: string, passphrase: string | undefined): ParsedKey {
  const key = opened(text, passphrase)
  if (!(key instanceof Error)) return key
  throw new Failure('ssh_private_key cannot be read, or ssh_passphrase does not open it')
}

/** Whether its two halves belong together: ssh2 takes a key for whole that every host would turn away. */
function fits(key: ParsedKey): boolean {
  const hash = key.type === 'ssh-rsa' ? 'sha256' : undefined
  const signature = key.sign('proof', hash)
  return !(signature instanceof Error) && key.verify('proof', signature, hash) === true
}

/** Undoes what secret stores, YAML and copying do to a text as a whole. */
function unwrap(text: string): string {
  const plain = text.replace(/^\uFEFF/, '').trim()
  const unquoted = /^(["'])([\s\S]*)\1$/.exec(plain)?.[2] ?? plain
  const broken = /[\r\n]/.test(unquoted) ? unquoted : unquoted.replace(/(?:\\r)?\\n/g, '\n')
  return broken.trim()
}

/** The many things that are not a private key in PEM or OpenSSH format: what it is, what to do. */
function nameForeign(text: string): [problem: string, remedy?: string] | undefined {
  if (text === '') {
    return [
      'is empty: the secret does not exist where this job runs',
      'Check its name, and its environment if it belongs to one. Pull requests from forks get no secrets.',
    ]
  }
  if (/^PuTTY-User-Key-File-/.test(text)) {
    return [
      'is a PuTTY key',
      'Convert it: `puttygen key.ppk -O private-openssh -o key`, and store the text of `key`.',
    ]
  }
  if (/^[\w@.-]+-cert-v01@openssh\.com /.test(text) || /-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(text)) {
    return [
      'is a certificate, not a private key',
      'Store the private key that belongs to it; a certificate is `ssh_certificate`, with `ssh_client: openssh`.',
    ]
  }
  if (/^(ssh|ecdsa|sk)-[\w@.-]+ +AAAA/.test(text) || /BEGIN (RSA |SSH2 )?PUBLIC KEY-/.test(text)) {
    return [
      'is a public key: the private key is needed',
      'Store the text of the file without `.pub` at the end of its name.',
    ]
  }
  if (/BEGIN SSH2 ENCRYPTED PRIVATE KEY/.test(text)) {
    return ['is a key of the ssh.com client', 'Convert it: `ssh-keygen -i -f key`.']
  }
  if (text.includes('-----BEGIN ')) return undefined
  if (/^[~./\w-]*\/[\w./-]+$/.test(text) && text.length < 200 && !/^AAAA|^b3Bl|^LS0t/.test(text)) {
    return ['looks like the name of a file', 'Store the text of the private key itself.']
  }
  const decoded = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64').toString('latin1') : ''
  if (decoded.startsWith('-----BEGIN ')) {
    return ['is a key encoded in base64 once more', 'Store the key as it is: `base64 -d` gives it back.']
  }
  if (decoded.startsWith('openssh-key-v1')) {
    return [
      'lacks its first and last line',
      'Store the whole file, with its `-----BEGIN` and `-----END` lines.',
    ]
  }
  return [
    'is not a private key in PEM or OpenSSH format',
    'It begins with `-----BEGIN` and ends with `-----`.',
  ]
}

interface Parts {
  readonly label: string
  readonly headers: readonly string[]
  readonly body: string
}

function cut(text: string): Parts {
  const match = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/.exec(text)
  if (match === null) {
    throw refuse('is cut short: its `-----END` line is missing', 'Store the whole file, to the last line.')
  }
  const [, label = '', inside = ''] = match
  if (!label.endsWith('PRIVATE KEY')) throw refuse(`holds no private key (it says \`${label}\`)`)
  // The two headers of an encrypted PEM hold no space but the one after the colon, so they survive lost line breaks.
  const headers = inside.match(/^\s*Proc-Type: *\S+\s+DEK-Info: *\S+/)?.[0] ?? ''
  const body = inside.slice(headers.length).replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body)) {
    throw refuse('is damaged: characters that no key has stand between its first and last line')
  }
  return { label, headers: headers.match(/[\w-]+: *\S+/g) ?? [], body }
}

function assemble(label: string, headers: readonly string[], body: string): string {
  const lines = body.match(/.{1,64}/g) ?? []
  const head = headers.length > 0 ? [...headers, ''] : []
  return [`-----BEGIN ${label}-----`, ...head, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function isEncrypted({ headers, body }: Parts): boolean {
  return headers.length > 0 || !['', 'none'].includes(cipherOf(body))
}

/** As a key in OpenSSH's format names it, in its first field (PROTOCOL.key); empty in any other. */
function cipherOf(body: string): string {
  const start = Buffer.from(body.slice(0, 128), 'base64')
  if (start.toString('latin1', 0, 14) !== 'openssh-key-v1') return ''
  return readerOf(start.subarray(15)).field().toString('latin1')
}

function explain(error: Error, parts: Parts, passphrase: string | undefined): Failure {
  const encrypted = isEncrypted(parts)
  const reason = error.message
  if (/unsupported .*type/i.test(reason)) {
    return refuse(
      'is of a type that cannot be used from here',
      'Use an ed25519, ECDSA or RSA key; a FIDO key works from an agent, with `ssh_client: openssh`.',
    )
  }
  // ssh2 knows of this cipher, and cannot open a key by it.
  if (
    (/cipher|kdf/i.test(reason) && /support/i.test(reason)) ||
    cipherOf(parts.body).startsWith('chacha20')
  ) {
    return refuse(
      'is encrypted in a way that cannot be read here',
      'Encrypt it anew: `ssh-keygen -p -Z aes256-ctr -f key`.',
    )
  }
  if (!encrypted) return refuse('is damaged, or cut short', 'Store the whole file again.')
  return passphrase ? passphraseWrong() : passphraseMissing()
}

function refuse(problem: string, remedy?: string): Failure {
  return new Failure(`ssh_private_key ${problem}`, remedy === undefined ? {} : { remedy })
}

function passphraseMissing(): Failure {
  return new Failure('ssh_private_key is encrypted, and ssh_passphrase is empty', {
    remedy: 'Give its passphrase as `ssh_passphrase`, or use a key made for this purpose without one.',
  })
}

function passphraseWrong(): Failure {
  return new Failure('ssh_passphrase does not open ssh_private_key', {
    remedy: 'Check both: `ssh-keygen -y -f key` asks for the passphrase and shows the public key if it fits.',
  })
}
