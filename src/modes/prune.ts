// `mode: prune`: what every host no longer needs goes, by the same plan that a deploy ends with.

import type { Course } from '../flow/course.ts'
import { each, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { planPrunes } from '../flow/plan.ts'
import { prune } from '../flow/prune.ts'
import { warnOfPins } from '../flow/sight.ts'

export async function pruneAll(course: Course): Promise<Outcome> {
  const { context } = course
  const { settings, watch } = context
  try {
    await gather(course)
    warnOfPins(context, course.fleet, null)
  } catch (error) {
    return failedOutcome(course, failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  if (settings.dry_run) return planPrunes(course)
  watch.phase('finishing', 'prune')
  try {
    await each(context, course.fleet, 'finishing', async (station) => {
      const removed = await prune(context, station)
      if (removed.length === 0) watch.note(station.host.label, 'nothing to remove')
    })
  } catch (error) {
    return failedOutcome(
      course,
      failuresOf(error, 'finishing', 'The current release is untouched on every host.'),
    )
  }
  return outcomeOf(course, { status: 'pruned', release: null })
}
