// `[user@]host[:port]`, taken apart. What is found here reaches ssh, so nothing doubtful passes.

import { isIPv6 } from 'node:net'
import { Problem, show } from './problem.ts'
import { userName } from './values/names.ts'
import { port } from './values/numbers.ts'

export interface Address {
  /** Host name or IP address in lower case, an IPv6 one without brackets; `local` for the runner. */
  readonly name: string
  readonly user: string | undefined
  readonly port: number | undefined
}

/** @throws Problem */
export function parseAddress(text: string): Address {
  refuseHabits(text)
  const at = text.lastIndexOf('@')
  const user = at === -1 ? undefined : userName(text.slice(0, at))
  const { host, portText } = splitPort(text.slice(at + 1))
  const name = hostName(host)
  return { name, user, port: portText === undefined ? undefined : portOf(portText) }
}

/** Forms of other tools, by what is meant. None of the text is shown: a URL may hold a password. */
function refuseHabits(text: string): void {
  const form = 'Write [user@]host[:port], such as deploy@web1.example.com'
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) throw new Problem('is a URL', `${form}.`)
  if (/[\s;]/.test(text.trim())) {
    throw new Problem('is more than one word', 'A host has no spaces in it; put commas between several.')
  }
  if (/:[/~]/.test(text)) {
    throw new Problem('holds a path', `${form}; the directory on the host is remote_dir.`)
  }
}

/** What two spellings of one host have in common. */
function sameness(name: string): string {
  if (!isAddress(name)) return name.replace(/\.$/, '')
  const [address = '', zone = ''] = name.split('%')
  return `${new URL(`http://[${address}]`).hostname}%${zone}`
}

/** A host by its name, as `Address` has it, and the port that counts there. */
interface Named {
  readonly name: string
  readonly port: number
}

/** The same for two ways to write one host, and one port. */
export function placeOf({ name, port }: Named): string {
  return name === 'local' ? name : `${sameness(name)} ${port}`
}

/** As people write it. */
export function nameWithPort({ name, port }: Named): string {
  if (name === 'local' || port === 22) return name
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
}

function splitPort(text: string): { host: string; portText: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text)
  if (bracketed !== null) {
    const [, host = '', portText] = bracketed
    if (isAddress(host)) return { host, portText }
    throw new Problem(
      `${show(host)} in brackets is not an IPv6 address`,
      'Only IPv6 addresses take brackets.',
    )
  }
  if (isAddress(text)) return { host: text, portText: undefined }
  const [host = '', ...rest] = text.split(':')
  return { host, portText: rest.length === 0 ? undefined : rest.join(':') }
}

function hostName(host: string): string {
  if (isAddress(host)) {
    const [address = '', zone] = host.split('%')
    return zone === undefined ? address.toLowerCase() : `${address.toLowerCase()}%${zone}`
  }
  if (host.startsWith('-')) {
    throw new Problem(`${show(host)} starts with a hyphen, like an option`, 'Write the name of a host.')
  }
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(host)) return host.toLowerCase()
  throw new Problem(
    host === '' ? 'the name of the host is missing' : `${show(host)} is not a host name or an address`,
    'Write [user@]host[:port]: letters, digits, dot, hyphen and underscore, or an IPv6 address in brackets.',
  )
}

function portOf(text: string): number {
  try {
    return port(text)
  } catch (error) {
    if (error instanceof Problem) throw new Problem(`the port ${error.message}`, error.remedy)
    throw error
  }
}

/** The colon is looked for first: what node finds an address by takes milliseconds to be made. */
function isAddress(text: string): boolean {
  return text.includes(':') && isIPv6(text) && /^[\da-fA-F:.]+(%[A-Za-z0-9._-]+)?$/.test(text)
}
