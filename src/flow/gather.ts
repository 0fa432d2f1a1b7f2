// `starting`: every host connected, probed and locked, and all that would stop the run told in one report.

import prettyBytes from 'pretty-bytes'
import type { Failure } from '../failure.ts'
import { describeHolder } from '../host/lock.ts'
import { shareOf } from '../release/waves.ts'
import { isOneOf, type Mode, preparing } from '../settings/mode.ts'
import { count } from '../wording.ts'
import { orLeft } from './cancellation.ts'
import type { Context } from './context.ts'
import type { Course } from './course.ts'
import { eventLine } from './event.ts'
import { each, type Fleet, FleetFailure } from './fleet.ts'
import { runHooks } from './hook.ts'
import { lockInOrder } from './locking.ts'
import { obstacles } from './obstacles.ts'
import { recall } from './recall.ts'
import { remarks } from './remarks.ts'
import { leadsTo, type Station } from './station.ts'

export interface Gathering {
  /** A release to compare with its index at once (questions.ts, Opening). */
  readonly verify?: string
  /** Whether that has been announced, and the runner's hooks of `before starting` have run. */
  readonly begun?: boolean
}

type Access = 'look' | 'lock' | 'create'

/** What a mode is about to do on a host; without `dry_run`. */
const accessOf: Readonly<Record<Mode, Access>> = {
  deploy: 'create',
  stage: 'create',
  publish: 'lock',
  rollback: 'lock',
  prune: 'lock',
  repair: 'lock',
  list: 'look',
  check: 'look',
}

function accessFor({ settings: { mode, dry_run } }: Context): Access {
  return dry_run ? 'look' : accessOf[mode]
}

/** Announces `starting`, then `before starting` on the runner: what is to be deployed may be made there. */
export async function begin(course: Course): Promise<void> {
  const { context } = course
  const { mode, local_dir } = context.settings
  const looks = accessFor(context) === 'look'
  const first = isOneOf(preparing, mode) && local_dir !== undefined ? 'read the artifact; ' : ''
  const title = looks ? 'connect and look at every host' : 'connect, lock and look at every host'
  context.watch.phase('starting', `${first}${title}`)
  if (!looks) await runHooks({ ...course, fleet: [] }, { when: 'before', point: 'starting' })
}

/**
 * Opens all stations; those that cannot be reached are set aside as long as `min_hosts` answer.
 * @throws FleetFailure when a host cannot be locked or worked on, or too few answer; nothing was changed then.
 */
export async function gather(course: Course, { verify = '', begun }: Gathering = {}): Promise<void> {
  const { context } = course
  const access = accessFor(context)
  const open = async (station: Station, wait: number) => {
    // Nothing was begun there: nothing is waited for.
    await orLeft(context.signal, station, station.open(access, wait, verify), 0)
  }
  const hooked = access !== 'look'
  if (!begun) await begin(course)
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
async function greet(context: Context, station: Station, access: Access): Promise<void> {
  const { watch } = context
  const { label } = station.host
  watch.note(label, sight(station))
  watch.debug(label, details(station))
  for (const remark of remarks(station, context.settings.mode)) watch.warn(label, remark)
  const dead = station.state?.takenOver
  if (!dead || access === 'look') return
  const why = describeHolder(dead)
  watch.note(label, `took over the lock of a run that had died: ${why}`)
  const told = station.session.settle('', eventLine(context, 'lock taken over', { why }))
  await orLeft(context.signal, station, told, 0)
}

/** What was found, in a line. */
function sight(station: Station): string {
  const { state, layout } = station
  if (!state || state.absent) return `connected; ${layout.root} does not exist yet`
  const leads = leadsTo(station)
  const serves = leads === 'nothing' && !state.dangling ? 'serves nothing yet' : `serves ${leads}`
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
