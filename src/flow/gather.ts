// `starting`: every host connected, probed and locked, and all that would stop the run told in one report.

import prettyBytes from 'pretty-bytes'
import { Failure, failureFrom } from '../failure.ts'
import { describeHolder } from '../host/lock.ts'
import { shareOf } from '../release/waves.ts'
import { count } from '../wording.ts'
import type { Context } from './context.ts'
import type { Course } from './course.ts'
import { eventLine } from './event.ts'
import { each, type Fleet, FleetFailure } from './fleet.ts'
import { runHooks } from './hook.ts'
import { obstacles, remarks } from './obstacles.ts'
import { recall } from './recall.ts'
import type { Station } from './station.ts'
import { timed } from './timeline.ts'

export interface Gathering {
  readonly access: 'look' | 'lock' | 'create'
  /** A release to compare with its index at once (session.ts, Opening). */
  readonly verify: string
}

/**
 * Opens all stations; those that cannot be reached are set aside as long as `min_hosts` answer. Two runs over the same hosts cannot
 * block each other: a run never waits for a lock while it holds one that comes later in the common order.
 * @throws FleetFailure when a host cannot be locked or worked on, or too few answer; nothing was changed then.
 */
export async function gather(course: Course, { access, verify }: Gathering): Promise<void> {
  const { context } = course
  const open = (station: Station, wait: number) =>
    orDropped(context.signal, station, station.open(access, wait, verify))
  const hooked = access !== 'look'
  if (hooked) await runHooks({ ...course, fleet: [] }, { when: 'before', point: 'starting' })
  await openAll(course, (station) => open(station, 0)).catch((error) => {
    if (!(error instanceof FleetFailure) || context.signal.aborted) throw error
    throw new FleetFailure('starting', [...error.failures, ...obstaclesOf(context, course.all)])
  })
  if (access !== 'look') await lockInOrder(context, course.fleet, open)
  const failures = obstaclesOf(context, course.fleet)
  if (failures.length > 0) throw new FleetFailure('starting', failures)
  for (const station of course.fleet) await greet(context, station, access)
  await recall(context, course.fleet)
  if (hooked) await runHooks(course, { when: 'before', point: 'starting' }, course.fleet, false)
}

/** A host that does not answer keeps nobody who is cancelled: whatever was begun there ends with the connection. */
async function orDropped(signal: AbortSignal, station: Station, opening: Promise<unknown>): Promise<void> {
  const drop = () => void station[Symbol.asyncDispose]()
  signal.addEventListener('abort', drop, { once: true })
  try {
    await opening
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', drop)
  }
}

function obstaclesOf(context: Context, fleet: Fleet): readonly Failure[] {
  const alone = fleet.every(({ state }) => !state || state.absent)
  return fleet.flatMap((station) => {
    const found = obstacles(context, station, alone)
    station.error ??= found[0]?.message ?? null
    return found
  })
}

/** A host that does not answer is a host less, when its owner allows it (`min_hosts`); it is brought level by a later run. */
async function openAll(course: Course, open: (station: Station) => Promise<void>): Promise<void> {
  const { context, all } = course
  try {
    await each(context, all, 'starting', open)
  } catch (error) {
    if (!(error instanceof FleetFailure) || context.signal.aborted) throw error
    const answering = all.filter((station) => station.connected)
    const silent = all.filter((station) => !station.connected)
    const enough = shareOf(context.settings.min_hosts, all.length)
    // A host that shows another key, or lets nobody in, is no dead host.
    const dead = error.failures.every((failure) => failure.detail.unreachable)
    if (
      !dead ||
      answering.length < enough ||
      answering.some((station) => station.error !== null) ||
      answering.length === 0
    )
      throw error
    course.fleet = answering
    for (const station of silent) {
      context.watch.warn(
        station.host.label,
        `set aside, as min_hosts allows: ${station.error ?? 'it does not answer'}`,
      )
    }
  }
}

/** What was found, and what is worth a look; a lock taken over from a dead run is told to the log. */
async function greet(context: Context, station: Station, access: Gathering['access']): Promise<void> {
  const { watch } = context
  const { label } = station.host
  watch.note(label, sight(station))
  watch.debug(label, details(station))
  for (const remark of remarks(station, context.settings.mode)) watch.warn(label, remark)
  const dead = station.state?.takenOver
  if (!dead || access === 'look') return
  const why = describeHolder(dead)
  watch.note(label, `took over the lock of a run that had died: ${why}`)
  await station.session.settle('', eventLine(context, 'lock taken over', { why }))
}

/** What was found, in a line. */
function sight({ state, layout, current }: Station): string {
  if (!state || state.absent) return `connected; ${layout.root} does not exist yet`
  const serves = current === null ? 'serves nothing yet' : `serves ${current}`
  const room = state.space === null ? '' : `, ${prettyBytes(state.space * 1024)} free`
  return `connected; ${serves}, ${count(state.disk.length, 'release')}${room}`
}

/** The rest of it, for who looks for a cause. */
function details({ state }: Station): string {
  if (!state) return 'nothing is known of it'
  const { rsync, missingTools, inodes, manifest, banner, takenOver } = state
  const left = state.incoming.length + state.leftovers.length
  return JSON.stringify({ rsync, missingTools, inodes, manifest, banner, takenOver, left })
}

async function lockInOrder(
  context: Context,
  fleet: Fleet,
  open: (station: Station, wait: number) => Promise<void>,
) {
  const order = [...fleet].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const deadline = Date.now() + context.settings.lock_timeout * 1000
  for (;;) {
    const first = order.findIndex((station) => isHeld(station))
    const held = order[first]
    if (!held) return
    await Promise.all(
      order.slice(first + 1).map((station) => (station.state?.locked ? station.release() : undefined)),
    )
    const left = Math.max(0, Math.ceil((deadline - Date.now()) / 1000))
    try {
      await timed(context, held, 'starting', () => open(held, left))
    } catch (error) {
      context.signal.throwIfAborted()
      throw new FleetFailure('starting', [failureFrom(error, { host: held.host.label, phase: 'starting' })])
    }
    if (isHeld(held)) throw new FleetFailure('starting', [heldTooLong(context, held)])
    await each(context, order.slice(first + 1), 'starting', (station) => open(station, 0))
  }
}

function orderOf({ host, layout }: Station): string {
  return [host.kind, host.name, String(host.port).padStart(5, '0'), layout.root].join(' ')
}

function isHeld({ state }: Station): boolean {
  return state !== null && !state.locked && state.held !== null
}

function textOf(held: string | null | undefined): string {
  return held?.replace(/^\d+ /, '') ?? ''
}

function heldTooLong(context: Context, station: Station): Failure {
  const holder = textOf(station.state?.held)
  const message = `another run holds the lock: ${describeHolder(holder)}`
  station.error ??= message
  return new Failure(message, {
    host: station.host.label,
    phase: 'starting',
    unchanged: 'Nothing was changed on any host.',
    remedy: `Wait for that run to end, or raise lock_timeout (${context.settings.lock_timeout} s). A dead run's lock frees itself.`,
  })
}
