// Loaded into the action before its own code (--import): notes what it starts, prints, sends and receives, and when. SSH messages are read
// where they pass node's cipher, so the built action is observed as it is.

import childProcess, { type ChildProcess } from 'node:child_process'
import crypto from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { basename } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { describeMessage } from './ssh_message.ts'

/** Times in ms since the epoch. */
export interface Note {
  readonly at: number
  /** The process that it happened in. */
  readonly pid: number
  readonly kind: 'process' | 'log' | 'sent' | 'received' | 'busy'
  readonly text: string
  readonly bytes?: number
}

const STALL = 12
const notes: Note[] = []
const who = basename(process.argv[1] ?? 'node')

function note(kind: Note['kind'], text: string, bytes?: number, at = performance.now()): void {
  notes.push({
    at: performance.timeOrigin + at,
    pid: process.pid,
    kind,
    text,
    ...(bytes === undefined ? {} : { bytes }),
  })
}

/** Puts `around` between a module and those who call `name` of it. */
function wrap<M extends object, K extends keyof M>(
  module: M,
  name: K,
  around: (original: M[K]) => M[K],
): void {
  module[name] = around(module[name])
}

function watchChildren(): void {
  wrap(
    childProcess,
    'spawn',
    (original) =>
      new Proxy(original, {
        apply(target, self, args) {
          const before = performance.now()
          const child = Reflect.apply(target, self, args) as ChildProcess
          const name = `${basename(String(args[0]))} ${String((args[1] as string[] | undefined)?.[0] ?? '')}`
          note('process', `starts ${name} (pid ${child.pid}, ${(performance.now() - before).toFixed(1)} ms)`)
          child.once('exit', (code) => note('process', `sees ${name} end with ${code}`))
          return child
        },
      }),
  )
}

function watchSockets(): void {
  wrap(
    net.Socket.prototype,
    'connect',
    (original) =>
      new Proxy(original, {
        apply(target, self: net.Socket, args) {
          note('process', 'opens a socket')
          self.once('connect', () => note('process', 'has the socket connected'))
          return Reflect.apply(target, self, args)
        },
      }),
  )
}

/** The first piece of a packet that passes a cipher starts with its padding's length; the message's number comes next. */
function watchCiphers(): void {
  for (const [name, kind] of [
    ['createCipheriv', 'sent'],
    ['createDecipheriv', 'received'],
  ] as const) {
    wrap(
      crypto,
      name,
      (original) =>
        new Proxy(original, {
          apply(target, self, args) {
            const cipher = Reflect.apply(target, self, args) as crypto.Cipheriv
            const update = cipher.update.bind(cipher) as (data: Buffer) => Buffer
            let first = String(args[0]).endsWith('gcm')
            cipher.update = ((data: Buffer) => {
              const out = update(data)
              if (first) note(kind, describeMessage((kind === 'sent' ? data : out).subarray(1)), data.length)
              first = false
              return out
            }) as crypto.Cipheriv['update']
            return cipher
          },
        }),
    )
  }
}

function watchLog(): void {
  wrap(
    process.stdout,
    'write',
    (original) =>
      new Proxy(original, {
        apply(target, self, args) {
          const text = String(args[0]).trim()
          if (text !== '' && !text.startsWith('::add-mask')) note('log', text)
          return Reflect.apply(target, self, args)
        },
      }),
  )
}

/** A timer that comes late shows that the event loop had no time for anything. */
function watchStalls(): void {
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    if (now - last > STALL) note('busy', `for ${Math.round(now - last)} ms`, undefined, last)
    last = now
  }, 1).unref()
}

const file = process.env.BENCH_TAP
if (file && isMainThread) {
  note('process', `${who}: begins`, undefined, 0)
  note('process', `${who}: node is up`)
  watchChildren()
  watchSockets()
  if (who === 'main.js') {
    watchCiphers()
    watchLog()
    watchStalls()
  }
  syncBuiltinESMExports()
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    note('process', `${who}: ends; ${Math.round((userCPUTime + systemCPUTime) / 1000)} ms of CPU`)
    appendFileSync(file, notes.map((each) => `${JSON.stringify(each)}\n`).join(''))
  })
}
