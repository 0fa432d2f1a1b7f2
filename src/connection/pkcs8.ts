// PKCS#8 (`BEGIN PRIVATE KEY`), which ssh2 does not read, in the older formats that it does.

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Failure } from '../failure.ts'
import { field } from './wire.ts'

/** @throws Failure that names `ssh_private_key` or `ssh_passphrase`. */
export function convertPkcs8(pem: string, passphrase: string | undefined): string {
  const key = open(pem, passphrase)
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString()
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }).toString()
    case 'ed25519':
      return opensshEd25519(key)
    default:
      throw new Failure(`ssh_private_key is of a type that SSH does not use: ${key.asymmetricKeyType}`, {
        remedy: 'Make one that it does: `ssh-keygen -t ed25519`.',
      })
  }
}

function open(pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase ? { key: pem, passphrase } : pem)
  } catch {
    // OpenSSL's own words tell nothing to a reader, and its error may hold on to the key.
    if (pem.includes('ENCRYPTED')) {
      throw new Failure('ssh_passphrase does not open ssh_private_key', {
        remedy:
          'Check both: `openssl pkey -in key -noout` asks for the passphrase and says nothing if it fits.',
      })
    }
    throw new Failure('ssh_private_key is damaged, or cut short', { remedy: 'Store the whole file again.' })
  }
}

/** OpenSSH's own format, unencrypted: PROTOCOL.key in its source. */
function opensshEd25519(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const [publicPart, secret] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')]
  const publicKey = Buffer.concat([field('ssh-ed25519'), field(publicPart)])
  const check = Buffer.alloc(8)
  const comment = field('')
  const inner = Buffer.concat([check, publicKey, field(Buffer.concat([secret, publicPart])), comment])
  const padding = Buffer.from(Array.from({ length: (8 - (inner.length % 8)) % 8 }, (_, index) => index + 1))
  const one = Buffer.from([0, 0, 0, 1])
  const none = [field('none'), field('none'), field('')]
  const sealed = field(Buffer.concat([inner, padding]))
  const whole = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...none, one, field(publicKey), sealed])
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}
