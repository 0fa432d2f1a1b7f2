// Who comes to a server's door is let in, and leaves it for the next, whatever becomes of them.

import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import ssh2, { type AuthContext, type Connection } from 'ssh2'
import { afterEach, expect, test } from 'vitest'
import { readKey } from '../../src/connection/key.ts'
import { connectSsh, type SshTarget } from '../../src/connection/ssh.ts'
import { makeKey } from './keygen.ts'

const text = makeKey('-t ed25519').text
const privateKey = readKey(text)
const never = new AbortController().signal

const left: (() => void)[] = []
afterEach(() => {
  for (const leave of left.splice(0)) leave()
})

interface Manners {
  readonly on?: (client: Connection) => void
  readonly login?: (context: AuthContext) => void
}

/** @returns its port. */
async function serve({
  on = () => {},
  login = (context) => context.accept(),
}: Manners = {}): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [text] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', login)
    on(client)
    left.push(() => client.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  left.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const to = (port: number, more: Partial<SshTarget> = {}): SshTarget => ({
  label: `host ${port}`,
  name: '127.0.0.1',
  port,
  user: 'deploy',
  privateKey,
  knownHosts: '',
  hostKeyChecking: 'off',
  connectTimeout: 10,
  ...more,
})

/** Leads on to any port, with all that comes within some milliseconds at once, its end as well. */
const leadOn = (milliseconds: number) => (client: Connection) =>
  client.on('tcpip', (accept, _, { destPort }) => {
    const channel = accept()
    const socket = connect(destPort, '127.0.0.1')
    const pieces: Buffer[] = []
    for (const stream of [channel, socket]) stream.on('error', () => {})
    channel.pipe(socket)
    const flush = (over: boolean) => {
      if (pieces.length > 0) channel.write(Buffer.concat(pieces.splice(0)))
      if (over) channel.end()
    }
    socket.on('data', (data) => {
      if (pieces.push(data) === 1) setTimeout(flush, milliseconds, false)
    })
    socket.on('end', () => setTimeout(flush, milliseconds, true))
  })

async function arrivals(targets: readonly SshTarget[], signal = never): Promise<readonly string[]> {
  const ends = await Promise.allSettled(targets.map((target) => connectSsh(target, signal)))
  return ends.map((end) => {
    if (end.status === 'rejected') return (end.reason as Error).message
    left.push(() => void end.value[Symbol.asyncDispose]())
    return 'in'
  })
}

const times = (count: number, target: SshTarget) => Array.from({ length: count }, () => target)

test('a server that answers nothing but what it must lets in more than eight', {
  timeout: 20_000,
}, async () => {
  const port = await serve({
    on: (client) => {
      const { _protocol } = client as unknown as { _protocol: { requestFailure: () => void } }
      _protocol.requestFailure = () => {}
    },
  })
  expect(await arrivals(times(10, to(port)))).toEqual(Array(10).fill('in'))
})

test('one that hangs up with its welcome keeps nobody waiting', async () => {
  const bastion = await serve({ on: leadOn(30) })
  const port = await serve({
    on: (client) => client.on('ready', () => (client as unknown as { _sock: { end(): void } })._sock.end()),
  })
  for (let at = 0; at < 10; at++) {
    const [end] = await arrivals([to(port, { jump: to(bastion), connectTimeout: 3 })])
    expect(end).toBeDefined()
  }
})

test('a host may be its own bastion, and that of others', async () => {
  const port = await serve({ on: leadOn(0) })
  const other = await serve()
  const jump = to(port)
  const targets = [...times(9, to(port, { jump })), ...times(9, jump), ...times(9, to(other, { jump }))]
  expect(await arrivals(targets)).toEqual(Array(27).fill('in'))
})

test('waiting at the door of a slow bastion is none of the time that a host has', {
  timeout: 60_000,
}, async () => {
  const bastion = await serve({
    on: leadOn(0),
    login: (context) => void pause(1500).then(() => context.accept()),
  })
  const ports = await Promise.all(times(24, to(0)).map(() => serve()))
  const targets = ports.map((port) => to(port, { jump: to(bastion), connectTimeout: 4 }))
  expect(await arrivals(targets)).toEqual(Array(24).fill('in'))
})

test('who is cancelled does not wait for the turn', async () => {
  const port = await serve({ login: () => {} })
  const controller = new AbortController()
  const waiting = arrivals(times(20, to(port, { connectTimeout: 60 })), controller.signal)
  await pause(300)
  controller.abort()
  const ends = await waiting
  expect(ends).toHaveLength(20)
  for (const end of ends) expect(end).not.toBe('in')
})
