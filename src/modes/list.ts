// `mode: list`: manifest × disk × link × hosts; changes nothing and waits for no lock.

import type { Course } from '../flow/course.ts'
import { failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { tellKept } from '../flow/retrieval.ts'
import { tellDrift, tellState } from '../flow/sight.ts'

export async function list(course: Course): Promise<Outcome> {
  const { context } = course
  try {
    await gather(course)
  } catch (error) {
    return failedOutcome(course, failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  for (const station of course.fleet) tellState(context, station)
  tellDrift(context, course.fleet)
  await tellKept(course)
  return outcomeOf(course, { status: 'listed', release: null })
}
