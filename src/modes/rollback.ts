// `mode: rollback`: every host goes back to one earlier release by the same switch, or none does (flow.md).

import { Failure } from '../failure.ts'
import { failed, failedSwitch, finish } from '../flow/closing.ts'
import type { Context } from '../flow/context.ts'
import type { Course } from '../flow/course.ts'
import { servedBefore } from '../flow/course.ts'
import { adopted } from '../flow/entries.ts'
import { isForward, isSpared, leaveBehind } from '../flow/fate.ts'
import { each, type Fleet, FleetFailure, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { runHooks } from '../flow/hook.ts'
import { keepForInspection } from '../flow/inspection.ts'
import { type Outcome, outcomeOf } from '../flow/outcome.ts'
import { phase } from '../flow/phase.ts'
import { planSwitch } from '../flow/plan.ts'
import { isFinished, targetOfEarlierAttempt } from '../flow/rerun.ts'
import { bringBack } from '../flow/retrieval.ts'
import { historyAt, positionOf, type Standing, type Station } from '../flow/station.ts'
import { switchFleet } from '../flow/switching.ts'
import { whole } from '../flow/whole.ts'
import { type Entry, renderManifest } from '../release/manifest.ts'
import { chooseTarget } from '../release/rollback.ts'
import { activated, bad, finished, goneBackTo, withAdopted } from '../release/transition.ts'

export async function rollback(course: Course): Promise<Outcome> {
  const { context } = course
  const { settings } = context
  try {
    await gather(course, { verify: settings.release ?? '@previous' })
    course.release = await choose(course)
    if (settings.dry_run) {
      await each(context, course.fleet, 'reverting', (station) =>
        whole(context, station, course.release as string),
      )
      return planSwitch(course)
    }
    await runHooks(course, { when: 'after', point: 'starting' })
    await phase(course, 'started', 'commands')
    await phase(course, 'reverting', `show that ${course.release} is whole everywhere`, () =>
      each(context, course.fleet, 'reverting', (station) =>
        whole(context, station, course.release as string),
      ),
    )
    await phase(course, 'reverted', 'commands before the switch')
  } catch (error) {
    const failures = failuresOf(error, 'starting', 'No host was switched.')
    if (course.release !== null && !settings.dry_run) await keepForInspection(course, failures)
    return failed(course, failures)
  }

  const release = course.release
  const again = targetOfEarlierAttempt(context, course.fleet) === release
  const entriesOf = new Map(course.fleet.map((station) => [station, station.entries]))
  try {
    await switchFleet(course, {
      release,
      event: 'rollback',
      entries: (station) =>
        noteRun(course, station, activated(markLeft(course, station), release, new Date())),
      detail: (station) => {
        const left = servedBefore(station)
        const away = left !== null && settings.release === undefined && isForward(station, left, release)
        return { ...(away ? { left: 'bad' } : {}), outcome: 'live' }
      },
      again,
    })
  } catch (error) {
    return failedSwitch(course, error, (station) => entriesOf.get(station) ?? [])
  }
  await finish(
    course,
    'finishing_rollback',
    `the release left behind (on_rollback: ${settings.on_rollback})`,
    async (station) => {
      await noteFinished(station, release)
      await leaveBehind(context, station, release)
    },
  )
  return outcomeOf(course, { status: 'rolled_back', release })
}

async function choose(course: Course): Promise<string> {
  const { context, fleet } = course
  const target = (named: string | undefined) => chooseTarget(fleet.map(positionOf), named)
  const again = targetOfEarlierAttempt(context, fleet)
  const named = context.settings.release ?? again ?? undefined
  if (again !== null && again === named && fleet.every((station) => station.current === again)) {
    context.watch.note(undefined, `an earlier attempt of this run went back to ${again}; it stays`)
    return again
  }
  let choice = target(named)
  if ('refusal' in choice) {
    const back = await bringBack(course)
    if (back !== null) choice = target(back)
  }
  if ('release' in choice) {
    warnOfPast(context, fleet, choice.release)
    return choice.release
  }
  for (const station of fleet) station.error ??= choice.refusal
  throw new FleetFailure('reverting', [
    new Failure(choice.refusal, { phase: 'reverting', remedy: choice.remedy }),
  ])
}

function warnOfPast({ watch }: Context, fleet: Fleet, release: string): void {
  for (const station of fleet) {
    const found = historyAt(station).find((each) => each.name === release)
    if (found?.deploy?.unfinished) {
      watch.warn(
        station.host.label,
        `what follows a switch never ended well for ${release}: see that it works, or name another with \`release\``,
      )
    }
    if (found?.state === 'unknown') {
      watch.warn(
        station.host.label,
        `nobody vouches for ${release}, or knows whether it is whole; it is gone back to because it was named`,
      )
    }
    if (found?.state !== 'bad') continue
    const why = found.deploy?.reason ? `: ${found.deploy.reason}` : ''
    watch.warn(station.host.label, `${release} is marked bad${why}; it is gone back to because it was named`)
  }
}

/** What had not ended well when it was deployed has now. */
async function noteFinished(station: Station, release: string): Promise<void> {
  if (station.state?.damage || isFinished(station, release)) return
  const entries = finished(station.entries, release)
  await station.session.settle(renderManifest(entries), '')
  station.entries = entries
}

/** A second attempt goes by it. */
function noteRun(
  { context, release }: Course,
  station: Standing,
  entries: readonly Entry[],
): readonly Entry[] {
  const { run } = context.origin
  const left = servedBefore(station)
  if (run === null || release === null) return entries
  return goneBackTo(entries, release, run, left)
}

/**
 * The records with the release that is rolled back from marked bad; one that was gone forward from by name is not. Who names a release that
 * nobody vouched for does so from then on.
 */
function markLeft({ context, release }: Course, station: Standing): readonly Entry[] {
  const left = servedBefore(station)
  const history = historyAt(station)
  const strange = history.some(({ name, state }) => name === release && state === 'unknown')
  const entries = strange ? withAdopted(adopted(station), [release as string]) : adopted(station)
  if (left === null || release === null || isSpared(context, station, left, release)) return entries
  const { actor, run } = context.origin
  const who = [actor && `by ${actor}`, run && `in ${run}`].filter(Boolean).join(' ')
  const reason = `rolled back to ${release} ${who}`.trim()
  return bad(entries, left, reason)
}
