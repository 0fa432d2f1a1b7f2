// What each packet costs: ssh2 writes it in three pieces, and node takes in its key once more.

import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'

/** What is written to it in one turn leaves as one, and not as a segment, or a packet of the host in between, for each piece. */
export function keepTogether(stream: Duplex): void {
  stream._writev ??= (pieces, done) =>
    stream._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'binary', done)
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean
  let corked = false
  stream.write = (...given: unknown[]) => {
    if (!corked) {
      corked = true
      stream.cork()
      process.nextTick(() => {
        corked = false
        stream.uncork()
      })
    }
    return write(...given)
  }
}

type Key = Uint8Array | KeyObject
/** No public way leads to its keys; where a version of ssh2 has them otherwise, it is slower, nothing else. */
interface Cipher {
  _encKey?: Key
  _decipherKey?: Key
  _macKey?: Key
}

/** For a client that has begun to connect. */
export function keepKeys(client: Client): void {
  // Told of new keys, too.
  client.on('handshake', () => {
    const { _cipher, _decipher } =
      (client as unknown as { _protocol?: { _cipher?: Cipher; _decipher?: Cipher } })._protocol ?? {}
    for (const cipher of [_cipher, _decipher]) {
      for (const name of ['_encKey', '_decipherKey', '_macKey'] as const) {
        const key = cipher?.[name]
        if (cipher && key instanceof Uint8Array) cipher[name] = createSecretKey(key)
      }
    }
  })
}
