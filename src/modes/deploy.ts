// `mode: deploy`: the artifact becomes a release on every host, and current on all of them or on none (flow.md).

import { finish, tellFailure } from '../flow/closing.ts'
import type { Course } from '../flow/course.ts'
import { start, update } from '../flow/deliver.ts'
import { failuresOf } from '../flow/fleet.ts'
import { keepForInspection } from '../flow/inspection.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { planDeploy } from '../flow/plan.ts'
import { prune } from '../flow/prune.ts'
import { activated, entriesBefore, entriesWithPlaced } from '../flow/publish.ts'
import { putRight } from '../flow/revert.ts'
import { keep } from '../flow/safekeeping.ts'
import { switchFleet } from '../flow/switching.ts'
import type { Parcel } from '../flow/upload.ts'

export async function deploy(course: Course): Promise<Outcome> {
  const { context } = course
  const failed = async (failures: Outcome['failures'], status?: 'failed' | 'reverted') => {
    await tellFailure(course)
    return failedOutcome(course, failures, status)
  }

  let parcel: Parcel
  try {
    parcel = await start(course)
  } catch (error) {
    return failed(failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  if (context.settings.dry_run) return planDeploy(course, parcel)
  const release = parcel.release
  await using keeping = keep(course, parcel)

  try {
    await update(course, parcel)
  } catch (error) {
    const failures = failuresOf(error, 'updating', 'No host was switched.')
    await keepForInspection(course, failures)
    return failed(failures)
  }

  try {
    await switchFleet(course, {
      release,
      event: 'deploy',
      entries: (station) => activated(entriesWithPlaced(station, ''), release, new Date()),
      detail: (station) => ({ bytes: station.bytesSent, outcome: 'live' }),
    })
  } catch (error) {
    if (!course.fleet.some((station) => station.touched)) {
      const failures = failuresOf(error, 'publishing', 'No host was switched.')
      await keepForInspection(course, failures)
      return failed(failures)
    }
    const ending = await putRight(course, failuresOf(error, 'publishing', undefined), entriesBefore)
    return failed(ending.failures, ending.status)
  }

  await finish(course, 'finishing', 'prune', async (station) => {
    await prune(context, station)
  })
  await keeping.done()
  return outcomeOf(course, { status: 'deployed', release })
}
