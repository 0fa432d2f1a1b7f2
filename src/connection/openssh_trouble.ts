// Why OpenSSH could not connect, read from what it printed: the same Failures as those of the builtin client.

import { Failure } from '../failure.ts'
import { keyRefusal } from './host_key.ts'
import type { OpensshTarget, SshTarget } from './target.ts'
import { notLetIn, noWayOn, onTheWay, placeOf, type Trouble, unknownName, unreached } from './trouble.ts'

/** Lines of what was said. */
const SHOWN = 3

/** What one process of a route said. */
export interface Account {
  readonly target: OpensshTarget
  /** Its log at DEBUG1. */
  readonly log: string
}

/**
 * @param accounts of the hosts on the way, the nearest first, and of the host itself.
 * @param shown the host keys that were shown, as `KnownHostsCommand` noted them.
 */
export function explainOpenssh(accounts: readonly Account[], shown: string): Failure {
  const { target, log } = accounts.at(-1) as Account
  for (const [place, account] of accounts.entries()) {
    const failure = troubleOf(account, accounts[place + 1]?.target, shown)
    if (failure) return failure.detail.host === target.label ? failure : onTheWay(failure, target)
  }
  const said = spoken(log).slice(-SHOWN).join('; ') || 'it said nothing'
  return new Failure(`OpenSSH cannot connect to ${placeOf(target)}: ${said}`, {
    host: target.label,
    remedy: 'Its words are explained in ssh(1) and ssh_config(5).',
  })
}

const network: readonly (readonly [pattern: RegExp, trouble: Trouble])[] = [
  [/Temporary failure in name resolution|Try again/, 'lookup'],
  [/connect to (?:host|address) .*: Connection refused/, 'refused'],
  [/: (?:Connection|Operation) timed out|Connection to \S+ port \d+ timed out/, 'silent'],
  [/: No route to host|: Host is (?:down|unreachable)/, 'unroutable'],
  [/: Network is unreachable|: Cannot assign requested address/, 'network'],
  [/Connection reset by (?!.*authenticating)|: Connection reset by peer|: Broken pipe/, 'cut'],
  [/kex_exchange_identification|ssh_exchange_identification|banner exchange|Connection closed by/, 'closed'],
]

/** What is fatal in the log, if anything is; `next` is the host that this one was to lead to. */
function troubleOf(
  { target, log }: Account,
  next: SshTarget | undefined,
  shown: string,
): Failure | undefined {
  const detail = { host: target.label }
  const where = placeOf(target)
  if (
    next &&
    /stdio forwarding failed|open failed: (?:connect failed|administratively prohibited)/.test(log)
  ) {
    return noWayOn(next, target, /open failed: connect failed/.test(log))
  }
  // How this one ended, once it had let us in, comes of what happened to the next.
  if (next && /^Authenticated to /m.test(log)) return undefined
  if (/Host key verification failed|REVOKED HOST KEY/.test(log)) {
    return keyRefusal(target, lastShown(shown), /^.*Certificate invalid: (.*)$/m.exec(log)?.[1]?.trim())
  }
  const missing = /(?:command-line|config\S*|ssh_config) line (\d+): (.*)|Bad configuration option: .*/.exec(
    log,
  )
  if (missing && /terminating,|Bad configuration|bad configuration/.test(log)) {
    return new Failure(`ssh_config has a line that OpenSSH does not take: ${missing[0].trim()}`, detail)
  }
  const askpass = /ssh_askpass: exec\((.*)\): (.*)/.exec(log)
  if (askpass) {
    return new Failure(
      `OpenSSH cannot ask for ssh_password: ${askpass[1]} cannot be run (${askpass[2]?.trim()})`,
      {
        ...detail,
        remedy: 'Let TMPDIR be a directory of the runner where programs may run.',
      },
    )
  }
  if (/Permission denied|Too many authentication failures|No supported authentication methods/.test(log)) {
    return loginRefused(target, log)
  }
  const nothing = /(?:no matching|negotiate.*no matching) (.+?) found\. Their offer: (.*)/.exec(log)
  if (nothing) {
    const [, part = '', offered = ''] = nothing
    const offer = offered.trim().replace(/,?(?:kex-strict-s-v00@openssh\.com|ext-info-s)/g, '')
    return new Failure(`${where} and OpenSSH on the runner have no ${part} in common; it offers ${offer}`, {
      ...detail,
      remedy: 'Allow more algorithms in its sshd_config, or here in a file that `ssh_config` names.',
    })
  }
  if (/Could not resolve hostname .*(?:not known|No address|nodename nor servname)/.test(log)) {
    return unknownName(target)
  }
  const lines = spoken(log)
  const trouble = network.find(([pattern]) => pattern.test(lines.join('\n')))?.[1]
  // A ProxyCommand says itself what ails it.
  const others = lines.filter((line) => !network.some(([pattern]) => pattern.test(line)))
  return trouble && unreached(target, trouble, undefined, others.slice(-SHOWN))
}

function loginRefused(target: OpensshTarget, log: string): Failure {
  const offered = [...log.matchAll(/Offering public key: .*? (\S+) (SHA256:\S+)/g)]
  const keys = offered.map(([, type = '', print]) => `${typeNamed(type)} ${print}`)
  const methods = [...log.matchAll(/Next authentication method: (\S+)/g)].map(([, name = '']) => name)
  const others = [...new Set(methods)].filter((name) => name !== 'publickey')
  const tried = [...(keys.length > 0 ? [`publickey (${keys.join(', ')})`] : []), ...others]
  const takes = /Authentications that can continue: (\S+)/.exec(log)?.[1]?.split(',') ?? []
  const hope = target.certificate !== undefined ? 'certificate' : keys.length > 0 ? 'key' : 'password'
  return notLetIn(target, tried, takes, hope)
}

/** As it is called inside the key, where OpenSSH's short name tells. */
function typeNamed(short: string): string {
  const [, name = '', certificate = ''] = /^(.*?)(-CERT)?$/.exec(short) ?? []
  const plain = { ED25519: 'ssh-ed25519', RSA: 'ssh-rsa' }[name] ?? name
  return certificate ? `${plain} certificate` : plain
}

/** Without the debug lines, and what the host's operator greets with. */
function spoken(log: string): string[] {
  const lines = log.split(/\r?\n/).map((line) => line.trim())
  return lines.filter((line) => line !== '' && !/^debug\d: |^\*\*|^Warning: Permanently added/.test(line))
}

export interface Shown {
  /** The host as its key is looked up: `web1`, or `[web1]:2222`. */
  readonly name: string
  readonly blob: Buffer
}

function lastShown(shown: string): Shown | undefined {
  const lines = shown.split('\n').map((line) => line.split(' '))
  const [name, , base64] = lines.findLast(([, type]) => type !== undefined && type !== 'NONE') ?? []
  return name === undefined || base64 === undefined
    ? undefined
    : { name, blob: Buffer.from(base64, 'base64') }
}

/** What was under way, for a timeout. */
export function stageOf(log: string): string {
  if (/SSH2_MSG_SERVICE_ACCEPT/.test(log)) return 'at the login'
  if (/Connection established|Local version string/.test(log)) return 'in the key exchange'
  return 'before a connection was there'
}
