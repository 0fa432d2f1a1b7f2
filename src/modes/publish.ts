// `mode: publish`: deploy from `publishing`, for a release that was staged before.

import { Failure } from '../failure.ts'
import { failed, failedSwitch, finish } from '../flow/closing.ts'
import type { Course } from '../flow/course.ts'
import { adopted } from '../flow/entries.ts'
import { each, FleetFailure, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { runHooks } from '../flow/hook.ts'
import { keepForInspection } from '../flow/inspection.ts'
import { type Outcome, outcomeOf } from '../flow/outcome.ts'
import { phase } from '../flow/phase.ts'
import { planSwitch } from '../flow/plan.ts'
import { prune } from '../flow/prune.ts'
import { publishedByEarlierAttempt } from '../flow/rerun.ts'
import { warnOfPins } from '../flow/sight.ts'
import { positionOf } from '../flow/station.ts'
import { switchFleet } from '../flow/switching.ts'
import { whole } from '../flow/whole.ts'
import { chooseStaged } from '../release/staged.ts'
import { activated, publishedIn } from '../release/transition.ts'

export async function publish(course: Course): Promise<Outcome> {
  const { context } = course
  const { settings } = context
  try {
    await gather(course, { verify: settings.release ?? '@staged' })
    warnOfPins(context, course.fleet, null)
    course.release = choose(course)
    await each(context, course.fleet, 'starting', (station) =>
      whole(context, station, course.release as string),
    )
    if (!settings.dry_run) {
      await runHooks(course, { when: 'after', point: 'starting' })
      await phase(course, 'started', 'commands')
    }
  } catch (error) {
    const failures = failuresOf(error, 'starting', 'Nothing was changed on any host.')
    if (course.release !== null && !settings.dry_run) await keepForInspection(course, failures)
    return failed(course, failures)
  }
  const release = course.release
  if (settings.dry_run) return planSwitch(course)
  try {
    await switchFleet(course, {
      release,
      event: 'publish',
      entries: (station) =>
        publishedIn(activated(adopted(station), release, new Date()), release, context.origin.run),
      detail: () => ({ outcome: 'live' }),
    })
  } catch (error) {
    return failedSwitch(course, error, (station) => station.state?.entries ?? [])
  }
  await finish(course, 'finishing', 'prune', async (station) => {
    await prune(context, station)
  })
  return outcomeOf(course, { status: 'published', release })
}

function choose({ context, fleet }: Course): string {
  const choice = chooseStaged(fleet.map(positionOf), {
    named: context.settings.release,
    run: context.origin.run,
    earlier: publishedByEarlierAttempt(context, fleet),
  })
  if ('release' in choice) return choice.release
  const failures = choice.refusals.map(({ message, remedy, host }) => {
    const concerned = fleet.filter((station) => host === null || station.host.label === host)
    for (const station of concerned) station.error ??= message
    return new Failure(message, { ...(host === null ? {} : { host }), phase: 'starting', remedy })
  })
  throw new FleetFailure('starting', failures)
}
