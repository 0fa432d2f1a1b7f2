import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fingerprint,
  hostKeyAlgorithms,
  lineFor,
  lookUp,
  parseKnownHosts,
} from '../../src/connection/known_hosts.ts'
import { Failure } from '../../src/failure.ts'
import { hashNames, makeKey } from './keygen.ts'

const ed25519 = makeKey('-t ed25519')
const rsa = makeKey('-t rsa -b 2048')
const ecdsa = makeKey('-t ecdsa -b 384')
const key = ed25519.publicLine

function accepted(text: string, host: string, port = 22): string[] {
  return lookUp(parseKnownHosts(text), host, port).accepted.map(({ type }) => type)
}

describe('a host is found', () => {
  it.each<[what: string, names: string, host: string, port: number, found: boolean]>([
    ['by its name', 'web1', 'web1', 22, true],
    ['whatever the case', 'Web1.Example.com', 'WEB1.example.COM', 22, true],
    ['not by another name', 'web1', 'web2', 22, false],
    ['not by a part of its name', 'web1', 'web1.example.com', 22, false],
    ['in a list', 'web1,web2,10.0.0.1', '10.0.0.1', 22, true],
    ['by IPv6 address', '2001:db8::1', '2001:db8::1', 22, true],
    ['by address and port', '[2001:db8::1]:2222', '2001:db8::1', 2222, true],
    ['by name and port', '[web1]:2222', 'web1', 2222, true],
    ['not on another port', '[web1]:2222', 'web1', 2223, false],
    ['not on the default port', '[web1]:2222', 'web1', 22, false],
    ['by its bare name on another port, as OpenSSH does', 'web1', 'web1', 2222, true],
    ['by *', '*.example.com', 'a.b.example.com', 22, true],
    ['by ?', 'web?.example.com', 'web1.example.com', 22, true],
    ['with . meaning a dot', 'web1.example.com', 'web1xexample.com', 22, false],
    ['unless negated', '*.example.com,!db.example.com', 'db.example.com', 22, false],
    ['beside a negation', '*.example.com,!db.example.com', 'web.example.com', 22, true],
    ['not by a negation alone', '!db', 'web', 22, false],
    ['by a pattern with a port', '[*.example.com]:2222', 'web.example.com', 2222, true],
  ])('%s: %s', (_what, names, host, port, found) => {
    expect(accepted(`${names} ${key}\n`, host, port)).toEqual(found ? ['ssh-ed25519'] : [])
  })

  it.each([
    ['web1', 22],
    ['web1', 2222],
    ['2001:db8::1', 22],
  ])('under a hashed name: %s port %d', (host, port) => {
    const hashed = hashNames(`other ${rsa.publicLine}\n${lineFor(host, port, ed25519.blob)}\n`)
    // A key holds any letters.
    for (const line of hashed.trim().split('\n')) expect(line.split(' ')[0]).not.toContain(host)
    expect(accepted(hashed, host, port)).toEqual(['ssh-ed25519'])
    expect(accepted(hashed, `not-${host}`, port)).toEqual([])
  })

  it('with all its keys, and the exact port first', () => {
    const text = `web1 ${key}\nweb1 ${ecdsa.publicLine}\n[web1]:2222 ${rsa.publicLine}\n`
    expect(accepted(text, 'web1')).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp384'])
    expect(accepted(text, 'web1', 2222)).toEqual(['ssh-rsa'])
  })
})

