// `mode: rollback`: every host goes back to one earlier release by the same switch, or none does (flow.md, "Rollback").

import { Failure } from '../failure.ts'
import { type Context, elapsed } from '../flow/context.ts'
import { each, type Fleet, FleetFailure, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { runPostDeploy } from '../flow/hook.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { activated, adopted, publish } from '../flow/publish.ts'
import { recall } from '../flow/recall.ts'
import { putRight } from '../flow/revert.ts'
import { historyAt, type Station } from '../flow/station.ts'
import { whole } from '../flow/whole.ts'
import { amend, type Entry } from '../release/manifest.ts'
import { chooseTarget } from '../release/rollback.ts'

export async function rollback(context: Context, fleet: Fleet): Promise<Outcome> {
  const previous = () => fleet[0]?.state?.current ?? null
  let target: string | null = null
  const failed = (failures: Outcome['failures'], status?: 'reverted' | 'failed') =>
    failedOutcome(fleet, elapsed(context), target, failures, status)

  try {
    context.watch.phase('starting', 'connect, lock and look at every host')
    await gather(context, fleet, { access: 'lock', verify: context.settings.release ?? '@previous' })
    await recall(context, fleet)
    target = await choose(context, fleet)
  } catch (error) {
    return failed(failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }

  const leaving = fleet.filter((station) => station.current !== target)
  const before = new Map(
    fleet.map((station) => [station, { current: station.current, entries: station.entries }]),
  )
  try {
    await publishAll(context, leaving, target)
    await finishPublished(context, fleet, target, (station) => before.get(station)?.current ?? null)
  } catch (error) {
    const failures = failuresOf(error, 'publishing', undefined)
    const ending = await putRight(
      context,
      fleet,
      target,
      failures,
      (station) => before.get(station)?.entries ?? [],
    )
    return failed(ending.failures, ending.status)
  }
  return outcomeOf(fleet, elapsed(context), { status: 'rolled_back', release: target, previous: previous() })
}

/** `reverting`: the target chosen, and shown to exist whole on every host before any is touched. */
async function choose(context: Context, fleet: Fleet): Promise<string> {
  const positions = fleet.map((station) => ({
    host: station.host.label,
    history: historyAt(station),
    current: station.current,
  }))
  const choice = chooseTarget(positions, context.settings.release)
  if ('refusal' in choice) {
    const failure = new Failure(choice.refusal, { phase: 'reverting', remedy: choice.remedy })
    for (const station of fleet) station.error ??= choice.refusal
    throw new FleetFailure('reverting', [failure])
  }
  context.watch.phase('reverting', `show that ${choice.release} is whole everywhere`)
  await each(context, fleet, 'reverting', (station) => whole(context, station, choice.release))
  return choice.release
}

async function publishAll(context: Context, leaving: Fleet, target: string): Promise<void> {
  context.signal.throwIfAborted()
  context.watch.phase('publishing', `switch every host to ${target}`)
  const undisturbed = { ...context, signal: new AbortController().signal }
  await each(undisturbed, leaving, 'publishing', async (station) => {
    const from = station.current
    const entries = activated(markLeft(context, station, target), target, new Date())
    await publish(context, station, target, entries, 'rollback', { outcome: 'live' })
    context.watch.note(station.host.label, `switched from ${from ?? 'nothing'} to ${target}`)
  })
}

/** The records with the release that is rolled back from marked bad; one that was only gone forward from is not. */
function markLeft(context: Context, station: Station, target: string): readonly Entry[] {
  const entries = adopted(station)
  const left = station.current
  if (left === null) return entries
  const names = historyAt(station).map((release) => release.name)
  if (names.indexOf(left) < names.indexOf(target)) return entries
  const { actor, run } = context.origin
  const who = [actor && `by ${actor}`, run && `in ${run}`].filter(Boolean).join(' ')
  return amend(entries, left, (deploy) => ({
    ...deploy,
    state: 'bad',
    reason: `rolled back to ${target} ${who}`.trim(),
  }))
}

/** `published`. */
async function finishPublished(
  context: Context,
  fleet: Fleet,
  release: string,
  previousOf: (station: Station) => string | null,
): Promise<void> {
  if (!fleet.some((station) => station.host.settings.post_deploy_command)) return
  context.watch.phase('published', 'post_deploy_command')
  await each(context, fleet, 'published', (station) =>
    runPostDeploy(context, station, { release, previous: previousOf(station) }),
  )
}
