// `mode: publish`: deploy from `publishing`, for a release that was staged before.

import { Failure } from '../failure.ts'
import { failed, failedSwitch, finish } from '../flow/closing.ts'
import type { Course } from '../flow/course.ts'
import { adopted } from '../flow/entries.ts'
import { each, type Fleet, FleetFailure, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { runHooks } from '../flow/hook.ts'
import { keepForInspection } from '../flow/inspection.ts'
import { type Outcome, outcomeOf } from '../flow/outcome.ts'
import { phase } from '../flow/phase.ts'
import { planSwitch } from '../flow/plan.ts'
import { prune } from '../flow/prune.ts'
import { publishedByEarlierAttempt } from '../flow/rerun.ts'
import { historyAt, type Station } from '../flow/station.ts'
import { switchFleet } from '../flow/switching.ts'
import { whole } from '../flow/whole.ts'
import { activated, publishedIn } from '../release/transition.ts'

export async function publish(course: Course): Promise<Outcome> {
  const { context } = course
  const { settings, watch } = context
  try {
    watch.phase('starting', 'connect, lock and look at every host')
    await gather(course, {
      access: settings.dry_run ? 'look' : 'lock',
      verify: settings.release ?? '@staged',
    })
    course.release = chooseStaged(course)
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

/**
 * The named release; or what this run has staged since an earlier attempt of it published, else what that published; or the newest that is
 * staged and newer than what is served. On every host, staged or current there already.
 */
function chooseStaged({ context, fleet }: Course): string {
  const stagedOn = fleet.map((station) => historyAt(station).filter((r) => r.state === 'staged' && r.onDisk))
  const isStagedAt = (at: number, name: string) => stagedOn[at]?.some((release) => release.name === name)
  const ready = (name: string) =>
    fleet.every((station, at) => station.current === name || isStagedAt(at, name))
  /** The last that came after `bound` did, and that every host can go to; else the last of any. */
  const newest = (bound: (station: Station) => string | null, run?: string | null) => {
    const names = fleet.map((station, at) => {
      const order = historyAt(station).map(({ name }) => name)
      const later = (stagedOn[at] ?? []).filter(
        (release) => order.indexOf(release.name) > order.indexOf(bound(station) ?? ''),
      )
      return later.filter(({ deploy }) => run === undefined || deploy?.run === run).map(({ name }) => name)
    })
    return names.flatMap((each) => each.findLast(ready) ?? [])[0] ?? names.flat().at(-1)
  }
  const earlier = publishedByEarlierAttempt(context, fleet)
  const own = earlier === null ? undefined : (newest(() => earlier, context.origin.run) ?? earlier)
  const release = context.settings.release ?? own ?? newest(({ current }) => current)
  if (release === undefined) throw nothingStaged(fleet, stagedOn.flat().at(-1)?.name)
  const failures = fleet.flatMap((station, at) => {
    if (station.current === release || isStagedAt(at, release)) return []
    const found = historyAt(station).find((candidate) => candidate.name === release)
    station.error = found
      ? `release ${release} is ${found.state} here, not staged`
      : `release ${release} is not staged here`
    const remedy = found?.onDisk
      ? 'To go to a release that was live, use `mode: rollback` with `release`.'
      : 'Run `mode: stage` for it.'
    return [new Failure(station.error, { host: station.host.label, phase: 'starting', remedy })]
  })
  if (failures.length > 0) throw new FleetFailure('starting', failures)
  return release
}

function nothingStaged(fleet: Fleet, older: string | undefined): Failure {
  const message =
    older === undefined ? 'no release is staged' : 'no release is staged that is newer than what is served'
  for (const station of fleet) station.error ??= message
  const remedy =
    older === undefined
      ? 'Run `mode: stage` first.'
      : `Run \`mode: stage\` first, or name the older one: \`release: ${older}\`.`
  return new Failure(message, { phase: 'starting', remedy })
}
