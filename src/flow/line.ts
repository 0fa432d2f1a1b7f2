// The connection to a host with the session on it: one of each at a time, and what all of them have cost.

import type { Connection } from '../connection/connection.ts'
import type { Session } from '../host/questions.ts'
import { startSession } from '../host/session.ts'
import type { Layout } from '../release/layout.ts'
import type { Host } from '../settings/hosts.ts'
import type { Context } from './context.ts'

export interface Line {
  /** @throws Error when there is none. */
  readonly connection: Connection
  /** @throws Error when there is none. */
  readonly session: Session
  readonly connected: boolean
  /** Of all connections there were, and of all sessions. */
  readonly connections: number
  readonly roundTrips: number
  /** What is missing of both. @param touched whether it was switched: it is then reached again also when the run is cancelled. */
  open(touched: boolean): Promise<{ readonly connection: Connection; readonly session: Session }>
  /** Frees the lock; the connection stays. @param wait until the host has heard of it. */
  endSession(wait: boolean): Promise<void>
  close(): Promise<void>
}

export function createLine(context: Context, host: Host, layout: Layout): Line {
  let connection: Connection | undefined
  let session: Session | undefined
  const spent = { connections: 0, roundTrips: 0 }
  return {
    get connection() {
      if (!connection) throw new Error(`${host.label} is not connected`)
      return connection
    },
    get session() {
      if (!session) throw new Error(`${host.label} has no session`)
      return session
    },
    get connected() {
      return connection !== undefined
    },
    get connections() {
      return spent.connections + (connection?.connections ?? 0)
    },
    get roundTrips() {
      return spent.roundTrips + (session?.roundTrips ?? 0)
    },
    async open(touched) {
      const { log_file: logFile, become } = host.settings
      // It may have to be put back.
      const signal = touched ? new AbortController().signal : context.signal
      connection ??= await context.connect(host, signal)
      const onUnlogged = () =>
        context.watch.warn(
          host.label,
          `${logFile} (log_file) cannot be written: the events of this run are not in it`,
        )
      const { label, user } = host
      const patience = host.settings.connect_timeout
      const told = { label, user, logFile, become, patience, onUnlogged }
      session ??= startSession(connection, told, layout, context.id)
      return { session, connection }
    },
    async endSession(wait) {
      const old = session
      session = undefined
      if (!old) return
      spent.roundTrips += old.roundTrips
      await old.end(wait)
    },
    async close() {
      await this.endSession(false)
      const old = connection
      connection = undefined
      if (!old) return
      spent.connections += old.connections
      await old[Symbol.asyncDispose]()
    },
  }
}
