// The login: exactly the methods we have something for, and what to say when none is taken.

import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, ParsedKey } from 'ssh2'
import type { Failure } from '../failure.ts'
import { openedKey } from './key.ts'
import { fingerprint } from './known_hosts.ts'
import type { SshTarget } from './target.ts'
import { noLogin, notLetIn } from './trouble.ts'

type Ssh2 = typeof import('ssh2')

export interface Authentication {
  readonly handler: (
    left: AuthenticationType[] | null,
    partial: boolean | null,
    next: NextAuthHandler,
  ) => void
  /** It begins with a key that signs in one way only, whatever the server's ways are. */
  readonly isSelfContained: boolean
  /** Whether the server turned a method down. */
  readonly refused: boolean
  failure(cause: unknown): Failure
}

interface Method {
  /** What the server calls it. */
  readonly name: string
  readonly auth: AnyAuthMethod
  readonly selfContained?: boolean
  describe(): string
}

/** @throws Failure when there is nothing to log in with. */
export function authentication(target: SshTarget, ssh2: Ssh2): Authentication {
  const methods = methodsOf(target, ssh2)
  if (methods.length === 0) {
    throw noLogin(target)
  }
  const tried: Method[] = []
  let offered: readonly string[] | undefined
  let refused = false
  return {
    handler(left, partial, next) {
      if (left) offered = left
      if (left && !partial) refused = true
      const method = methods.find((each) => !tried.includes(each) && (offered?.includes(each.name) ?? true))
      if (method) tried.push(method)
      // ssh2 takes false for "no more", which its types do not know.
      next(method?.auth ?? (false as unknown as AuthenticationType))
    },
    isSelfContained: methods[0]?.selfContained === true,
    get refused() {
      return refused
    },
    failure: (cause) => refusal(target, tried, offered, cause),
  }
}

function methodsOf(target: SshTarget, ssh2: Ssh2): Method[] {
  const { user: username, password } = target
  const methods: Method[] = []
  if (target.privateKey !== undefined) {
    const key = openedKey(target.privateKey, target.passphrase)
    const describe = () => `publickey (${describeKey(key)})`
    const selfContained = key.type !== 'ssh-rsa'
    methods.push({ name: 'publickey', auth: { type: 'publickey', username, key }, selfContained, describe })
  }
  if (target.agent !== undefined) methods.push(agentMethod(username, target.agent, ssh2))
  if (password !== undefined) {
    methods.push({
      name: 'password',
      auth: { type: 'password', username, password },
      describe: () => 'password',
    })
    const prompt: (
      ...args: [string, string, string, { echo?: boolean }[], (answers: string[]) => void]
    ) => void = (...[, , , prompts, finish]) => finish(prompts.map(({ echo }) => (echo ? '' : password)))
    const name = 'keyboard-interactive'
    methods.push({ name, auth: { type: name, username, prompt }, describe: () => name })
  }
  return methods
}

/** An agent that is gone counts as one without keys: other methods may still do. */
function agentMethod(username: string, path: string, ssh2: Ssh2): Method {
  let state = 'not reached'
  class Agent extends ssh2.OpenSSHAgent {
    override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
      super.getIdentities((error: Error | null | undefined, keys) => {
        const usable = (keys ?? []).filter((key): key is ParsedKey => 'getPublicSSH' in key)
        state = error ? `does not answer at ${path}` : usable.map(describeKey).join(', ') || 'holds no key'
        callback(undefined, error ? [] : usable)
      })
    }
  }
  const describe = () => `the agent's keys (${state})`
  return { name: 'publickey', auth: { type: 'agent', username, agent: new Agent(path) }, describe }
}

function describeKey(key: ParsedKey): string {
  return `${key.type} ${fingerprint(key.getPublicSSH())}`
}

function refusal(
  target: SshTarget,
  tried: Method[],
  offered: readonly string[] | undefined,
  cause: unknown,
): Failure {
  const withKey = tried.some((method) => method.name === 'publickey')
  const described = tried.map((method) => method.describe())
  return notLetIn(target, described, offered ?? [], withKey ? 'key' : 'password', cause)
}
