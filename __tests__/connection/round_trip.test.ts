import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { startDelayProxy } from '../../bench/delay_proxy.ts'
import { readKey } from '../../src/connection/key.ts'
import { connectLocal } from '../../src/connection/local.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { makeKey } from './keygen.ts'

const DELAY = 50

/** A server that lets everybody in, and runs nothing but `true`. */
async function serve() {
  const server = new ssh2.Server({ hostKeys: [makeKey('-t ed25519').text] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => context.accept())
    client.on('session', (accept) =>
      accept().on('exec', (accept) => {
        const channel = accept()
        channel.exit(0)
        channel.end()
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, [Symbol.dispose]: () => void server.close() }
}

test('a connection knows how far away its host is, at most, soon after its second command', async () => {
  using server = await serve()
  await using wire = await startDelayProxy({ port: server.port, roundTrip: DELAY })
  const target = {
    label: 'web1',
    name: '127.0.0.1',
    port: wire.port,
    user: 'deploy',
    privateKey: readKey(makeKey('-t ed25519').text),
    knownHosts: '',
    hostKeyChecking: 'off',
    connectTimeout: 20,
  } as const
  await using connection = await connectSsh(target, new AbortController().signal)
  expect(connection.roundTrip).toBeNull()
  const run = async () => {
    const channel = await connection.exec('true')
    channel.stdout.resume()
    channel.stderr.resume()
    await channel.exit
  }
  await run()
  expect(connection.roundTrip).toBeNull()
  await run()
  // Never less than there is: what keeps the machine busy can only make it longer.
  expect(connection.roundTrip).toBeGreaterThanOrEqual(DELAY - 1)
})

test('the runner itself is no distance away', () => {
  expect(connectLocal().roundTrip).toBe(0)
})
