import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import ssh2 from 'ssh2'
import { describe, expect, it, vi } from 'vitest'
import { openKey } from '../../src/connection/agent.ts'
import { openedKey, readKey } from '../../src/connection/key.ts'
import { Failure } from '../../src/failure.ts'
import { makeKey, publicKeyOf } from './keygen.ts'

const ed25519 = makeKey('-t ed25519')
const sealed = makeKey('-t ed25519 -a 1', 'open sesame')
const pem = makeKey('-t rsa -b 2048 -m PEM')
const sealedPem = makeKey('-t rsa -b 2048 -m PEM', 'open sesame')
const ecPem = makeKey('-t ecdsa -b 256 -m PEM')

function sshPublic(text: string, passphrase?: string): string {
  const key = ssh2.utils.parseKey(text, passphrase)
  if (key instanceof Error) throw key
  return key.getPublicSSH().toString('base64')
}

function pkcs8(key: KeyObject, passphrase?: string): string {
  const seal = passphrase ? { cipher: 'aes-256-cbc', passphrase } : {}
  return key.export({ type: 'pkcs8', format: 'pem', ...seal }).toString()
}

describe('a key is read', () => {
  it.each([
    ['OpenSSH ed25519', ed25519],
    ['OpenSSH RSA', makeKey('-t rsa -b 2048')],
    ['OpenSSH ECDSA', makeKey('-t ecdsa -b 521')],
    ['PEM RSA', pem],
    ['PEM ECDSA', ecPem],
  ])('%s', (_name, made) => {
    const read = readKey(made.text)
    expect(sshPublic(read)).toBe(made.blob.toString('base64'))
    expect(publicKeyOf(read).split(' ')[1]).toBe(made.blob.toString('base64'))
  })

  it.each([
    ['OpenSSH', sealed],
    ['PEM', sealedPem],
  ])('%s, encrypted, and stays encrypted', (_name, made) => {
    const read = readKey(made.text, 'open sesame')
    expect(sshPublic(read, 'open sesame')).toBe(made.blob.toString('base64'))
    expect(() => sshPublic(read)).toThrow('Encrypted')
  })

  it('without one, whatever passphrase is given', () => {
    expect(sshPublic(readKey(ed25519.text, 'needless'))).toBe(ed25519.blob.toString('base64'))
  })

  it.each([
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ECDSA', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
    ['ed25519', generateKeyPairSync('ed25519').privateKey],
  ])('PKCS#8 %s', (_name, key) => {
    for (const text of [readKey(pkcs8(key)), readKey(pkcs8(key, 'open sesame'), 'open sesame')]) {
      expect(publicKeyOf(text).split(' ')[1]).toBe(sshPublic(text))
      const parsed = ssh2.utils.parseKey(text)
      if (parsed instanceof Error) throw parsed
      expect(pkcs8(createPrivateKey(parsed.getPrivatePEM()))).toBe(pkcs8(key))
    }
  })
})

describe('a key is repaired', () => {
  const repairs: Record<string, (text: string) => string> = {
    'no final newline': (text) => text.trimEnd(),
    'spaces around': (text) => `  \n ${text}\n  `,
    'a byte order mark': (text) => `\uFEFF${text}`,
    CRLF: (text) => text.replaceAll('\n', '\r\n'),
    'CR alone': (text) => text.replaceAll('\n', '\r'),
    'literal \\n': (text) => text.replaceAll('\n', '\\n'),
    'literal \\r\\n': (text) => text.replaceAll('\n', '\\r\\n'),
    'quotes and literal \\n': (text) => JSON.stringify(text),
    'indented lines': (text) => text.replace(/^/gm, '    '),
    'blank lines between': (text) => text.replaceAll('\n', '\n\n'),
    'spaces for newlines': (text) => text.replaceAll('\n', ' '),
    'text around': (text) => `Bag Attributes\n  name: x\n${text}\nsomething`,
  }
  it.each(Object.entries(repairs))('%s', (_name, damage) => {
    for (const made of [ed25519, pem, ecPem]) {
      const read = readKey(damage(made.text))
      expect(sshPublic(read)).toBe(made.blob.toString('base64'))
      expect(read).toMatch(/^-----BEGIN [A-Z ]+-----\n[^\r]+-----END [A-Z ]+-----\n$/)
    }
    expect(sshPublic(readKey(damage(sealedPem.text), 'open sesame'), 'open sesame')).toBe(
      sealedPem.blob.toString('base64'),
    )
  })
})

