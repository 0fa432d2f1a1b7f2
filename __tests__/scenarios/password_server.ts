// An SSH server that takes a password and nothing else: sshd itself would need root and a user of its own for that.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import { makeKey } from '../servers/embedded.ts'

export interface PasswordServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly knownHosts: string
  /** Lets nobody in. */
  readonly privateKey: string
}

export async function startPasswordServer(
  method: 'password' | 'keyboard-interactive',
  password: string,
): Promise<PasswordServer> {
  const key = makeKey()
  const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (context) => {
      if (context.method !== method) return context.reject([method])
      if (context.method === 'password') {
        return context.password === password ? context.accept() : context.reject([method])
      }
      if (context.method !== 'keyboard-interactive') return
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
        answers[0] === password ? context.accept() : context.reject([method]),
      )
    })
    client.on('session', (accept) => {
      accept().on('exec', (start, _refuse, { command }) => {
        const channel = start()
        const child = spawn('/bin/sh', ['-c', command], { detached: true })
        channel.pipe(child.stdin)
        child.stdin.on('error', () => channel.resume())
        child.stdout.pipe(channel, { end: false })
        child.stderr.pipe(channel.stderr, { end: false })
        channel.on('error', () => {})
        child.on('close', (code) => {
          channel.exit(code ?? 1)
          channel.end()
        })
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    user: 'somebody',
    knownHosts: `[127.0.0.1]:${port} ${key.publicKey}\n`,
    privateKey: '',
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
