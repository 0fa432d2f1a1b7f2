import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Channel, Connection } from '../../src/connection/connection.ts'
import { readKey } from '../../src/connection/key.ts'
import { connectOpenssh } from '../../src/connection/openssh.ts'
import { connectSsh, type SshTarget } from '../../src/connection/ssh.ts'
import { Failure } from '../../src/failure.ts'
import { type Sshd, startSshd } from '../servers/sshd.ts'
import { makeKey } from './keygen.ts'

const never = new AbortController().signal
const opened: Connection[] = []

function targetOf(sshd: Sshd, changes: Partial<SshTarget> = {}): SshTarget {
  return {
    label: 'web1',
    name: sshd.host,
    port: sshd.port,
    user: sshd.user,
    privateKey: readKey(sshd.privateKey),
    knownHosts: sshd.knownHosts,
    hostKeyChecking: 'strict',
    connectTimeout: 10,
    ...changes,
  }
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => new Error('no failure'),
    (error: unknown) => error,
  )
  if (outcome instanceof Failure) return outcome
  throw outcome
}

async function outputOf(channel: Channel, input?: string | Buffer) {
  channel.stdin.end(input)
  const [stdout, stderr, exit] = await Promise.all([text(channel.stdout), text(channel.stderr), channel.exit])
  return { stdout, stderr, ...exit }
}

