import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readKey } from '../../src/connection/key.ts'
import { connectSsh, type SshTarget } from '../../src/connection/ssh.ts'
import { type Sshd, startSshd } from '../servers/sshd.ts'
import { makeKey } from './keygen.ts'

const never = new AbortController().signal

describe('passwords', () => {
  const hostKey = makeKey('-t ed25519')

  /** A server that takes one way to log in and notes which ones were tried. */
  async function serve(takes: 'password' | 'keyboard-interactive') {
    const tried: string[] = []
    const server = new ssh2.Server({ hostKeys: [hostKey.text] }, (client) => {
      client.on('error', () => {})
      client.on('authentication', (context) => {
        tried.push(context.method)
        if (context.method !== takes) return context.reject([takes])
        if (context.method === 'password') return judge(context, context.password)
        if (context.method !== 'keyboard-interactive') return
        const prompts = [
          { prompt: 'Code name: ', echo: true },
          { prompt: 'Password: ', echo: false },
        ]
        context.prompt(prompts, (answers) => judge(context, answers.join('|').replace(/^\|/, '')))
      })
    })
    const judge = (context: { accept(): void; reject(left: ['password']): void }, word: string) =>
      word === 'open sesame' ? context.accept() : context.reject([takes as 'password'])
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const target: SshTarget = {
      label: 'web1',
      name: '127.0.0.1',
      port,
      user: 'deploy',
      knownHosts: `[127.0.0.1]:${port} ${hostKey.publicLine}`,
      hostKeyChecking: 'strict',
      connectTimeout: 5,
    }
    return { target, tried, [Symbol.dispose]: () => void server.close() }
  }

  it.each([
    ['password', ['password']],
    ['keyboard-interactive', ['password', 'keyboard-interactive']],
  ] as const)('are good for %s', async (takes, expected) => {
    using server = await serve(takes)
    await using connection = await connectSsh({ ...server.target, password: 'open sesame' }, never)
    expect(connection.connections).toBe(1)
    expect(server.tried).toEqual(expected)
  })

  it('are not told when they are wrong', async () => {
    using server = await serve('password')
    const login = connectSsh({ ...server.target, password: 'open barley' }, never)
    await expect(login).rejects.toThrow(/does not let deploy in: tried password; the server takes password$/)
    await expect(login).rejects.not.toThrow('barley')
  })

  it('come after the key, and only where they are taken', async () => {
    using server = await serve('password')
    const both = { ...server.target, privateKey: makeKey('-t ed25519').text, password: 'open sesame' }
    await using connection = await connectSsh(both, never)
    expect(connection.connections).toBe(1)
    expect(server.tried).toEqual(['publickey', 'password'])
  })
})

describe('keys', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(async () => {
    await sshd[Symbol.asyncDispose]()
  })

  function target(changes: Partial<SshTarget>): SshTarget {
    const { host: name, port, user, knownHosts } = sshd
    return {
      label: 'web1',
      name,
      port,
      user,
      knownHosts,
      hostKeyChecking: 'strict',
      connectTimeout: 5,
      ...changes,
    }
  }

  it('are taken from an agent, and from one that is gone nothing', async () => {
    const agent = join(sshd.dir, 'agent')
    const child = spawn('ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' })
    while (!existsSync(agent)) await sleep(10)
    const empty = connectSsh(target({ agent }), never)
    await expect(empty).rejects.toThrow("tried the agent's keys (holds no key)")
    execFileSync('ssh-add', ['-q', sshd.privateKeyFile], { env: { ...process.env, SSH_AUTH_SOCK: agent } })
    {
      await using connection = await connectSsh(target({ agent }), never)
      expect(connection.connections).toBe(1)
    }
    child.kill()
    await once(child, 'exit')
    const gone = connectSsh(target({ agent, password: 'unused' }), never)
    await expect(gone).rejects.toThrow(`tried the agent's keys (does not answer at ${agent})`)
  })

  it('may be encrypted', async () => {
    execFileSync('cp', [sshd.privateKeyFile, join(sshd.dir, 'sealed')])
    execFileSync('ssh-keygen', ['-q', '-p', '-a', '1', '-N', 'open sesame', '-f', join(sshd.dir, 'sealed')])
    const text = execFileSync('cat', [join(sshd.dir, 'sealed')], { encoding: 'utf8' })
    const privateKey = readKey(text, 'open sesame')
    await using connection = await connectSsh(target({ privateKey, passphrase: 'open sesame' }), never)
    expect(connection.connections).toBe(1)
  })
})
