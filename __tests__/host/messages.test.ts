import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Channel, Connection, Exit } from '../../src/connection/connection.ts'
import type { Failure } from '../../src/failure.ts'
import { type Messages, openMessages } from '../../src/host/messages.ts'

const mark = 'c0ffee'
const start = { label: 'web1', mark, invocation: 'session', kind: 'session', become: undefined } as const

interface Liar {
  readonly messages: Messages
  /** What the host says. */
  readonly stdout: PassThrough
  closed(): boolean
  /** Its shell ends; null: and nobody knows how. */
  exit(code: number | null): void
}

/** A session with a host that says what a test makes it say; each question is asked with a second to answer. */
async function liar(patience = 20): Promise<Liar> {
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  let closed = false
  streams.stdin.resume()
  const close = () => {
    closed = true
    resolve({ code: null, signal: null })
  }
  const channel: Channel = { ...streams, exit, close }
  const connection: Connection = {
    connections: 1,
    roundTrip: null,
    longCommands: false,
    exec: async () => channel,
    [Symbol.asyncDispose]: async () => {},
  }
  const messages = openMessages(connection, { ...start, patience })
  return {
    messages,
    stdout: streams.stdout,
    closed: () => closed,
    exit: (code) => resolve({ code, signal: null }),
  }
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => expect.fail('it was taken for an answer'),
    (failure: Failure) => failure,
  )
}

/** Says `text` again and again until the session has had enough. @returns how many bytes it took. */
async function flood({ stdout, closed }: Liar, text: string): Promise<number> {
  let sent = 0
  while (!closed() && sent < 1024 ** 3) {
    sent += text.length
    if (!stdout.write(text)) await once(stdout, 'drain')
    await new Promise((resolve) => setImmediate(resolve))
  }
  return sent
}

describe('a session has an end with a host that', () => {
  test('never says a word', async () => {
    const host = await liar(0.2)
    const failure = await failureOf(host.messages.ask('open', [], 60))
    expect(failure.message).toContain('its shell gave no answer within 0.2 s')
    expect(failure.detail).toMatchObject({ host: 'web1', unreachable: true })
    expect(host.closed()).toBe(true)
  })

  test('says one byte after another, but never its first word', async () => {
    const host = await liar(0.2)
    const drip = setInterval(() => host.stdout.write('.'), 10)
    const failure = await failureOf(host.messages.ask('open', [], 60))
    clearInterval(drip)
    expect(failure.message).toContain('gave no answer within 0.2 s')
  })

  test('says hello and then nothing', async () => {
    const host = await liar()
    host.stdout.write(`${mark} hello\n`)
    const failure = await failureOf(host.messages.ask('open', [], 0.2))
    expect(failure.message).toBe('the host gave no answer to "open" within 0.2 s')
    expect(failure.detail.unreachable).toBeUndefined()
    expect(host.closed()).toBe(true)
  })

  test('answers one line after another without an end', async () => {
    const host = await liar()
    host.stdout.write(`${mark} hello\n`)
    const drip = setInterval(() => host.stdout.write(`${mark} dir x\n`), 10)
    const failure = await failureOf(host.messages.ask('open', [], 0.2))
    clearInterval(drip)
    expect(failure.message).toContain('gave no answer')
  })

  test.each([
    ['a line', 'x'.repeat(1024 * 1024), 'a line without end'],
    ['a line of an answer', `${mark} text ${'x'.repeat(1024 * 1024)}`, 'a line without end'],
    ['small lines', `${mark} dir x\n`.repeat(20_000), 'an answer without end'],
    ['large lines', `${mark} text ${'x'.repeat(1024 * 1024)}\n`, 'an answer without end'],
  ])('sends %s for ever, and no more than 100 MB of it is taken', async (_, text, words) => {
    const host = await liar()
    host.stdout.write(`${mark} hello\n`)
    const asked = failureOf(host.messages.ask('open', [], 60))
    if (words.startsWith('a line')) {
      // Only its first piece begins a line.
      host.stdout.write(text)
      expect(await flood(host, 'x'.repeat(1024 * 1024))).toBeLessThan(100e6)
    } else {
      expect(await flood(host, text)).toBeLessThan(100e6)
    }
    expect((await asked).message).toBe(`the host sent ${words}`)
  })

  test('chatters beside its answers: little of it is kept', async () => {
    const host = await liar()
    host.stdout.write(`${'motd\n'.repeat(100_000)}${'x'.repeat(1_000_000)}\n`)
    host.stdout.write(`${mark} hello\n`)
    const asked = host.messages.ask('open', [], 60)
    await new Promise((resolve) => setImmediate(resolve))
    host.stdout.write(`${'noise\n'.repeat(100_000)}${'x'.repeat(1_000_000)}\n${mark} end 0\n`)
    const { noise } = await asked
    expect(noise.length).toBeLessThan(40_000)
    expect(host.messages.early.length).toBeLessThan(40_000)
  })

  test('answers what it was not asked, and more than it was asked', async () => {
    const host = await liar()
    const opened = host.messages.ask('open', [], 60)
    host.stdout.write(`${mark} hello\n${mark} end 0\n${mark} locked\n`)
    expect((await opened).lines).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    const asked = host.messages.ask('verify', [], 60)
    host.stdout.write(`${mark} absent\n${mark} end 0\n${mark} end 0\n${mark} switched\n`)
    expect((await asked).lines).toEqual([{ key: 'absent', rest: '' }])
    await host.messages.end(false)
  })
})

