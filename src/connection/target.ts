// One SSH host and all that is needed to log in to it.

export interface SshTarget {
  /** How the run calls the host. */
  readonly label: string
  /** Host name or address, without brackets. */
  readonly name: string
  readonly port: number
  readonly user: string
  /** As `readKey` gives it. */
  readonly privateKey?: string | undefined
  readonly passphrase?: string | undefined
  /** Also the answer to keyboard-interactive prompts. */
  readonly password?: string | undefined
  /** Path of the agent's socket. */
  readonly agent?: string | undefined
  /** known_hosts text. */
  readonly knownHosts: string | undefined
  readonly hostKeyChecking: 'strict' | 'off'
  /** Seconds for everything from the name's look-up to the login, retries included. */
  readonly connectTimeout: number
  /** Host to go through; its own `connectTimeout` does not count. */
  readonly jump?: SshTarget | undefined
}

/** What the OpenSSH client takes beside that; the hosts on the way share it. */
export interface OpensshTarget extends SshTarget {
  /** Text of a user certificate for the private key, or for one of the agent's. */
  readonly certificate?: string | undefined
  /** Path of a file of the user's own settings for OpenSSH. */
  readonly config?: string | undefined
}

/** The hosts that are gone through, the nearest first, and the host itself. */
export function routeTo(target: SshTarget): readonly SshTarget[] {
  return target.jump === undefined ? [target] : [...routeTo(target.jump), target]
}
