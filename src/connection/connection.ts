// The port: all that the rest of the action needs of a host is to start a command on it.

import type { Readable, Writable } from 'node:stream'

/** How a remote command ended. Both null: the connection was lost, so nobody knows. Success is `code === 0` only. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

/** How a command ended that nobody heard of. */
export const UNKNOWN: Exit = { code: null, signal: null }

/** A running remote command. stdout and stderr must be read or resumed, or the command stalls and `exit` never settles. */
export interface Channel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /**
   * Settles once the command ended or the connection was lost, maybe before its last output was read; never rejects. A daemon
   * that holds stdout delays it. After `close` it settles at once with what is known.
   */
  readonly exit: Promise<Exit>
  /** Lets go of the command at once; the host sees the end of its stdin. Safe to call twice. */
  close(): void
}

/** One authenticated connection to one host. */
export interface Connection extends AsyncDisposable {
  /**
   * Starts `command` in the login shell of the host's user; it must therefore survive any shell.
   * @param spare only where the server allows a channel beside those there are: no network connection is made for it.
   * @throws Failure when the connection is gone or the server refuses another channel.
   */
  exec(command: string, spare?: 'spare'): Promise<Channel>
  /** Whether a command may be as long as an argument of execve(2). */
  readonly longCommands: boolean
  /** How many network connections were made so far (1 unless a server allows one channel only). */
  readonly connections: number
  /** Milliseconds to the host and back, at most; null when nobody knows. */
  readonly roundTrip: number | null
}
