import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer, openKey, serveAgent } from '../../src/connection/agent.ts'
import { readKey } from '../../src/connection/key.ts'
import { type MadeKey, makeKey } from './keygen.ts'

const program = promisify(execFile)

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'agent-'))
  await chmod(dir, 0o700)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

function open(key: MadeKey, passphrase?: string) {
  return openKey(readKey(key.text, passphrase), passphrase)
}

describe('OpenSSH, as the judge,', () => {
  const passphrase = 'correct horse'
  it.each([
    ['ed25519', makeKey('-t ed25519')],
    ['RSA', makeKey('-t rsa -b 2048')],
    ['ECDSA with 256 bits', makeKey('-t ecdsa -b 256')],
    ['ECDSA with 384 bits', makeKey('-t ecdsa -b 384')],
    ['ECDSA with 521 bits', makeKey('-t ecdsa -b 521')],
    ['encrypted', makeKey('-t ed25519', passphrase)],
  ])('lists the one key and takes its signatures: %s', async (name, key) => {
    const socket = join(dir, name.replaceAll(' ', '-'))
    const env = { ...process.env, SSH_AUTH_SOCK: socket }
    const agent = await serveAgent(socket, open(key, name === 'encrypted' ? passphrase : undefined))
    try {
      const { stdout } = await program('ssh-add', ['-L'], { env })
      expect(stdout.split(' ').slice(0, 2)).toEqual(key.publicLine.split(' ').slice(0, 2))
      const file = `${socket}.pub`
      await writeFile(file, key.publicLine)
      // Leading zeros of an ECDSA signature's numbers come one time in 128.
      for (let round = 0; round < (name.startsWith('ECDSA') ? 12 : 1); round++) {
        const text = `${socket}.text${round}`
        await writeFile(text, `text ${round}`)
        await program('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'test', '-f', file, text], { env })
        const check = `ssh-keygen -Y check-novalidate -n test -s '${text}.sig' <'${text}'`
        expect((await program('sh', ['-c', check])).stdout).toContain('Good "test" signature')
      }
    } finally {
      await agent[Symbol.asyncDispose]()
    }
    await expect(program('ssh-add', ['-L'], { env })).rejects.toThrow(/Error connecting to agent/)
  })
})

describe('what is no question for it', () => {
  const key = open(makeKey('-t ed25519'))
  const other = open(makeKey('-t ed25519'))
  const frame = (content: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(content.length)
    return Buffer.concat([length, content])
  }
  const question = (blob: Buffer) =>
    Buffer.concat([Buffer.from([13]), frame(blob), frame(Buffer.from('data')), Buffer.alloc(4)])

  it('is refused', () => {
    expect(answer(question(key.publicKey), key)[0]).toBe(14)
    expect([...answer(question(other.publicKey), key)]).toEqual([5])
    expect([...answer(Buffer.concat([question(key.publicKey), Buffer.alloc(1)]), key)]).toEqual([5])
    expect([...answer(question(key.publicKey).subarray(0, -1), key)]).toEqual([5])
  })

  it('gets no signature made with SHA-1', () => {
    const rsa = open(makeKey('-t rsa -b 2048'))
    expect([...answer(question(rsa.publicKey), rsa)]).toEqual([5])
  })

  it('never ends it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([5, 12]).toContain(answer(Buffer.from(bytes), key)[0])
      }),
    )
  })

  it('is heard in any pieces, and hung up on when it is endless', async () => {
    const socket = join(dir, 'pieces')
    await using _ = await serveAgent(socket, key)
    const pieces = connect(socket)
    const whole = Buffer.concat([frame(Buffer.from([27, 1, 2, 3])), frame(Buffer.from([11]))])
    for (const byte of whole) {
      pieces.write(Buffer.from([byte]))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    pieces.end()
    const heard = await buffer(pieces)
    expect(heard.subarray(0, 5)).toEqual(Buffer.from([0, 0, 0, 1, 5]))
    expect(heard[9]).toBe(12)
    const endless = connect(socket)
    endless.write(Buffer.alloc(8, 0x7f))
    expect(await buffer(endless)).toHaveLength(0)
  })
})
