// `mode: stage`: deploy up to `updated`; the release waits on every host for `publish`, and no prune takes it meanwhile.

import { failed, failedUnswitched, free } from '../flow/closing.ts'
import type { Course } from '../flow/course.ts'
import { start, update } from '../flow/deliver.ts'
import { entriesWithPlaced } from '../flow/entries.ts'
import { eventLine } from '../flow/event.ts'
import { each, failuresOf } from '../flow/fleet.ts'
import { type Outcome, outcomeOf } from '../flow/outcome.ts'
import type { Parcel } from '../flow/parcel.ts'
import { planDeploy } from '../flow/plan.ts'
import { keep } from '../flow/safekeeping.ts'
import type { Station } from '../flow/station.ts'
import { renewWhole } from '../flow/whole.ts'
import { renderManifest } from '../release/manifest.ts'
import { staged } from '../release/transition.ts'

export async function stage(course: Course): Promise<Outcome> {
  const { context } = course
  let parcel: Parcel
  try {
    parcel = await start(course)
  } catch (error) {
    return failed(course, failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  if (context.settings.dry_run) return planDeploy(course, parcel)
  await using keeping = keep(course, parcel)
  try {
    await update(course, parcel)
    await each(context, course.fleet, 'updated', (station) => record(course, station, parcel))
  } catch (error) {
    return failedUnswitched(course, failuresOf(error, 'updating', 'No host was switched.'))
  }
  await free(course)
  await keeping.done()
  return outcomeOf(course, { status: 'staged', release: parcel.release })
}

async function record({ context }: Course, station: Station, parcel: Parcel): Promise<void> {
  if (station.current === parcel.release) return
  const stirred = await renewWhole(context, station, parcel.release)
  const entries = staged(entriesWithPlaced(station, ''), parcel.release, stirred)
  const event = eventLine(context, 'stage', {
    to: parcel.release,
    bytes: station.bytesSent,
    outcome: 'staged',
  })
  await station.session.settle(renderManifest(entries), event)
  station.entries = entries
}
