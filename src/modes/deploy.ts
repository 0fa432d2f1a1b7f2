// `mode: deploy`: the artifact becomes a release on every host, and current on all of them or on none (flow.md).

import { carriedOut } from '../flow/ahead.ts'
import { failed, failedUnswitched, finish, noneSwitched } from '../flow/closing.ts'
import { type Course, undisturbed } from '../flow/course.ts'
import { start, update } from '../flow/deliver.ts'
import { entriesBefore, entriesWithPlaced } from '../flow/entries.ts'
import { failuresOf, reasonOf } from '../flow/fleet.ts'
import { type Outcome, outcomeOf } from '../flow/outcome.ts'
import type { Parcel } from '../flow/parcel.ts'
import { planDeploy } from '../flow/plan.ts'
import { prune } from '../flow/prune.ts'
import { takeOver } from '../flow/rerun.ts'
import { putRight } from '../flow/revert.ts'
import { keep } from '../flow/safekeeping.ts'
import { type Switch, switchFleet } from '../flow/switching.ts'
import { activated } from '../release/transition.ts'
import type { Point } from '../settings/points.ts'

export async function deploy(course: Course): Promise<Outcome> {
  const { context } = course
  let parcel: Parcel
  try {
    parcel = await start(course)
  } catch (error) {
    return failed(course, failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  if (context.settings.dry_run) return planDeploy(course, parcel)
  const release = parcel.release
  await using keeping = keep(course, parcel)

  const task: Switch = {
    release,
    event: 'deploy',
    entries: (station) => activated(entriesWithPlaced(station, ''), release, new Date()),
    detail: (station) => ({ bytes: station.bytesSent, outcome: 'live' }),
  }
  let at: Point = 'updating'
  try {
    await update(course, parcel, task)
    at = 'publishing'
    await switchFleet(course, task)
  } catch (error) {
    const done = await Promise.all(course.fleet.map(carriedOut))
    const failures = failuresOf(error, at, undefined)
    if (at === 'publishing') takeOver(course, reasonOf(failures))
    if (!course.fleet.some((station) => station.touched)) {
      return failedUnswitched(course, failuresOf(error, at, noneSwitched(course)))
    }
    if (!done.every(Boolean)) {
      const ending = await putRight(course, failures, entriesBefore)
      return failed(course, ending.failures, ending.status)
    }
    // A cancellation that came when all was done already.
    await switchFleet({ ...course, context: undisturbed(context) }, task)
  }

  await finish(course, 'finishing', 'prune', async (station) => {
    await prune(context, station)
  })
  await keeping.done()
  return outcomeOf(course, { status: 'deployed', release })
}
