// The end of a run: what a success cleans up, and what a failure still tells.

import { type Failure, failureFrom } from '../failure.ts'
import type { Entry } from '../release/manifest.ts'
import { series } from '../wording.ts'
import { type Course, servedBefore, undisturbed } from './course.ts'
import { each, failuresOf, reasonOf } from './fleet.ts'
import { keepForInspection } from './inspection.ts'
import { failedOutcome, type Outcome, successOf } from './outcome.ts'
import { phase } from './phase.ts'
import { takeOver } from './rerun.ts'
import { putRight } from './revert.ts'
import type { Station } from './station.ts'

/** `finishing` (or `finishing_rollback`), then `finished`: the switch stands whatever happens here. */
export async function finish(
  course: Course,
  point: 'finishing' | 'finishing_rollback',
  title: string,
  work: (station: Station) => Promise<void>,
): Promise<void> {
  await tolerate(course, 'not cleaned up', (calm) =>
    phase(calm, point, title, () => each(calm.context, calm.fleet, point, work)),
  )
  await free(course)
}

/** `finished`: the locks are freed between its hooks. */
export async function free(course: Course): Promise<void> {
  const release = (station: Station) => station.leave()
  await tolerate(course, 'not all that follows is done', (calm) =>
    phase(calm, 'finished', 'free the locks', () => each(calm.context, calm.fleet, 'finished', release)),
  )
}

/** What the run is for is done, so a failure from here on is a warning, and a cancellation comes too late. */
async function tolerate(course: Course, lack: string, work: (calm: Course) => Promise<void>): Promise<void> {
  const calm: Course = { ...course, context: undisturbed(course.context) }
  const warn = ({ message, detail }: Failure) =>
    calm.context.watch.warn(
      detail.host,
      `${successOf[calm.context.settings.mode].replace('_', ' ')}, but ${lack}: ${message}`,
    )
  await work(calm).catch((error) => {
    for (const failure of failuresOf(error, 'finishing', undefined)) warn(failure)
  })
  for (const station of calm.fleet) station.error = null
}

/** `failed`: the hooks of a failure, after the fleet was put right; their own failures change nothing. */
async function tellFailure(course: Course): Promise<void> {
  if (course.context.settings.dry_run) return
  const reachable = course.fleet.filter((station) => station.connected)
  const calm: Course = { ...course, fleet: reachable, context: undisturbed(course.context) }
  const errors = new Map(reachable.map((station) => [station, station.error]))
  try {
    await phase(calm, 'failed', 'commands after the failure')
  } catch (error) {
    calm.context.watch.warn(undefined, `a hook of \`failed\` failed itself: ${failureFrom(error).message}`)
  }
  for (const [station, error] of errors) station.error = error
}

/** The outcome of a run that failed, once its hooks have run. */
export async function failed(
  course: Course,
  failures: readonly Failure[],
  status?: 'failed' | 'reverted',
): Promise<Outcome> {
  await tellFailure(course)
  return failedOutcome(course, failures, status)
}

/** The same before any host may have been switched: what was placed stays, with the reason. */
export async function failedUnswitched(course: Course, failures: readonly Failure[]): Promise<Outcome> {
  await keepForInspection(course, failures)
  return failed(course, failures)
}

/** What a failure says of a fleet in which this attempt has switched nobody. */
export function noneSwitched({ context, fleet, release }: Course): string {
  const served = fleet.filter((station) => release !== null && servedBefore(station) === release)
  if (served.length === 0 || served.length === fleet.length) return 'No host was switched.'
  const hosts = series(served.map(({ host }) => host.label))
  const way = context.settings.mode === 'rollback' ? 'Run it again' : '`mode: rollback`'
  return `No host was switched by this attempt; ${hosts} served ${release} already. ${way} brings all hosts to one release.`
}

/** The same where a switch failed. @param recordsOf the records of a host that is put back. */
export async function failedSwitch(
  course: Course,
  error: unknown,
  recordsOf: (station: Station, why: string) => readonly Entry[],
): Promise<Outcome> {
  const failures = failuresOf(error, 'publishing', undefined)
  takeOver(course, reasonOf(failures))
  if (!course.fleet.some((station) => station.touched))
    return failedUnswitched(course, failuresOf(error, 'publishing', noneSwitched(course)))
  const ending = await putRight(course, failures, recordsOf)
  return failed(course, ending.failures, ending.status)
}
