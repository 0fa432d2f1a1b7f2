// The words between the action and a host: every byte arrives, long ones too, and noise does no harm.

import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openMessages } from '../../src/host/messages.ts'
import { call } from '../../src/host/quote.ts'
import { randomMark, start } from '../../src/host/script.ts'
import { startSession } from '../../src/host/session.ts'
import { find, onEveryBox } from './box.ts'
import { connect, createSite, lockedSession, opening, pause, survivors, within } from './site.ts'

const ascii = Array.from({ length: 127 }, (_, at) => String.fromCharCode(at + 1)).join('')
const text = `${ascii} é ß 漢字 \u{1F600} \u0080 \u07ff \u0800 \uffff \u{10ffff}`

onEveryBox('the wire', (box) => {
  test('carries every text', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const texts = [
      text,
      '\n',
      '\n\nx\n\n',
      ' ',
      '\\',
      '\\0101\\n\\c',
      '%s%b%%',
      '-n',
      '-e x',
      '=',
      '+',
      "'",
      '$(id)`id`',
    ]
    for (const each of texts) {
      await session.settle(each, `${each}|`)
      expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe(`${each}\n`)
    }
    expect(readFileSync(site.at('releases.log'), 'utf8')).toBe(texts.map((each) => `${each}|\n`).join(''))
  })

  test('carries a manifest of 1 MB there and back', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const entries = Array.from({ length: 2500 }, (__, at) => ({
      release: `r${at}`,
      note: `it's "é" 漢 \\ ${'lorem-ipsum-'.repeat(33)}${at}`,
    }))
    const json = JSON.stringify(entries)
    expect(Buffer.byteLength(json)).toBeGreaterThan(1e6)
    await session.settle(json, '')
    expect(readFileSync(site.at('manifest.json'), 'utf8') === `${json}\n`).toBe(true)
    expect((await session.open(opening('lock'))).entries).toMatchObject(entries)
    await session.settle('[]', '')
    expect(readFileSync(site.at('.releases/manifest.json.previous'), 'utf8') === `${json}\n`).toBe(true)
  })

  test('takes a message in pieces, and what is no message for none', async () => {
    using site = createSite(box)
    const mark = randomMark()
    const { releases, linkDir, linkName } = site.layout
    const words = [mark, '30', site.root, releases, linkDir, linkName, `${releases}/`, 'log', 'run']
    const script = start('session', call('session', ...words))
    const channel = await site.wire.exec(script.command)
    let said = ''
    channel.stdout.on('data', (data) => {
      said += data
    })
    const answers = async (count: number) => {
      await within(30, () => said.split(`${mark} end `).length > count)
      return said
        .split('\n')
        .filter((line) => line.startsWith(`${mark} end`))
        .map((line) => line.slice(29))
    }
    // The host may start a program for each piece: byte by byte to the end, a slow machine would take a minute.
    const input = Buffer.from(script.input)
    for (let at = 0; at < input.length; at += at < 200 ? 1 : 97)
      channel.stdin.write(input.subarray(at, at + (at < 200 ? 1 : 97)))
    channel.stdin.write('\nbeat\nbeat\nnoise\n.\n.=no-such-verb\n.=session^=x\n.=do_settle^=^=\n')
    expect(await answers(4)).toEqual(['64', '64', '64', '64'])
    channel.stdin.write('++op\nbeat\n++e^+\n+=n^=loc')
    channel.stdin.write('k\n+=^=0^+{\n+=}\n.=^=\n')
    expect((await answers(5)).at(-1)).toBe('0')
    channel.stdin.write('++set\n+=tle\n++\\0133^|\n+| 1 \n+=\\0135^=\n.\n')
    expect((await answers(6)).at(-1)).toBe('0')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[\n 1 \n]\n')
    channel.stdin.end()
    await channel.exit
  })

  test('hears what comes while it starts, and still keeps its lease', async () => {
    using site = createSite(box)
    const { releases, linkDir, linkName } = site.layout
    // A busy machine's: signals between all that the shell does. A zsh loses its way under thousands (guarantees.md, "What is not tested").
    const flood = box.name === 'zsh' ? 50 : 2000
    const hurry = `trap '' USR1; ( at=0; while [ $at -lt ${flood} ] && kill -USR1 $$; do at=$((at + 1)); done ) &`
    const listen = async () => {
      const mark = randomMark()
      const words = [mark, '1', site.root, releases, linkDir, linkName, `${releases}/`, 'log', `run${mark}`]
      const script = start('session', `${hurry}\n${call('session', ...words)}`)
      const channel = await site.wire.exec(script.command)
      let said = ''
      channel.stdout.on('data', (data) => {
        said += data
      })
      channel.stdin.write(`${script.input}\nbeat\nbeat\n.=no-such-verb^=\n`)
      expect(await within(30, () => said.includes(`${mark} end 64`)), said).toBe(true)
      expect(await Promise.race([channel.exit, pause(30)])).toEqual({ code: null, signal: 'SIGKILL' })
    }
    await Promise.all(Array.from({ length: 12 }, listen))
  })

  test('leaves nothing of a look behind when the runner is gone, though a tool hangs', async () => {
    using site = createSite(box)
    const { root, releases, linkDir, linkName } = site.layout
    const words = [randomMark(), '30', root, releases, linkDir, linkName, `${releases}/`, 'run']
    // A function of that name stands for the program.
    const { command, input } = start('look', `stat() { sleep 300; }\n${call('glance', ...words)}`)
    const channel = await site.wire.exec(command)
    let said = ''
    channel.stdout.on('data', (data) => {
      said += data
    })
    channel.stdin.write(input)
    expect(await within(30, () => said.includes(`${words[0]} hello`)), said).toBe(true)
    expect(await Promise.race([channel.exit, pause(1)]), 'still waits').toBeUndefined()
    channel.stdin.end()
    expect(await Promise.race([channel.exit, pause(30)])).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('runs nothing of a script that was cut', async () => {
    using site = createSite(box)
    const script = start('session', `echo ran >${site.base}/ran`)
    for (const cut of [1, 40, 400, script.input.length - 1, script.input.length - 30]) {
      const channel = await site.wire.exec(script.command)
      channel.stdout.resume()
      channel.stderr.resume()
      channel.stdin.end(script.input.slice(0, cut))
      expect(await channel.exit).toEqual({ code: 97, signal: null })
    }
    expect(() => readFileSync(`${site.base}/ran`)).toThrow('ENOENT')
  })

  test('is not disturbed by what a profile prints', async () => {
    using site = createSite(box)
    const motd = 'Welcome!\n::error::no\n000000000000000000000000 hello\nend 0\nno newline at the end: %s'
    const wire = connect(box, { PATH: box.path, motd })
    const session = startSession(wire, { label: 'noisy', logFile: '', become: undefined }, site.layout, 'run')
    expect(await session.open(opening('create'))).toMatchObject({ locked: true })
    await session[Symbol.asyncDispose]()
  })

  test('tells what stood in the way of a start', async () => {
    using site = createSite(box)
    const login = find('false') as string
    const wire = connect(box, { PATH: box.path, login })
    const asked = { mark: randomMark(), invocation: 'true', kind: 'session', become: undefined } as const
    const messages = openMessages(wire, { label: 'closed', ...asked })
    await expect(messages.ask('open', [], 10)).rejects.toThrow('the host could not start /bin/sh (exit 1)')
    expect(site.link()).toBe(null)
  })

  test('ends when the half that works is killed, though heartbeats go on', async () => {
    using site = createSite(box)
    const session = await site.messages(2)
    const child = site.wire.children[0] as ChildProcess
    await session.ask('open', ['lock', '', '0', '{}', '', ''], 20)
    // The worker has the lock: flock's descriptor, which no other process of the session may hold.
    const holders = () => readdirSync('/proc').filter((pid) => holds(pid, site.at('.releases/lock')))
    // A child that has given its answer may not have ended yet.
    expect(await within(5, () => holders().length === 1)).toBe(true)
    process.kill(Number(holders()[0]), 'SIGKILL')
    const timer = setInterval(() => child.stdin?.write('beat\n'), 300)
    expect(await within(15, () => survivors(child).length === 0)).toBe(true)
    clearInterval(timer)
    await expect(session.ask('settle', ['', ''], 5)).rejects.toThrow('the connection to the host was lost')
  })
})

function holds(pid: string, file: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === file)
  } catch {
    return false
  }
}