describe('text', () => {
  it('may have CRLF, comments, blank lines, tabs, and a comment after the key', () => {
    const text = `# scanned\r\n\r\n  \r\nweb1\t${key} someone@somewhere\r\n# end`
    expect(accepted(text, 'web1')).toEqual(['ssh-ed25519'])
  })

  it.each(['', '\n', '# only a comment\n'])('may say nothing: %j', (text) => {
    expect(accepted(text, 'web1')).toEqual([])
  })

  it('marks revoked keys and certificate authorities', () => {
    const text = `@revoked * ${key}\n@cert-authority *.example.com ${rsa.publicLine}\n`
    const known = lookUp(parseKnownHosts(text), 'web1.example.com', 2222)
    expect(known.accepted).toEqual([])
    expect(known.revoked.map(({ blob }) => fingerprint(blob))).toEqual([ed25519.fingerprint])
    expect(known.authority).toBe(true)
    expect(lookUp(parseKnownHosts(text), 'web1', 22).authority).toBe(false)
  })

  it('is looked up by port although a revoked key stands under the port', () => {
    const text = `@revoked [web1]:2222 ${rsa.publicLine}\nweb1 ${key}\n`
    expect(accepted(text, 'web1', 2222)).toEqual(['ssh-ed25519'])
  })

  const [type = '', base64 = ''] = key.split(' ')
  it.each<[problem: string, line: string]>([
    ['fewer than the three fields', 'web1'],
    ['fewer than the three fields', `web1 ${base64}`],
    ['without the name of its host', key],
    ['marker other than', `@trusted web1 ${key}`],
    ['not base64', `web1 ${type} SHA256:${base64.slice(0, 20)}`],
    ['not base64', `web1 ${type} !${base64}`],
    ['not base64', `web1 ${type} ${base64.slice(0, 20)}!${base64.slice(20)}`],
    ['not base64', `web1 ${type} ${base64}!`],
    ['another type', `web1 ssh-rsa ${base64}`],
    ['cut short', `web1 1024 65537 1234567890123456`],
    ['cut short', `web1 ${type} ${base64.slice(0, -8)}`],
    ['hashed host name', `|1|abc|def ${key}`],
    ['hashed host name', `|2|AAAA|BBBB ${key}`],
  ])('is refused with its line number: %s', (problem, line) => {
    const parse = () => parseKnownHosts(`# first\nweb0 ${key}\n${line}\n`)
    expect(parse).toThrow(Failure)
    expect(parse).toThrow(/^ssh_known_hosts: line 3 /)
    expect(parse).toThrow(problem)
  })
})

describe('any text', () => {
  const words = fc.constantFrom(
    ...[
      'web1',
      '[web1]:22',
      '*',
      '!web1',
      '|1|',
      '|1|a|b',
      '@revoked',
      '@cert-authority',
      '#',
      ',',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '=',
    ],
    ...key.split(' ').slice(0, 2),
    rsa.publicLine,
  )
  const texts = fc.oneof(
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join('')),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join(' ')),
    fc.string({ unit: 'binary' }),
  )

  it('is either read or refused with a line number, and vouches for no key that it does not hold', () => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom('web1', 'web2', ''),
        fc.constantFrom(22, 2222),
        (text, host, port) => {
          try {
            for (const { blob } of lookUp(parseKnownHosts(text), host, port).accepted) {
              expect(text.replaceAll(/\s/g, '')).toContain(blob.toString('base64'))
            }
          } catch (error) {
            expect(error).toBeInstanceOf(Failure)
            expect((error as Failure).message).toMatch(/^ssh_known_hosts: line \d+ /)
          }
        },
      ),
      { numRuns: 5_000 },
    )
  })
})

describe('keys', () => {
  it.each([ed25519, rsa, ecdsa])('have the fingerprint that ssh-keygen shows', (made) => {
    expect(fingerprint(made.blob)).toBe(made.fingerprint)
  })

  it('make a line that is read back', () => {
    for (const port of [22, 2222]) {
      const text = lineFor('Web1', port, rsa.blob)
      const [found] = lookUp(parseKnownHosts(text), 'web1', port).accepted
      expect(found?.blob.equals(rsa.blob)).toBe(true)
    }
    expect(lineFor('web1', 2222, ed25519.blob)).toBe(`[web1]:2222 ${key.split(' ').slice(0, 2).join(' ')}`)
  })

  it('known ones are asked for first, RSA never with SHA-1', () => {
    const [known] = lookUp(parseKnownHosts(`web1 ${rsa.publicLine}`), 'web1', 22).accepted
    if (!known) throw new Error('not found')
    expect(hostKeyAlgorithms([known]).slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
    expect(hostKeyAlgorithms([])[0]).toBe('ssh-ed25519')
    expect(hostKeyAlgorithms([known])).not.toContain('ssh-rsa')
  })
})
