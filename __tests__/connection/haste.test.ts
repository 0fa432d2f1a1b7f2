import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import { expect, test, vi } from 'vitest'
import { readKey } from '../../src/connection/key.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { Failure } from '../../src/failure.ts'
import { startSshd } from '../servers/sshd.ts'
import { makeKey } from './keygen.ts'

/** A server that takes the key `welcome`, or none; `requests` has one entry a public-key request: was it signed? */
async function serve(welcome: string | null, ident?: string, sessions = true) {
  const hostKey = makeKey('-t ed25519').text
  const parsed = welcome === null ? null : ssh2.utils.parseKey(welcome)
  const requests: boolean[] = []
  const server = new ssh2.Server({ hostKeys: [hostKey], ...(ident ? { ident } : {}) }, (client) => {
    client.on('session', (accept, reject) => {
      if (!sessions) return void reject?.()
      accept().on('exec', (acceptCommand, _, { command }) => {
        const channel = acceptCommand()
        channel.write(command)
        channel.exit(0)
        channel.end()
      })
    })
    client.on('error', () => {})
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey'])
      requests.push(context.signature !== undefined)
      if (parsed === null || parsed instanceof Error) return context.reject(['publickey'])
      const { signature, blob, hashAlgo } = context
      const fits = signature === undefined || (blob && parsed.verify(blob, signature, hashAlgo) === true)
      return fits ? context.accept() : context.reject(['publickey'])
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, requests, [Symbol.dispose]: () => void server.close() }
}

const connectTo = (port: number, privateKey: string) =>
  connectSsh(
    {
      label: 'web1',
      name: '127.0.0.1',
      port,
      user: 'deploy',
      privateKey: readKey(privateKey),
      knownHosts: '',
      hostKeyChecking: 'off',
      connectTimeout: 20,
    },
    new AbortController().signal,
  )

test.each(['-t ed25519', '-t ecdsa', '-t rsa -b 2048'])(
  'a key made with %s signs at once, without asking',
  async (flags) => {
    const key = makeKey(flags).text
    using server = await serve(key)
    await using _ = await connectTo(server.port, key)
    expect(server.requests).toEqual([true])
  },
)

test('a key that is not welcome is refused as ever', async () => {
  using server = await serve(null)
  const error = await connectTo(server.port, makeKey('-t ed25519').text).catch((reason) => reason)
  expect(error).toBeInstanceOf(Failure)
  expect(error.message).toMatch(/does not let deploy in/)
  expect(server.requests).toEqual([true])
})

test.each(['OpenSSH_9.9', 'another_1.0'])(
  'one command after another is run once each by %s',
  async (ident) => {
    const key = makeKey('-t ed25519').text
    using server = await serve(key, ident)
    await using connection = await connectTo(server.port, key)
    expect(connection.longCommands).toBe(ident.startsWith('OpenSSH'))
    const run = async (command: string) => {
      const { stdout, exit } = await connection.exec(command)
      const said: Buffer[] = []
      for await (const data of stdout) said.push(data)
      return [Buffer.concat(said).toString(), (await exit).code]
    }
    expect(await Promise.all([run('first'), run('second'), run('first')])).toEqual([
      ['first', 0],
      ['second', 0],
      ['first', 0],
    ])
  },
)

test('a server that allows no command is told of as ever', async () => {
  const key = makeKey('-t ed25519').text
  using server = await serve(key, 'OpenSSH_9.9', false)
  await using connection = await connectTo(server.port, key)
  await expect(connection.exec('x'.repeat(50_000))).rejects.toThrow(
    /^the SSH server of web1 opens no channel for commands$/,
  )
})

test('nobody is asked to prove keys that nobody wants to know', async () => {
  await using sshd = await startSshd({ config: ['LogLevel DEBUG1'], hostKeys: ['ed25519', 'ecdsa', 'rsa'] })
  const { port, user, privateKey, knownHosts } = sshd
  await using connection = await connectSsh(
    {
      ...{ label: 'web1', name: '127.0.0.1', port, user, knownHosts, connectTimeout: 20 },
      privateKey: readKey(privateKey),
      hostKeyChecking: 'strict',
    },
    new AbortController().signal,
  )
  const { exit } = await connection.exec('true')
  expect((await exit).code).toBe(0)
  await vi.waitFor(() => expect(sshd.log()).toContain('rtype keepalive@openssh.com'), 10_000)
  expect(sshd.log()).not.toContain('rtype hostkeys-prove')
})
