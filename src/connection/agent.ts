// An ssh agent inside this process, for one key: OpenSSH signs in with it, and the key is neither on disk nor in another process.

import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { openedKey } from './key.ts'
import { once } from './once.ts'
import { field, mpint, readerOf } from './wire.ts'

// Messages and flags of draft-ietf-sshm-ssh-agent.
const FAILURE = 5
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12
const SIGN_REQUEST = 13
const SIGN_RESPONSE = 14
const RSA_SHA2_256 = 2
const RSA_SHA2_512 = 4

/** No question of OpenSSH's is near it. */
const LONGEST = 256 * 1024

export interface PrivateKey {
  /** As named inside the key, e.g. `ssh-ed25519`. */
  readonly type: string
  /** The public key in SSH's wire format. */
  readonly publicKey: Buffer
  readonly secret: KeyObject
}

/**
 * @param text as `readKey` gives it.
 * @throws Failure that names `ssh_private_key`.
 */
export const openKey = once((text: string, passphrase: string | undefined): PrivateKey => {
  const key = openedKey(text, passphrase)
  const secret = createPrivateKey(key.getPrivatePEM())
  return { type: key.type, publicKey: key.getPublicSSH(), secret }
})

/** Answers at the socket `path` until disposed. */
export async function serveAgent(path: string, key: PrivateKey): Promise<AsyncDisposable> {
  const visitors = new Set<Socket>()
  const server = createServer((socket) => {
    visitors.add(socket)
    socket.on('close', () => visitors.delete(socket))
    socket.on('error', () => socket.destroy())
    eachMessage(socket, (message) => socket.write(field(answer(message, key))))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  server.unref()
  return {
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of visitors) socket.destroy()
    },
  }
}

function eachMessage(socket: Socket, onMessage: (message: Buffer) => void): void {
  let seen = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk])
    while (seen.length >= 4) {
      const end = 4 + seen.readUInt32BE()
      if (end > LONGEST) return void socket.destroy()
      if (seen.length < end) return undefined
      onMessage(seen.subarray(4, end))
      seen = seen.subarray(end)
    }
    return undefined
  })
}

/** Anything but the two questions that a login asks is refused, as the draft wants it of what an agent does not know. */
export function answer(message: Buffer, key: PrivateKey): Buffer {
  const refused = Buffer.from([FAILURE])
  if (message[0] === REQUEST_IDENTITIES) {
    const one = Buffer.from([0, 0, 0, 1])
    return Buffer.concat([Buffer.from([IDENTITIES_ANSWER]), one, field(key.publicKey), field('')])
  }
  if (message[0] !== SIGN_REQUEST) return refused
  const question = readerOf(message.subarray(1))
  const [wanted, data, flags] = [question.field(), question.field(), question.number(4)]
  if (!wanted.equals(key.publicKey) || question.left !== 0) return refused
  const signature = signatureOf(key, data, flags)
  return signature ? Buffer.concat([Buffer.from([SIGN_RESPONSE]), field(signature)]) : refused
}

function signatureOf({ type, secret }: PrivateKey, data: Buffer, flags: number): Buffer | undefined {
  if (type === 'ssh-ed25519') return Buffer.concat([field(type), field(sign(null, data, secret))])
  if (type === 'ssh-rsa') {
    const bits = flags & RSA_SHA2_512 ? 512 : flags & RSA_SHA2_256 ? 256 : undefined
    // Without a flag SHA-1 is asked for.
    if (bits === undefined) return undefined
    return Buffer.concat([field(`rsa-sha2-${bits}`), field(sign(`sha${bits}`, data, secret))])
  }
  const curve = /^ecdsa-sha2-nistp(256|384|521)$/.exec(type)?.[1]
  if (curve === undefined) return undefined
  const both = sign(`sha${curve === '521' ? 512 : curve}`, data, { key: secret, dsaEncoding: 'ieee-p1363' })
  const half = both.length / 2
  const pair = Buffer.concat([mpint(both.subarray(0, half)), mpint(both.subarray(half))])
  return Buffer.concat([field(type), field(pair)])
}
