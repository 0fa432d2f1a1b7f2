// What OpenSSH's client is told: its configuration file, and the arguments of each of its processes. No I/O.

import { SILENCE } from './silence.ts'
import { type OpensshTarget, routeTo } from './target.ts'

/** The files of one connection, all in a private directory. Its path is short: a socket's is at most 104 bytes long. */
export interface Files {
  readonly config: string
  readonly knownHosts: string
  /** The host keys that were shown, one a line: `name type base64`. */
  readonly shown: string
  readonly publicKey: string
  readonly certificate: string
  /** A copy of the user's own file. */
  readonly userConfig: string
  readonly agent: string
  readonly askpass: string
  readonly password: string
  /** The control socket. */
  readonly control: string
  /** What the process for the host at this place of the route has to say; the host itself is told on stderr. */
  hopLog(place: number): string
  channelLog(number: number): string
}

export function filesIn(dir: string): Files {
  return {
    config: `${dir}/config`,
    knownHosts: `${dir}/known_hosts`,
    shown: `${dir}/shown`,
    publicKey: `${dir}/key.pub`,
    certificate: `${dir}/key-cert.pub`,
    userConfig: `${dir}/ssh_config`,
    agent: `${dir}/a`,
    askpass: `${dir}/askpass`,
    password: `${dir}/p`,
    control: `${dir}/c`,
    hopLog: (place) => `${dir}/hop${place}.log`,
    channelLog: (number) => `${dir}/channel${number}.log`,
  }
}

/**
 * The file for `-F`, in place of the user's and the system's. The first word on a setting counts, so what the user's own
 * file says comes last. The host, its user and its port are arguments: with `ProxyJump` in the user's file, OpenSSH
 * reads this file for the host on the way too.
 */
export function configOf(target: OpensshTarget, files: Files): string {
  const { privateKey, password, agent, certificate, config } = target
  const strict = target.hostKeyChecking === 'strict'
  const methods = [
    'publickey',
    ...(config === undefined ? [] : ['gssapi-with-mic', 'hostbased']),
    ...(password === undefined ? [] : ['password', 'keyboard-interactive']),
  ]
  const own = privateKey !== undefined
  const socket = own ? files.agent : agent
  const lines = [
    // Known to newer versions only; without it, a refusal cannot show the line to paste.
    'IgnoreUnknown KnownHostsCommand,ForkAfterAuthentication,StdinNull,SessionType,ObscureKeystrokeTiming',
    'LogLevel DEBUG1',
    // Nobody is there to answer; the password is not asked of a terminal (see askpass.ts).
    `BatchMode ${password === undefined ? 'yes' : 'no'}`,
    'NumberOfPasswordPrompts 1',
    `PreferredAuthentications ${methods.join(',')}`,
    // The keys of an agent are tried all; a key that was given, and no other.
    ...(own || config === undefined ? [`IdentitiesOnly ${own ? 'yes' : 'no'}`] : []),
    ...(socket === undefined && config !== undefined ? [] : [`IdentityAgent ${quoted(socket ?? 'none')}`]),
    ...(own ? [`IdentityFile ${quoted(files.publicKey)}`] : []),
    // OpenSSH adds the keys in ~/.ssh where no other is named.
    'IdentityFile none',
    ...(certificate === undefined ? [] : [`CertificateFile ${quoted(files.certificate)}`]),
    'AddKeysToAgent no',
    `StrictHostKeyChecking ${strict ? 'yes' : 'no'}`,
    `UserKnownHostsFile ${strict ? quoted(files.knownHosts) : '/dev/null'}`,
    'GlobalKnownHostsFile /dev/null',
    `KnownHostsCommand /bin/sh -c ${quoted('echo "$1 $2 $3" >>"$0"')} ${quoted(files.shown)} %H %t %K`,
    'CheckHostIP no',
    'UpdateHostKeys no',
    'VerifyHostKeyDNS no',
    'NoHostAuthenticationForLocalhost no',
    'ForwardAgent no',
    'ForwardX11 no',
    'ClearAllForwardings yes',
    'PermitLocalCommand no',
    'RemoteCommand none',
    'RequestTTY no',
    'Tunnel no',
    'StdinNull no',
    'ForkAfterAuthentication no',
    'ControlMaster no',
    'ControlPath none',
    'ControlPersist no',
    'ConnectionAttempts 1',
    `ConnectTimeout ${Math.ceil(target.connectTimeout)}`,
    `ServerAliveInterval ${SILENCE.every}`,
    `ServerAliveCountMax ${SILENCE.times}`,
    ...(config === undefined ? [] : [`Include ${quoted(files.userConfig, 'as it is')}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** The arguments of the process that holds the connection: no command, and a socket for those that have one. */
export function masterArguments(target: OpensshTarget, files: Files): readonly string[] {
  return ['-M', '-N', '-T', '-S', plain(files.control), ...wayTo(target, files)]
}

/** The arguments of a process that has one command run through the socket, and never connects by itself. */
export function channelArguments(files: Files, number: number, command: string): readonly string[] {
  const options = ['LogLevel=DEBUG2', 'BatchMode=yes', 'IdentityFile=none', 'ProxyCommand=false']
  return [
    ...['-F', 'none', '-T', '-S', plain(files.control), '-E', files.channelLog(number)],
    ...options.flatMap((option) => ['-o', option]),
    // Behind the two hyphens OpenSSH takes nothing for an option, not even in front of the command.
    ...['--', 'host', command],
  ]
}

function wayTo(target: OpensshTarget, files: Files): string[] {
  const { jump } = target
  const through = jump === undefined ? [] : ['-o', `ProxyCommand=${proxyCommand(jump, files)}`]
  // Where a file of the user's may name the port, the one that everybody has by default says nothing.
  const port = target.config !== undefined && target.port === 22 ? [] : ['-p', String(target.port)]
  return ['-F', files.config, '-l', target.user, ...port, ...through, '--', target.name]
}

/** `ProxyJump` would read the file, but not know of the hop's own log. */
function proxyCommand(jump: OpensshTarget, files: Files): string {
  const log = files.hopLog(routeTo(jump).length - 1)
  const words = ['ssh', '-E', log, '-W', '[%h]:%p', ...wayTo(jump, files)]
  return words.map((word) => (word === '[%h]:%p' ? word : shellWord(word))).join(' ')
}

/** For the shell that starts a ProxyCommand, after OpenSSH has replaced what follows a percent sign. */
function shellWord(word: string): string {
  const literal = plain(word)
  return /^[\w./:=@-]+$/.test(literal) ? literal : `'${literal.replaceAll("'", "'\\''")}'`
}

/** A word of the configuration file; OpenSSH replaces what follows a percent sign in all but the names of files to include. */
function quoted(word: string, tokens: 'none' | 'as it is' = 'none'): string {
  const literal = tokens === 'none' ? plain(word) : word
  return `"${literal.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function plain(word: string): string {
  return word.replaceAll('%', '%%')
}
