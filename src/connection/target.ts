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
