import { KeyObject, randomBytes } from 'node:crypto'
import { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { expect, test } from 'vitest'
import { readKey } from '../../src/connection/key.ts'
import { openLink } from '../../src/connection/link.ts'
import { keepTogether } from '../../src/connection/packet.ts'
import { startSshd } from '../servers/sshd.ts'

/** Takes what is written one by one, as the way through another host does. */
function taker() {
  const taken: string[] = []
  const stream = new Duplex({
    read() {},
    write(chunk, _, done) {
      taken.push(chunk.toString())
      done()
    },
  })
  keepTogether(stream)
  const say = (...pieces: string[]) => {
    for (const piece of pieces) stream.write(Buffer.from(piece))
  }
  return { stream, taken, say }
}

test('what is written in one turn leaves as one', async () => {
  const { taken, say } = taker()
  say('length ', 'text ', 'sum')
  await nextTurn()
  expect(taken).toEqual(['length text sum'])
  say('alone')
  await nextTurn()
  say('two ', 'more')
  await nextTurn()
  expect(taken.slice(1)).toEqual(['alone', 'two more'])
})

test('a last word leaves before the end, which may come in the same turn', () => {
  const { stream, taken, say } = taker()
  say('last ', 'word')
  stream.end()
  expect(taken).toEqual(['last word'])
})

interface Keys {
  readonly _protocol: Readonly<Record<'_cipher' | '_decipher', object>>
}

function keysOf(client: Client): readonly unknown[] {
  const { _cipher, _decipher } = (client as unknown as Keys)._protocol
  return [_cipher, _decipher].flatMap((each) =>
    Object.entries(each).flatMap(([name, value]) => (/key$/i.test(name) ? [value] : [])),
  )
}

test.each([
  ['aes128-gcm@openssh.com', 'hmac-sha2-256'],
  ['aes256-gcm@openssh.com', 'hmac-sha2-256'],
  ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com'],
  ['aes256-ctr', 'hmac-sha2-512'],
])('with %s and %s keys are taken in once, new ones too, and all arrives as it was', async (cipher, mac) => {
  await using sshd = await startSshd({
    config: [`Ciphers ${cipher}`, `MACs ${mac}`, 'RekeyLimit 1M'],
  })
  const link = await openLink(
    {
      label: 'web1',
      name: sshd.host,
      port: sshd.port,
      user: sshd.user,
      privateKey: readKey(sshd.privateKey),
      knownHosts: sshd.knownHosts,
      hostKeyChecking: 'strict',
      connectTimeout: 10,
    },
    new AbortController().signal,
    { stage: '', pass: () => {} },
  )
  let handshakes = 0
  link.client.on('handshake', () => {
    handshakes += 1
    const keys = keysOf(link.client)
    expect(keys.length).toBeGreaterThan(1)
    for (const key of keys) expect(key).toBeInstanceOf(KeyObject)
  })
  const data = randomBytes(5_000_000)
  const channel = await link.start('cat')
  channel?.stdin.end(data)
  channel?.stderr.resume()
  expect(channel && (await buffer(channel.stdout)).equals(data)).toBe(true)
  expect(handshakes).toBeGreaterThan(2)
  await link.close()
})
