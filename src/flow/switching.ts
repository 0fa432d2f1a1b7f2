// `publishing` and `published`, wave by wave: the next wave only when the last one is switched, served and healthy.

import { historyOf, previousOf } from '../release/history.ts'
import { linkText } from '../release/layout.ts'
import { type Entry, renderManifest } from '../release/manifest.ts'
import { unfinished } from '../release/transition.ts'
import { wavesOf } from '../release/waves.ts'
import { count } from '../wording.ts'
import type { Context } from './context.ts'
import { type Course, undisturbed } from './course.ts'
import { type EventDetail, type EventName, eventLine } from './event.ts'
import { each, type Fleet } from './fleet.ts'
import { checkHealth } from './health.ts'
import type { Order } from './order.ts'
import { phase } from './phase.ts'
import { publish } from './publish.ts'
import { isFinished } from './rerun.ts'
import { leadsTo, type Standing, type Station } from './station.ts'
import { renewWhole } from './whole.ts'

export interface Switch {
  readonly release: string
  readonly event: EventName
  /** The records of a station with the release live in them. */
  readonly entries: (station: Standing) => readonly Entry[]
  readonly detail: (station: Station) => EventDetail
  /** Hosts that serve the release do so by an earlier attempt, of which nobody knows how far it came. */
  readonly again?: boolean
}

/** What switching `station` takes, as it is or as it will `stand` by then. A damaged manifest is left alone. */
export function orderFor(context: Context, station: Station, task: Switch, stand: Standing = station): Order {
  const { release, event } = task
  const { state, layout, current } = stand
  // What is left of a rollback's second attempt is known without (rerun.ts).
  const made = task.entries(stand)
  const entries = event === 'rollback' ? made : unfinished(made, release)
  const disk = [...new Set([...(state?.disk ?? []), release])]
  const history = historyOf({ entries, disk, records: state?.records ?? [], current: release })
  return {
    publication: {
      link: linkText(layout, release),
      release,
      previous: previousOf(history, release) ?? '',
      manifest: state?.damage ? '' : renderManifest(entries),
      event: eventLine(context, event, { from: current, to: release, ...task.detail(station) }),
    },
    entries,
  }
}

/** @throws FleetFailure; which hosts may have been switched then, their `touched` says. */
export async function switchFleet(course: Course, task: Switch): Promise<void> {
  const { context, fleet } = course
  const leaving = fleet.filter((station) => station.current !== task.release)
  const waves = wavesOf(leaving, context.settings.waves)
  if (leaving.length === 0)
    context.watch.note(undefined, `${task.release} is served everywhere already: nothing is switched`)
  // What an earlier attempt had switched may have failed in what follows a switch: that is due there still, before anybody else goes.
  const due = fleet.filter(
    (station) => !leaving.includes(station) && (task.again || !isFinished(station, task.release)),
  )
  if (due.length > 0) {
    const turn = { hosts: due, last: waves.length === 0 }
    await phase(course, 'published', `commands where ${task.release} is current already`, undefined, turn)
    await proveHealthy(course, due)
    await noteFinished(context, due, task.release)
  }
  for (const [at, wave] of waves.entries()) {
    context.signal.throwIfAborted()
    const turn = { hosts: wave, first: at === 0, last: at === waves.length - 1 }
    const which =
      waves.length === 1 ? 'every host' : `wave ${at + 1} of ${waves.length} (${count(wave.length, 'host')})`
    await phase(
      course,
      'publishing',
      `switch ${which} to ${task.release}`,
      () => switchWave(course, wave, task),
      turn,
    )
    const follow = { ...turn, first: turn.first && due.length === 0 }
    await phase(course, 'published', `commands after the switch of ${which}`, undefined, follow)
    await proveHealthy(course, wave)
  }
}

/** The log's last word may be that it failed: it has come to its end by now. */
async function noteFinished(context: Context, fleet: Fleet, release: string): Promise<void> {
  await each(context, fleet, 'published', (station) =>
    station.session.settle('', eventLine(context, 'finished', { to: release, outcome: 'live' })),
  )
}

/** From the first switch of a wave to its last a cancellation waits: half a wave is worse than a moment more. */
async function switchWave({ context }: Course, wave: Fleet, task: Switch): Promise<void> {
  const moments: number[] = []
  // A release that is gone back to is what it was published as, unless this run has brought it back.
  const stirred = wave.filter(
    (station) => station.stirred && !station.ahead && (task.event !== 'rollback' || station.restored),
  )
  await each(context, stirred, 'publishing', async (station) => {
    await renewWhole(context, station, task.release)
  })
  if (wave.length > 1) await arm(context, wave, task.release)
  await each(undisturbed(context), wave, 'publishing', async (station) => {
    const from = leadsTo(station)
    const order = station.ahead?.order ?? orderFor(context, station, task)
    await publish(station, order, () => moments.push(performance.now()))
    context.watch.note(station.host.label, `switched from ${from} to ${task.release}`)
  })
  if (wave.length > 1) {
    const spread = Math.round(Math.max(...moments) - Math.min(...moments))
    context.watch.note(undefined, `${wave.length} hosts told of their switch within ${spread} ms`)
  }
}

/** All that can be done beforehand is done on every host before the first is switched: what is left is one rename. */
async function arm(context: Context, wave: Fleet, release: string): Promise<void> {
  const unready = wave.filter((station) => station.armed !== release)
  await each(context, unready, 'publishing', async (station) => {
    await station.session.arm(release)
    station.armed = release
  })
}

async function proveHealthy(course: Course, wave: Fleet): Promise<void> {
  const checked = wave.filter((station) => station.host.settings.health_check_command)
  if (checked.length === 0) return
  course.context.watch.phase('published', 'health_check_command')
  await each(course.context, checked, 'published', (station) => checkHealth(course, station))
}
