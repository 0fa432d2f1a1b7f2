import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readCertificate } from '../../src/connection/certificate.ts'
import { Failure } from '../../src/failure.ts'
import { type MadeKey, makeKey } from './keygen.ts'

const dir = mkdtempSync(join(tmpdir(), 'certificate-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const signer = join(dir, 'ca')
execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', signer])

function sign(key: MadeKey, ...flags: string[]): string {
  const file = join(dir, 'key')
  writeFileSync(`${file}.pub`, key.publicLine)
  execFileSync('ssh-keygen', ['-q', '-s', signer, '-I', 'an id', ...flags, `${file}.pub`])
  return readFileSync(`${file}-cert.pub`, 'utf8')
}

const refusal = (text: string, key?: Buffer, now?: number) => {
  try {
    readCertificate(text, key, now)
  } catch (error) {
    if (error instanceof Failure) return error.message
    throw error
  }
  return undefined
}

const key = makeKey('-t ed25519')
const good = sign(key, '-n', 'deploy,www')

describe('a certificate', () => {
  it.each(['-t ed25519', '-t rsa -b 2048', '-t ecdsa -b 256', '-t ecdsa -b 384', '-t ecdsa -b 521'])(
    'is read, and known to belong to its key: %s',
    (flags) => {
      const made = makeKey(flags)
      const text = sign(made, '-n', 'deploy,www', '-O', 'no-pty', '-O', 'force-command=true')
      const { line, principals, publicKey } = readCertificate(`  ${text}`, made.blob)
      expect(line).toBe(text.split(' ').slice(0, 2).join(' '))
      expect(principals).toEqual(['deploy', 'www'])
      expect(publicKey.equals(made.blob)).toBe(true)
      expect(refusal(text, key.blob)).toContain('is for another key than ssh_private_key')
    },
  )

  it('counts between its two times only', () => {
    const text = sign(key, '-V', '20300101000000Z:20300102000000Z')
    const day = Date.UTC(2030, 0, 1) / 1000
    expect(refusal(text, key.blob, day)).toBeUndefined()
    expect(refusal(text, key.blob, day + 86_400)).toContain('valid until 2030-01-02T00:00:00.000Z')
    expect(refusal(text, key.blob, day - 1)).toContain('not valid before 2030-01-01T00:00:00.000Z')
    expect(refusal(sign(key, '-V', 'always:forever'), key.blob, 1e12)).toBeUndefined()
  })

  it.each([
    ['a host certificate', sign(key, '-h'), /is a host certificate/],
    ['a public key', key.publicLine, /is not a certificate/],
    ['a private key', key.text, /is not a certificate/],
    ['nothing', '', /is not a certificate/],
    ['letters that are no base64', good.replace(/AAAA/, '----'), /damaged/],
    ['a type nobody knows', good.replace('ssh-ed25519', 'ssh-dss'), /damaged/],
  ])('is told from %s', (_what, text, message) => {
    expect(refusal(text)).toMatch(message)
  })

  it('is refused wherever it is cut', () => {
    const [type, base64 = ''] = good.split(' ')
    const blob = Buffer.from(base64, 'base64')
    fc.assert(
      fc.property(fc.nat(blob.length - 1), (length) => {
        expect(refusal(`${type} ${blob.subarray(0, length).toString('base64')}`)).toMatch(/damaged|not a/)
      }),
      { numRuns: blob.length },
    )
  })
})
