// The locks of a fleet: had by all hosts or waited for, in one order.

import { setTimeout } from 'node:timers/promises'
import { Failure, failureFrom } from '../failure.ts'
import { describeHolder } from '../host/lock.ts'
import { isHeld } from '../host/state.ts'
import type { Context } from './context.ts'
import { each, type Fleet, FleetFailure } from './fleet.ts'
import type { Station } from './station.ts'
import { timed } from './timeline.ts'

/**
 * Seconds to wait for a lock while others are held. Who names the same places in another way has another order, and may wait for one of
 * these: at the end of a turn, which has no fixed length, they are let go for longer than a host takes to try again (lock.sh).
 */
const TURN = 15
const PAUSE = 2500

/**
 * Locks all that are not locked yet. Two runs over the same hosts cannot block each other: a run never waits for a lock while it holds one
 * that comes later in the common order, and for none for long while it holds others.
 * @throws FleetFailure when one is not to be had within `lock_timeout`.
 */
export async function lockInOrder(
  context: Context,
  fleet: Fleet,
  open: (station: Station, wait: number) => Promise<void>,
) {
  const order = [...fleet].sort((a, b) => (lockOrder(a) < lockOrder(b) ? -1 : 1))
  const deadline = Date.now() + context.settings.lock_timeout * 1000
  for (;;) {
    const first = order.findIndex(({ state }) => isHeld(state))
    const held = order[first]
    if (!held) return
    await Promise.all(
      order.slice(first + 1).map((station) => (station.state?.locked ? station.release() : undefined)),
    )
    // It was asked once already.
    if (context.settings.lock_timeout === 0) throw new FleetFailure('starting', [heldTooLong(context, held)])
    const left = Math.max(0, Math.ceil((deadline - Date.now()) / 1000))
    const turn = first === 0 ? left : Math.min(left, Math.ceil(TURN * (1 + Math.random())))
    try {
      await timed(context, held, 'starting', () => open(held, turn))
    } catch (error) {
      context.signal.throwIfAborted()
      throw new FleetFailure('starting', [failureFrom(error, { host: held.host.label, phase: 'starting' })])
    }
    if (isHeld(held.state) && turn === left) throw new FleetFailure('starting', [heldTooLong(context, held)])
    if (isHeld(held.state)) await letGo(context, order.slice(0, first))
    const others = isHeld(held.state) ? order.slice(0, first) : order.slice(first + 1)
    await each(context, others, 'starting', (station) => open(station, 0))
  }
}

async function letGo(context: Context, stations: Fleet): Promise<void> {
  await Promise.all(stations.map((station) => station.release()))
  await setTimeout(PAUSE, undefined, { signal: context.signal }).catch(() => context.signal.throwIfAborted())
}

function lockOrder({ host, layout }: Station): string {
  return [host.kind, host.name, String(host.port).padStart(5, '0'), layout.root].join(' ')
}

function heldTooLong(context: Context, station: Station): Failure {
  const message = `another run holds the lock: ${describeHolder(station.state?.held ?? '')}`
  station.error ??= message
  return new Failure(message, {
    host: station.host.label,
    phase: 'starting',
    unchanged: 'Nothing was changed on any host.',
    remedy: `Wait for that run to end, cancel it, or raise lock_timeout (${context.settings.lock_timeout} s). A dead run's lock frees itself.`,
  })
}