// One contract for both clients.
describe.each(['builtin', 'openssh'] as const)('%s', (client) => {
  let base: string
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'ssh-'))
  })
  afterAll(() => rm(base, { recursive: true, force: true }))

  async function connect(
    target: SshTarget,
    signal = never,
    onRetry?: (text: string) => void,
  ): Promise<Connection> {
    const connection =
      client === 'builtin'
        ? await connectSsh(target, signal, onRetry)
        : await connectOpenssh(target, base, signal, onRetry)
    opened.push(connection)
    return connection
  }

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection[Symbol.asyncDispose]()))
    expect(await readdir(base), 'nothing is left').toEqual([])
  })

  describe('with a real sshd', () => {
    let sshd: Sshd
    beforeAll(async () => {
      sshd = await startSshd({ hostKeys: ['ed25519', 'rsa', 'ecdsa'] })
    })
    afterAll(async () => {
      await sshd[Symbol.asyncDispose]()
    })

    it('runs a command, its streams apart', async () => {
      const connection = await connect(targetOf(sshd))
      const channel = await connection.exec('cat; echo error >&2')
      expect(await outputOf(channel, 'grüße\n')).toEqual({
        stdout: 'grüße\n',
        stderr: 'error\n',
        code: 0,
        signal: null,
      })
      expect(connection.connections).toBe(1)
    })

    it.each([0, 1, 9, 255])('passes on exit status %d', async (code) => {
      const connection = await connect(targetOf(sshd))
      expect(await outputOf(await connection.exec(`exit ${code}`))).toMatchObject({ code, signal: null })
    })

    it('tells a signal from an exit status', async () => {
      const connection = await connect(targetOf(sshd))
      const channel = await connection.exec('kill -KILL $$')
      expect(await outputOf(channel)).toMatchObject({
        code: null,
        // OpenSSH keeps the signal's name to itself.
        signal: client === 'builtin' ? 'SIGKILL' : 'unknown',
      })
    })

    it('gives the exit status of a command that goes on without its output', async () => {
      const connection = await connect(targetOf(sshd))
      const channel = await connection.exec('exec >&- 2>&-; sleep 0.3; exit 7')
      for await (const _ of channel.stdout);
      expect(await channel.exit).toEqual({ code: 7, signal: null })
    })

    it('carries 8 MB both ways unchanged, beside other commands', async () => {
      const connection = await connect(targetOf(sshd))
      const bytes = randomBytes(8 * 1024 * 1024)
      const channel = await connection.exec('cat')
      channel.stdin.end(bytes)
      const [back, other] = await Promise.all([
        buffer(channel.stdout),
        connection.exec('echo beside').then((each) => outputOf(each)),
      ])
      expect(back.equals(bytes)).toBe(true)
      expect(other.stdout).toBe('beside\n')
      expect(await channel.exit).toEqual({ code: 0, signal: null })
    })

    it('lets go of a command, which sees the end of its stdin', async () => {
      const connection = await connect(targetOf(sshd))
      const channel = await connection.exec(`cat >/dev/null; touch ${sshd.dir}/ended; sleep 1`)
      channel.close()
      channel.close()
      expect(await channel.exit).toEqual({ code: null, signal: null })
      expect(await text(channel.stdout)).toBe('')
      await vi.waitFor(() => expect(existsSync(`${sshd.dir}/ended`)).toBe(true))
      expect(await outputOf(await connection.exec('echo still here'))).toMatchObject({
        stdout: 'still here\n',
      })
    })

    it('survives writes to a command that has ended', async () => {
      const connection = await connect(targetOf(sshd))
      const channel = await connection.exec('exec <&-; exit 3')
      channel.stdout.resume()
      expect(await channel.exit).toEqual({ code: 3, signal: null })
      for (let index = 0; index < 3; index++) channel.stdin.write(randomBytes(100_000))
      expect(await outputOf(await connection.exec('echo still here'))).toMatchObject({ code: 0 })
    })

    it('ends every command, and refuses new ones, when the connection is lost', async () => {
      const before = new Set(await sshd.pids())
      const connection = await connect(targetOf(sshd))
      const running = await Promise.all([1, 2, 3].map(() => connection.exec('echo begun; cat')))
      // The third is not read at all, and must end nevertheless.
      for (const channel of running.slice(0, 2)) await once(channel.stdout, 'data')
      for (const pid of await sshd.pids()) if (!before.has(pid)) process.kill(pid, 'SIGKILL')
      for (const channel of running) expect(await channel.exit).toEqual({ code: null, signal: null })
      for (const channel of running) channel.stdin.write('into the void')
      const failure = await failureOf(connection.exec('true'))
      expect(failure.message).toBe('the connection to web1 is lost')
      expect(failure.detail.host).toBe('web1')
    })

    it('refuses commands once disposed', async () => {
      const connection = await connect(targetOf(sshd))
      const channel = await connection.exec('cat')
      const begun = Date.now()
      await connection[Symbol.asyncDispose]()
      expect(Date.now() - begun).toBeLessThan(2000)
      expect(await channel.exit).toEqual({ code: null, signal: null })
      await failureOf(connection.exec('true'))
    })

    it.each(['ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519'])(
      'asks for the key type that is known: %s',
      async (type) => {
        const lines = sshd.knownHosts.split('\n').filter((line) => line.includes(` ${type} `))
        expect(lines).toHaveLength(1)
        const connection = await connect(targetOf(sshd, { knownHosts: lines.join('\r\n') }))
        expect(await outputOf(await connection.exec('true'))).toMatchObject({ code: 0 })
      },
    )

    const other = makeKey('-t ed25519')
    const where = () => `[127.0.0.1]:${sshd.port}`
    it.each<[what: string, knownHosts: () => string | undefined, message: RegExp, remedy: RegExp]>([
      [
        'an unknown host',
        () => undefined,
        /has no key for 127\.0\.0\.1 port \d+, which showed ssh-ed25519 SHA256:/,
        /Compare/,
      ],
      ['an unknown host', () => '# nothing\n', /has no key/, /add this line to ssh_known_hosts/],
      [
        'a changed key',
        () => `${where()} ${other.publicLine}`,
        /showed a key that ssh_known_hosts does not have/,
        /replace the lines/,
      ],
      [
        'a revoked key',
        () => `${where()} ${sshd.hostPublicKeys[0]}\n@revoked * ${sshd.hostPublicKeys[0]}`,
        /@revoked: ssh-ed25519 SHA256:/,
        /address/,
      ],
      ['an authority', () => `@cert-authority * ${other.publicLine}`, /@cert-authority line only/, /own key/],
    ])('refuses %s before it says who it is', async (_what, knownHosts, message, remedy) => {
      const logged = sshd.log().length
      const failure = await failureOf(connect(targetOf(sshd, { knownHosts: knownHosts() })))
      expect(failure.message).toMatch(message)
      expect(failure.detail.remedy).toMatch(remedy)
      expect(failure.detail.unchanged).toMatch(/nothing was sent/)
      expect(failure.detail.host).toBe('web1')
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(sshd.log().slice(logged)).not.toMatch(/Failed|Accepted|(invalid|authenticating) user/i)
    })

    it('shows a line for an unknown host which then lets it in', async () => {
      const failure = await failureOf(connect(targetOf(sshd, { knownHosts: '' })))
      const line = failure.detail.remedy?.split('\n').at(-1)
      const connection = await connect(targetOf(sshd, { knownHosts: line }))
      expect(connection.connections).toBe(1)
    })

    it('does not look at host keys when told not to', async () => {
      await connect(targetOf(sshd, { knownHosts: undefined, hostKeyChecking: 'off' }))
    })

    it('says what was tried when the login fails, once', async () => {
      const stranger = makeKey('-t ed25519')
      const retries: string[] = []
      const target = targetOf(sshd, { privateKey: stranger.text, password: 'wrong' })
      const failure = await failureOf(connect(target, never, (line) => retries.push(line)))
      expect(failure.message).toContain(`does not let ${sshd.user} in`)
      expect(failure.message).toContain(`publickey (ssh-ed25519 ${stranger.fingerprint})`)
      expect(failure.message).toContain('the server takes publickey')
      expect(failure.detail.remedy).toContain('authorized_keys')
      expect(retries).toEqual([])
    })

    it('does not try to log in with nothing', async () => {
      const failure = await failureOf(connect(targetOf(sshd, { privateKey: undefined })))
      expect(failure.detail.remedy).toContain('ssh_private_key')
    })

    it('goes through a jump host', async () => {
      const connection = await connect(targetOf(sshd, { jump: targetOf(sshd, { label: 'bastion' }) }))
      expect(await outputOf(await connection.exec('echo through'))).toMatchObject({
        stdout: 'through\n',
        code: 0,
      })
      const failure = await failureOf(
        connect(targetOf(sshd, { port: 1, connectTimeout: 8, jump: targetOf(sshd, { label: 'bastion' }) })),
      )
      expect(failure.message).toBe('bastion does not connect to 127.0.0.1 port 1')
    })
  })

  describe('with one channel a connection', () => {
    it('opens another connection for each further command', async () => {
      await using sshd = await startSshd({ maxSessions: 1 })
      const connection = await connect(targetOf(sshd))
      const first = await connection.exec('cat')
      const others = await Promise.all(['a', 'b'].map((word) => connection.exec(`echo ${word}; cat`)))
      expect(connection.connections).toBe(3)
      for (const [index, word] of ['a', 'b'].entries()) {
        expect(await outputOf(others[index] as Channel, '!')).toMatchObject({ stdout: `${word}\n!`, code: 0 })
      }
      // What is free again is used again.
      expect(await outputOf(await connection.exec('echo c'))).toMatchObject({ stdout: 'c\n' })
      expect(connection.connections).toBe(3)
      expect(await outputOf(first, 'first')).toMatchObject({ stdout: 'first', code: 0 })
    })

    it('opens no more connections than it must', async () => {
      await using sshd = await startSshd({ maxSessions: 4 })
      const connection = await connect(targetOf(sshd))
      const channels = await Promise.all(Array.from({ length: 10 }, () => connection.exec('cat')))
      expect(connection.connections).toBe(3)
      for (const channel of channels)
        expect(await outputOf(channel, 'x')).toMatchObject({ stdout: 'x', code: 0 })
    })

    it('makes none for a command that may as well not run', async () => {
      await using sshd = await startSshd({ maxSessions: 2 })
      const connection = await connect(targetOf(sshd))
      const channels = [await connection.exec('cat'), await connection.exec('cat', 'spare')]
      expect((await failureOf(connection.exec('cat', 'spare'))).message).toContain('opens no channel')
      expect(connection.connections).toBe(1)
      for (const channel of channels)
        expect(await outputOf(channel, 'x')).toMatchObject({ stdout: 'x', code: 0 })
    })

    it('says so when the server allows none at all', async () => {
      await using sshd = await startSshd({ maxSessions: 0 })
      const connection = await connect(targetOf(sshd))
      expect((await failureOf(connection.exec('true'))).message).toContain('opens no channel')
    })
  })

  describe('with a network in between', () => {
    /** Passes bytes on until told to `cut` (reset) or to `swallow` them. */
    async function proxyTo(sshd: Sshd) {
      const pairs: [Socket, Socket][] = []
      const proxy = createServer((near) => {
        const far = connectTo(sshd.port, '127.0.0.1')
        for (const socket of [near, far]) socket.on('error', () => {})
        near.pipe(far).pipe(near)
        pairs.push([near, far])
      })
      proxy.listen(0, '127.0.0.1')
      await once(proxy, 'listening')
      const { port } = proxy.address() as { port: number }
      return {
        target: targetOf(sshd, { port, knownHosts: `[127.0.0.1]:${port} ${sshd.hostPublicKeys[0]}` }),
        cut: () => pairs.map(([near]) => near.resetAndDestroy()),
        swallow: () => pairs.map(([near, far]) => [near.unpipe(far).resume(), far.unpipe(near).resume()]),
        [Symbol.dispose]() {
          proxy.close()
          for (const socket of pairs.flat()) socket.destroy()
        },
      }
    }

    it('outlives a reset in the middle of everything', async () => {
      await using sshd = await startSshd()
      using proxy = await proxyTo(sshd)
      const connection = await connect(proxy.target)
      const channel = await connection.exec('cat /dev/zero')
      const sink = await connection.exec('cat >/dev/null')
      // Whether it ends well or not: only the exits tell what became of it.
      const writing = pipeline(channel.stdout, sink.stdin).catch(() => undefined)
      await once(channel.stdout, 'data')
      proxy.cut()
      expect(await Promise.all([channel.exit, sink.exit])).toEqual(
        Array(2).fill({ code: null, signal: null }),
      )
      await writing
    })

    it('is done with a dead connection in two seconds', async () => {
      await using sshd = await startSshd()
      using proxy = await proxyTo(sshd)
      const connection = await connect(proxy.target)
      const channel = await connection.exec('cat')
      proxy.swallow()
      const begun = Date.now()
      await connection[Symbol.asyncDispose]()
      expect(Date.now() - begun).toBeLessThan(2000)
      expect(await channel.exit).toEqual({ code: null, signal: null })
    })
  })

  describe('with servers that do not answer as they should', () => {
    let server: Server | undefined
    const sockets = new Set<Socket>()

    async function listen(onConnection: (socket: Socket) => void): Promise<SshTarget> {
      server = createServer((socket) => {
        sockets.add(socket)
        socket.on('error', () => {})
        onConnection(socket)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as { port: number }
      const privateKey = makeKey('-t ed25519').text
      const common = { user: 'deploy', knownHosts: '', hostKeyChecking: 'strict', connectTimeout: 1 } as const
      return { label: 'web1', name: '127.0.0.1', port, privateKey, ...common }
    }

    afterEach(() => {
      server?.close()
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    })

    it.each([
      ['says nothing', () => {}],
      ['says its version and no more', (socket: Socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n')],
    ])('gives up in time when a server %s', async (_what, behave) => {
      const target = await listen(behave)
      const begun = Date.now()
      const failure = await failureOf(connect(target))
      expect(Date.now() - begun).toBeLessThan(1500)
      expect(failure.message).toBe(
        `127.0.0.1 port ${target.port} gave no answer within 1 s, in the key exchange`,
      )
    })

    it('tries again when a server hangs up, and says so', async () => {
      let count = 0
      const target = await listen((socket) => {
        count++
        socket.end()
      })
      const retries: string[] = []
      const failure = await failureOf(
        connect({ ...target, connectTimeout: 20 }, never, (line) => retries.push(line)),
      )
      expect(count).toBe(4)
      expect(retries).toHaveLength(3)
      expect(retries[0]).toMatch(/closed the connection before the login; trying again \(1 of 3\)/)
      expect(failure.detail.remedy).toContain('MaxStartups')
    }, 20_000)

    it('gets through when a refusing host comes back', async () => {
      const gone = await startSshd()
      await gone[Symbol.asyncDispose]()
      let back: Promise<Sshd> | undefined
      const again = await startSshd()
      const retries: string[] = []
      const target = targetOf(again, {
        port: gone.port,
        knownHosts: `[127.0.0.1]:${gone.port} ${again.hostPublicKeys[0]}`,
      })
      await connect(target, never, (line) => {
        retries.push(line)
        back ??= startSshd({ port: gone.port, keysFrom: again })
      })
      expect(retries[0]).toContain(`127.0.0.1 port ${gone.port} refuses the connection`)
      await (await back)?.[Symbol.asyncDispose]()
      await again[Symbol.asyncDispose]()
    }, 20_000)

    it('reports what it met when the time is up between two tries', async () => {
      const target = await listen((socket) => socket.resetAndDestroy())
      const failure = await failureOf(connect(target))
      expect(failure.message).toMatch(/cut the connection|closed the connection/)
    })

    it('does not look twice for a host that does not exist', async () => {
      const target = await listen(() => {})
      const failure = await failureOf(
        connect({ ...target, name: 'no-such-host.invalid', connectTimeout: 15 }),
      )
      expect(failure.message).toMatch(
        /there is no host by the name of no-such-host\.invalid|cannot be looked up/,
      )
    }, 20_000)

    it('stops when told to', async () => {
      const target = await listen(() => {})
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 100)
      const begun = Date.now()
      const failure = await failureOf(connect({ ...target, connectTimeout: 20 }, controller.signal))
      expect(failure.message).toBe('connecting to web1 was cancelled')
      expect(Date.now() - begun).toBeLessThan(1000)
      await failureOf(connect(target, controller.signal))
    })

    it('says that it is no SSH server', async () => {
      const target = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
      const failure = await failureOf(connect(target))
      expect(failure.message).toContain('closed the connection before the login')
    })

    it('says that there is nothing in common', async () => {
      // The builtin client lacks what is new, OpenSSH refuses what is old.
      const config = [
        `KexAlgorithms ${client === 'builtin' ? 'sntrup761x25519-sha512@openssh.com' : 'diffie-hellman-group1-sha1'}`,
      ]
      await using sshd = await startSshd({ config })
      const failure = await failureOf(connect(targetOf(sshd)))
      expect(failure.message).toMatch(/have no key exchange (algorithm|method) in common/)
      expect(failure.detail.remedy).toContain('Allow more algorithms')
    })
  })
})
