// A round trip less at the login: ssh2 asks the server whether it would take a key before it signs; a key of ours is signed with at once.

import type { Client, ParsedKey } from 'ssh2'

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void
type AuthPK = (user: string, key: ParsedKey, algorithm: string | undefined, sign?: Sign) => void

/** Hash of a signature by its algorithm (RFC 8332); keys that have only one way to sign come without an algorithm. */
const hashes: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
}

/**
 * For a client that has begun to connect. A server that does not want the key says so either way (RFC 4252, section 7: the question is
 * optional). Keys of an agent are asked for first, as each signature may cost its owner a touch.
 */
export function signAtOnce(client: Client): void {
  // No public way leads there; where a version of ssh2 has it otherwise, the question is asked.
  const protocol = (client as unknown as { _protocol?: { authPK?: AuthPK } })._protocol
  const ask = protocol?.authPK
  if (protocol === undefined || ask?.length !== 4) return
  protocol.authPK = (user, key, algorithm, sign) => {
    const name = algorithm ?? 'none'
    const able = sign === undefined && name in hashes && key.isPrivateKey?.() === true
    const signer: Sign = (data, done) => {
      const signature = key.sign(data, hashes[name])
      if (signature instanceof Error) ask.call(protocol, user, key, algorithm)
      else done(signature)
    }
    ask.call(protocol, user, key, algorithm, able ? signer : sign)
  }
}
