// Which keys a host may show, read from known_hosts text the way OpenSSH reads it.

import { createHash, createHmac } from 'node:crypto'
import { Failure } from '../failure.ts'
import { once } from './once.ts'
import { readerOf } from './wire.ts'

export interface HostKey {
  /** As named inside the key, e.g. `ssh-ed25519`. */
  readonly type: string
  /** The public key in SSH's wire format. */
  readonly blob: Buffer
}

interface Entry {
  readonly marker: 'revoked' | 'cert-authority' | undefined
  readonly matches: (name: string) => boolean
  readonly key: HostKey
}

export type KnownHosts = readonly Entry[]

/** What known_hosts says about one host. */
export interface Known {
  readonly accepted: readonly HostKey[]
  readonly revoked: readonly HostKey[]
  /** A `@cert-authority` line matches: the host may prove itself with a certificate. */
  readonly authority: boolean
}

const markers = new Map([
  ['@revoked', 'revoked'],
  ['@cert-authority', 'cert-authority'],
] as const)

/** @throws Failure that names `ssh_known_hosts`, the line's number and what is wrong with it. */
export const parseKnownHosts = once(
  (text: string): KnownHosts =>
    text.split(/\r\n|\n|\r/).flatMap((line, index) => {
      const words = line.trim().split(/[ \t]+/)
      if (words[0] === '' || words[0]?.startsWith('#')) return []
      return [parseEntry(words, index + 1)]
    }),
)

function parseEntry(words: readonly string[], line: number): Entry {
  const first = words[0] ?? ''
  const marker = markers.get(first as '@revoked' | '@cert-authority')
  if (first.startsWith('@') && marker === undefined) {
    throw malformed(line, 'starts with a marker other than @revoked and @cert-authority')
  }
  const [names, type, base64] = marker === undefined ? words : words.slice(1)
  if (names !== undefined && isKeyType(names)) {
    throw malformed(
      line,
      'is a public key without the name of its host',
      'Put the name of the host in front.',
    )
  }
  if (names === undefined || type === undefined || base64 === undefined) {
    throw malformed(line, 'has fewer than the three fields host, key type and key')
  }
  return { marker, matches: nameMatcher(names, line), key: parseHostKey(type, base64, line) }
}

function parseHostKey(type: string, base64: string, line: number): HostKey {
  const blob = Buffer.from(base64, 'base64')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || !isWhole(blob)) {
    throw malformed(line, 'has a key that is not base64, or cut short')
  }
  if (typeOf(blob) !== type) throw malformed(line, 'has a key of another type than it says')
  return { type, blob }
}

/** A public key is nothing but fields with their length in front; a cut one lacks the end of its last. */
function isWhole(blob: Buffer): boolean {
  const reader = readerOf(blob)
  while (reader.left > 0) reader.field()
  return blob.length > 0 && reader.left === 0
}

function nameMatcher(names: string, line: number): (name: string) => boolean {
  if (names.startsWith('|')) {
    const [, version, salt, hash] = names.split('|')
    const key = Buffer.from(salt ?? '', 'base64')
    const expected = Buffer.from(hash ?? '', 'base64')
    if (version !== '1' || key.length !== 20 || expected.length !== 20) {
      throw malformed(line, 'has a hashed host name that cannot be read')
    }
    return (name) => createHmac('sha1', key).update(name).digest().equals(expected)
  }
  const patterns = names.toLowerCase().split(',')
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(wildcard)
  const unwanted = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => wildcard(pattern.slice(1)))
  return (name) =>
    !unwanted.some((pattern) => pattern.test(name)) && wanted.some((pattern) => pattern.test(name))
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's')
}

function isKeyType(word: string): boolean {
  return /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-[\w-]+@openssh\.com)$/.test(word)
}

function malformed(line: number, problem: string, remedy?: string): Failure {
  return new Failure(`ssh_known_hosts: line ${line} ${problem}`, {
    remedy: remedy ?? 'A line is `host type key`, as `ssh-keyscan -H host` prints it.',
  })
}

/**
 * What is known of a host. A port other than 22 is looked up as `[host]:port` first and, as OpenSSH
 * does, by the bare name when nothing is found there.
 */
export function lookUp(known: KnownHosts, host: string, port: number): Known {
  const [full, bare] = [nameFor(host, port), nameFor(host, 22)]
  const isRevoked = ({ marker }: Entry) => marker === 'revoked'
  const exact = known.filter((entry) => !isRevoked(entry) && entry.matches(full))
  const trusted = exact.length > 0 ? exact : known.filter((entry) => !isRevoked(entry) && entry.matches(bare))
  const revoked = known.filter((entry) => isRevoked(entry) && (entry.matches(full) || entry.matches(bare)))
  return {
    accepted: trusted.filter((entry) => entry.marker === undefined).map((entry) => entry.key),
    revoked: revoked.map((entry) => entry.key),
    authority: trusted.some((entry) => entry.marker === 'cert-authority'),
  }
}

/** The name a host goes by in known_hosts: `host`, or `[host]:port` for another port than 22. */
export function nameFor(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** The line to add to known_hosts for a key, without line end. */
export function lineFor(host: string, port: number, blob: Buffer): string {
  return `${nameFor(host, port)} ${typeOf(blob)} ${blob.toString('base64')}`
}

/** A key's type as it stands in its wire format; empty when it is no key. */
export function typeOf(blob: Buffer): string {
  const length = readerOf(blob).number(4)
  return length > 64 ? '' : blob.toString('latin1', 4, 4 + length)
}

/** `SHA256:…` as `ssh-keygen -l` shows it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

const algorithms = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const

export type HostKeyAlgorithm = (typeof algorithms)[number]

/**
 * The host key algorithms to ask for, those of the known keys first: the client's order decides which key
 * the host shows, and a host asked for a key that is not known looks like an impostor. The others follow so that
 * a refusal can show the key that the host does have. RSA with SHA-1 is never asked for.
 */
export function hostKeyAlgorithms(keys: readonly HostKey[]): HostKeyAlgorithm[] {
  const types = new Set(keys.map((key) => key.type))
  const isKnown = (algorithm: string) => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm)
  return [...algorithms.filter(isKnown), ...algorithms.filter((algorithm) => !isKnown(algorithm))]
}