describe('what is no usable key is named', () => {
  const half = ed25519.text.split('\n').slice(0, 3).join('\n')
  const base64 = Buffer.from(ed25519.text).toString('base64')
  const flipped = ed25519.text.replace(
    /\n(.{30})/,
    (_, start: string) => `\n${[...start].reverse().join('')}`,
  )
  const ed448 = generateKeyPairSync('ed448').privateKey
  const sealedPkcs8 = pkcs8(generateKeyPairSync('ed25519').privateKey, 'open sesame')
  it.each<[what: string, text: string, passphrase: string | undefined, message: RegExp, remedy: RegExp]>([
    ['empty', '', undefined, /^ssh_private_key is empty/, /environment.*forks/],
    ['blank', ' \n ', undefined, /^ssh_private_key is empty/, /forks/],
    ['public', ed25519.publicLine, undefined, /^ssh_private_key is a public key/, /\.pub/],
    ['public RSA', pem.publicLine, undefined, /is a public key/, /\.pub/],
    [
      'public PEM',
      '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
      undefined,
      /is a public key/,
      /\.pub/,
    ],
    [
      'PuTTY',
      'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none',
      undefined,
      /PuTTY/,
      /puttygen key\.ppk -O private-openssh/,
    ],
    ['certificate', 'ssh-ed25519-cert-v01@openssh.com AAAAIHNz', undefined, /certificate/, /private key/],
    ['X.509', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', undefined, /certificate/, /./],
    [
      'sealed by chacha20',
      makeKey('-t ed25519 -a 1 -Z chacha20-poly1305@openssh.com', 'open sesame').text,
      'open sesame',
      /is encrypted in a way that cannot be read here/,
      /-Z aes256-ctr/,
    ],
    ['base64', base64, undefined, /base64 once more/, /base64 -d/],
    ['wrapped base64', base64.replace(/.{76}/g, '$&\n'), undefined, /base64 once more/, /base64 -d/],
    [
      'no first line',
      ed25519.text.split('\n').slice(1, -2).join('\n'),
      undefined,
      /first and last line/,
      /BEGIN/,
    ],
    ['cut short', half, undefined, /cut short/, /whole file/],
    ['file name', '~/.ssh/id_ed25519', undefined, /name of a file/, /text/],
    ['garbage', 'correct horse battery staple', undefined, /not a private key/, /BEGIN/],
    ['masked', '***', undefined, /not a private key/, /BEGIN/],
    ['damaged', flipped, undefined, /damaged/, /whole file/],
    ['odd characters', ed25519.text.replace('\n', '\n#'), undefined, /damaged/, /.?/],
    [
      'other PEM',
      '-----BEGIN DH PARAMETERS-----\nMIIB\n-----END DH PARAMETERS-----',
      undefined,
      /no private key/,
      /.?/,
    ],
    ['no passphrase', sealed.text, undefined, /is encrypted, and ssh_passphrase is empty/, /./],
    ['empty passphrase', sealed.text, '', /is encrypted, and ssh_passphrase is empty/, /./],
    ['no passphrase, PEM', sealedPem.text, undefined, /is encrypted, and ssh_passphrase is empty/, /./],
    ['no passphrase, PKCS#8', sealedPkcs8, undefined, /is encrypted, and ssh_passphrase is empty/, /./],
    [
      'wrong passphrase',
      sealed.text,
      'sesame',
      /^ssh_passphrase does not open ssh_private_key/,
      /ssh-keygen/,
    ],
    ['wrong passphrase, PEM', sealedPem.text, 'sesame', /^ssh_passphrase does not open/, /./],
    ['wrong passphrase, PKCS#8', sealedPkcs8, 'sesame', /^ssh_passphrase does not open/, /./],
    ['PKCS#8 of another kind', pkcs8(ed448), undefined, /type that SSH does not use: ed448/, /ssh-keygen -t/],
  ])('%s', (_what, text, passphrase, message, remedy) => {
    const failure = failureOf(() => readKey(text, passphrase))
    expect(failure.message).toMatch(message)
    expect(failure.detail.remedy ?? '').toMatch(remedy)
    const said = JSON.stringify([failure.message, failure.detail, String(failure.cause)])
    for (const piece of text.match(/[A-Za-z0-9+/]{24,}/g) ?? []) expect(said).not.toContain(piece)
    if (passphrase) expect(said).not.toContain(`"${passphrase}"`)
  })
})

describe('any damage to a key', () => {
  const lines = ed25519.text.trim().split('\n')
  const damaged = fc.oneof(
    fc.shuffledSubarray(lines, { minLength: 0 }).map((kept) => kept.join('\n')),
    fc
      .tuple(fc.nat(ed25519.text.length), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([at, piece]) => ed25519.text.slice(0, at) + piece + ed25519.text.slice(at + piece.length)),
    fc.nat(ed25519.text.length).map((end) => ed25519.text.slice(0, end)),
    fc.string({ unit: 'binary' }),
  )

  it('gives back the same key or a refusal that holds none of it', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        let read: string
        try {
          read = readKey(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
          const { message, detail } = error as Failure
          const said = JSON.stringify([message, detail])
          for (const line of lines.slice(1, -1)) expect(said).not.toContain(line.slice(0, 24))
          return
        }
        expect(sshPublic(read)).toBe(ed25519.blob.toString('base64'))
      }),
      { numRuns: 2_000 },
    )
  }, 30_000)
})

function failureOf(act: () => unknown): Failure {
  try {
    act()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('no failure')
}

// A tenth of a second each, on the only thread there is: a fleet has one key for all.
it('a key is opened once a run, not once a host, and so is one that does not open', () => {
  const { text } = makeKey('-t ed25519 -a 1', 'open sesame')
  const opening = vi.spyOn(ssh2.utils, 'parseKey')
  for (let host = 0; host < 3; host++) {
    const read = readKey(text, 'open sesame')
    expect(openedKey(read, 'open sesame').type).toBe('ssh-ed25519')
    expect(openKey(read, 'open sesame').type).toBe('ssh-ed25519')
  }
  expect(opening).toHaveBeenCalledTimes(1)
  for (let host = 0; host < 3; host++) {
    expect(() => readKey(text, 'open barley')).toThrow('ssh_passphrase does not open ssh_private_key')
  }
  expect(opening).toHaveBeenCalledTimes(2)
  opening.mockRestore()
})