describe('a session in one command', () => {
  /** Hosts that end with these codes, one after another, before they say a word; the last one answers. */
  async function ask(codes: readonly (number | null)[], longCommands = true, more = false) {
    const commands: string[] = []
    const inputs: string[] = []
    const exec = async (command: string): Promise<Channel> => {
      const code = codes[commands.length]
      commands.push(command)
      const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
      streams.stdin.on('data', (data) => inputs.push(String(data)))
      streams.stdout.write('Welcome!\n')
      if (code === undefined) streams.stdout.write(`${mark} hello\n${mark} end 0\n`)
      else streams.stdout.end()
      const exit: Promise<Exit> =
        code === undefined ? new Promise(() => {}) : Promise.resolve({ code, signal: null })
      return { ...streams, exit, close: () => {} }
    }
    const messages = openMessages(
      { connections: 1, roundTrip: null, longCommands, exec, [Symbol.asyncDispose]: async () => {} },
      start,
    )
    const asked = messages.ask('open', ['x'], 5).catch((error: Failure) => error.message)
    if (more) messages.ask('records', [], 5, undefined, true).catch(() => {})
    const answer = await asked
    await new Promise((resolve) => setImmediate(resolve))
    const { early } = messages
    await messages.end(false)
    return { answer, early, input: inputs.join(''), ways: commands.map((command) => command.slice(0, 9)) }
  }

  test('brings its first question along', async () => {
    const { answer, ways, input, early } = await ask([])
    expect(answer).toMatchObject({ status: 0 })
    expect(ways).toEqual(['exec env '])
    expect(input).toBe('')
    expect(early).toBe('Welcome!\n')
  })

  test('that was not taken is sent piece by piece', async () => {
    const { answer, ways, input, early } = await ask([1])
    expect(answer).toMatchObject({ status: 0 })
    expect(ways).toEqual(['exec env ', 'exec /bin'])
    expect(input).toMatch(/^await\(\)[\s\S]*\.=open\^=x\n$/)
    expect(early).toBe('Welcome!\n')
  })

  test.each([
    ['in one command', [], true, /^&=records\n$/],
    ['piece by piece', [], false, /^await\(\)[\s\S]*\.=open\^=x\n&=records\n$/],
    ['piece by piece at last', [1], true, /^&=records\nawait\(\)[\s\S]*\.=open\^=x\n&=records\n$/],
  ])('hears what is asked in the same breath: %s', async (_, codes, long, words) => {
    const { answer, input } = await ask(codes, long, true)
    expect(answer).toMatchObject({ status: 0 })
    expect(input).toMatch(words)
  })

  test('that was not taken either way is a failure', async () => {
    const { answer, ways } = await ask([1, 2])
    expect(answer).toBe('the host could not start /bin/sh (exit 2); it said: Welcome!')
    expect(ways).toHaveLength(2)
  })

  test('is not tried again when nobody knows how it ended', async () => {
    const { answer, ways } = await ask([null])
    expect(answer).toMatch(/^the connection to the host was lost/)
    expect(ways).toHaveLength(1)
  })

  test('is for connections that take such commands', async () => {
    expect((await ask([], false)).ways).toEqual(['exec /bin'])
  })
})

describe('a shell that ends before its first word', () => {
  test.each([
    ['bash: line 1: exec: sudo: not found', 127, /^sudo refused on the host; it said: bash/],
    ['bash: line 1: exec: sudo: not found', null, /^sudo refused on the host; it said: bash/],
    ['This account is closed.', 1, /^the host could not start \/bin\/sh \(exit 1\); it said: This account/],
    ['', null, /^the connection to the host was lost$/],
  ])('having said "%s" and with exit %s', async (said, code, words) => {
    const host = await liar()
    const asked = failureOf(host.messages.ask('open', [], 60))
    host.stdout.write(`${said}\n`)
    await new Promise((resolve) => setImmediate(resolve))
    host.exit(code)
    expect((await asked).message).toMatch(words)
  })
})
