// What a run knows from its start to its end: settings, hosts, who runs it, and how to reach the world.

import type { Connection } from '../connection/connection.ts'
import type { Hook } from '../settings/hooks.ts'
import type { Host } from '../settings/hosts.ts'
import type { Settings } from '../settings/schema.ts'
import type { Watch } from './watch.ts'

/** Where a run comes from, as GitHub tells it; null outside of it. */
export interface Origin {
  readonly revision: string | null
  readonly ref: string | null
  readonly actor: string | null
  /** Which try of the workflow run this is, from 1. */
  readonly attempt: number
  /** URL of the workflow run. */
  readonly run: string | null
}

export interface Context {
  /** Unique, plain: names this run's temporary things on a host. */
  readonly id: string
  readonly settings: Settings
  readonly hosts: readonly Host[]
  readonly hooks: readonly Hook[]
  readonly origin: Origin
  readonly watch: Watch
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal
  readonly started: Date
  readonly connect: (host: Host, signal: AbortSignal) => Promise<Connection>
  /** On the runner, of the run's own. */
  readonly dir: string
}

/** Seconds since the run began. */
export function elapsed(context: Context): number {
  return Math.round((Date.now() - context.started.getTime()) / 10) / 100
}
