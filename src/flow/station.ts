// One host for the length of a run: its connection, its session, what was seen there, and what the run did to it.

import type { Connection } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import type { Session } from '../host/questions.ts'
import type { HostState } from '../host/state.ts'
import { historyOf, type Position, type Release } from '../release/history.ts'
import { type Layout, layoutOf, linkedPaths } from '../release/layout.ts'
import { type Entry, nameOf } from '../release/manifest.ts'
import type { Host } from '../settings/hosts.ts'
import { isOneOf, preparing, uploading } from '../settings/mode.ts'
import { contentKey } from '../transfer/content.ts'
import { awaitShell, type Shell } from '../transfer/shell.ts'
import type { Context } from './context.ts'
import { hearHolders, holderAt } from './holding.ts'
import { createLine } from './line.ts'
import type { Ahead } from './order.ts'
import type { Span } from './result.ts'

export interface Station extends AsyncDisposable {
  readonly host: Host
  readonly layout: Layout
  readonly connection: Connection
  readonly session: Session
  /** As the session found it; null before that. */
  state: HostState | null
  /** The manifest's records as this run leaves them. */
  entries: readonly Entry[]
  /** What it served when it was last looked at before the run switched it; left out before that. */
  before?: string | null
  /** What the link serves now, as far as is known; null for nothing or a place that is no release. */
  current: string | null
  /** The record of the release that this run put into releases/ here; null before that. */
  placed: Entry | null
  /** The release that the host has made ready to be switched to, when nothing was changed there since; null for none. */
  armed: string | null
  /** Whether a command ran there: what a release is may have changed since it was proven whole. */
  stirred: boolean
  /** Whether the release it goes back to was brought back to it by this run. */
  restored: boolean
  /** What it was told to do after its release is placed, in the same breath; null for nothing. */
  ahead: Ahead | null
  /** Whether the link may have been switched: it was asked for, whatever the answer. */
  touched: boolean
  /** Whether it was switched and then put back to what it served before. */
  putBack: boolean
  error: string | null
  bytesSent: number
  filesChanged: number
  /** Seconds that it was at work for, and not waiting for others. */
  busy: number
  /** What it spent its time on (timeline.ts). */
  spans: readonly Span[]
  readonly connected: boolean
  readonly connections: number
  readonly roundTrips: number
  /** Opens the session, by a new connection where the old one is gone, and notes what it finds. */
  open(access: 'look' | 'lock' | 'create', wait: number, verify: string): Promise<HostState>
  /** What the host has offered an upload to begin with, once: what is not used of it is gone. */
  takeOffer(): Buffer | null
  /** The shell that was asked for ahead for an upload, once. */
  takeWaiting(): Shell | undefined
  /** Ends the session, which frees the lock; the connection stays. */
  release(): Promise<void>
  /** The same without waiting until the host has heard of it. */
  leave(): Promise<void>
}

/** What the records of a host, and what goes from it, are worked out from. */
export type Standing = Pick<
  Station,
  'host' | 'layout' | 'state' | 'entries' | 'before' | 'current' | 'placed'
>

export function createStation(context: Context, host: Host): Station {
  const layout = layoutOf(host.settings)
  const line = createLine(context, host, layout)
  let reached = false
  let waiting: Shell | undefined
  let offer: Buffer | null = null
  // Whether an upload has: what the host offered is used, or gone.
  let began = false
  const { mode, dry_run, artifact_cache } = context.settings
  const uploads = isOneOf(uploading, mode) && !dry_run
  // What an upload needs is asked for where one is only weighed, too, and where a rollback may bring a release back.
  const surveys = isOneOf(preparing, mode) || (mode === 'rollback' && artifact_cache)
  const holder = holderAt(context)
  const hear = hearHolders(context, host, holder)
  const shared = linkedPaths(host.settings).map(({ kind, path }) => `${kind}:${path}`)
  return {
    host,
    layout,
    state: null,
    entries: [],
    current: null,
    placed: null,
    armed: null,
    stirred: false,
    restored: false,
    ahead: null,
    touched: false,
    putBack: false,
    error: null,
    bytesSent: 0,
    filesChanged: 0,
    busy: 0,
    spans: [],
    get connection() {
      return line.connection
    },
    get session() {
      return line.session
    },
    get connected() {
      return line.connected
    },
    get connections() {
      return line.connections
    },
    get roundTrips() {
      return line.roundTrips
    },
    async open(access, wait, verify) {
      const { onHeld, doubled } = hear(wait)
      let twice: unknown
      doubled.catch((error) => {
        twice = error
      })
      const ask = async () => {
        const { session, connection } = await line.open(this.touched)
        const opening = session.open({
          access,
          wait,
          holder,
          verify,
          shared,
          onHeld,
          uploads: surveys,
          contentKey: uploads && !began ? keyOf(context, host) : '',
        })
        // An upload is likely to come: its shell is asked for in the same breath.
        if (uploads && !reached) waiting = awaitShell(connection, host.settings.become)
        reached = true
        return Promise.race([opening, doubled])
      }
      const disconnect = () => {
        waiting = undefined
        return line.close()
      }
      const state = await ask().catch(async (error) => {
        if (error instanceof Failure && error.detail.unreachable) await disconnect()
        // A session that had ended by itself is worth one fresh connection; a first failure and a lock that will not come free are not.
        if (!this.state || error === twice || (context.signal.aborted && !this.touched)) throw error
        await disconnect()
        return ask()
      })
      this.state = state
      this.armed = state.armed
      offer = state.offer ? shareOffer(state.offer) : null
      this.entries = state.entries
      this.current = state.current
      if (!this.touched) this.before = state.current
      return state
    },
    takeOffer() {
      const taken = offer
      offer = null
      began = true
      return taken
    },
    takeWaiting() {
      const taken = waiting
      waiting = undefined
      return taken
    },
    release: () => line.endSession(true),
    leave: () => line.endSession(false),
    async [Symbol.asyncDispose]() {
      await line.close()
    },
  }
}

/** What the hashes on the host must have been made with to be of use; empty when they are of none. */
function keyOf({ settings }: Context, { settings: own }: Host): string {
  return contentKey({
    dedupe: own.dedupe,
    plain: (settings.rsync_flags ?? []).length === 0,
    dirPermissions: own.dir_permissions,
    filePermissions: own.file_permissions,
  })
}

let lastOffer: Buffer | undefined

/** The hosts of a fleet mostly hold the same: it is kept once. */
function shareOffer(offer: Buffer): Buffer {
  if (!lastOffer?.equals(offer)) lastOffer = offer
  return lastOffer
}

/** What the link of a station that was not switched leads to, as people are told: a release, or another place. */
export function leadsTo({ state, current }: Pick<Station, 'state' | 'current'>): string {
  return current ?? (state?.dangling ? null : state?.link) ?? 'nothing'
}

/** A station's releases as they now are. */
export function historyAt(station: Omit<Standing, 'host' | 'layout'>): readonly Release[] {
  const { state } = station
  if (!state) return []
  return historyOf({ ...state, disk: diskOf(station), entries: station.entries, current: station.current })
}

export function positionOf(station: Station): Position {
  return { host: station.host.label, history: historyAt(station), current: station.current }
}

function diskOf({ state, placed }: Pick<Standing, 'state' | 'placed'>): readonly string[] {
  const disk = state?.disk ?? []
  const name = placed ? nameOf(placed) : undefined
  return name === undefined || disk.includes(name) ? disk : [...disk, name]
}
