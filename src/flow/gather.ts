// `starting`: every host connected, probed and locked, and all that would stop the run told in one report.

import prettyBytes from 'pretty-bytes'
import { Failure, failureFrom } from '../failure.ts'
import { describeHolder } from '../host/lock.ts'
import type { Context } from './context.ts'
import { each, type Fleet, FleetFailure } from './fleet.ts'
import { obstacles, remarks } from './obstacles.ts'
import type { Station } from './station.ts'

export interface Gathering {
  readonly access: 'look' | 'lock' | 'create'
  /** A release to compare with its index at once (session.ts, Opening). */
  readonly verify: string
}

/**
 * Opens all stations. Two runs over the same hosts cannot block each other: a run never waits for a lock while it holds one that comes
 * later in the common order.
 * @throws FleetFailure when a host cannot be reached, locked, or worked on; nothing was changed then.
 */
export async function gather(context: Context, fleet: Fleet, { access, verify }: Gathering): Promise<void> {
  const open = (station: Station, wait: number) => station.open(access, wait, verify).then(() => undefined)
  await each(context, fleet, 'starting', (station) => open(station, 0))
  if (access !== 'look') await lockInOrder(context, fleet, open)
  const failures = fleet.flatMap((station) => {
    const found = obstacles(context, station)
    station.error ??= found[0]?.message ?? null
    return found
  })
  if (failures.length > 0) throw new FleetFailure('starting', failures)
  for (const station of fleet) {
    context.watch.note(station.host.label, sight(station))
    for (const remark of remarks(station)) context.watch.warn(station.host.label, remark)
  }
}

/** What was found, in a line. */
function sight({ state, layout, current }: Station): string {
  if (!state || state.absent) return `connected; ${layout.root} does not exist yet`
  const serves = current === null ? 'serves nothing yet' : `serves ${current}`
  const room = state.space === null ? '' : `, ${prettyBytes(state.space * 1024)} free`
  return `connected; ${serves}, ${state.disk.length} releases${room}`
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
      await open(held, left)
    } catch (error) {
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

function heldTooLong(context: Context, station: Station): Failure {
  const holder = station.state?.held?.replace(/^\d+ /, '') ?? ''
  const message = `another run holds the lock: ${describeHolder(holder)}`
  station.error ??= message
  return new Failure(message, {
    host: station.host.label,
    phase: 'starting',
    unchanged: 'Nothing was changed on any host.',
    remedy: `Wait for that run to end, or raise lock_timeout (${context.settings.lock_timeout} s). A dead run's lock frees itself.`,
  })
}
