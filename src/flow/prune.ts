// `finishing`: what a host no longer needs goes; failing at it never fails a deploy.

import type { Release } from '../release/history.ts'
import { renderManifest, without } from '../release/manifest.ts'
import { type PrunePlan, planPrune } from '../release/retention.ts'
import { finished } from '../release/transition.ts'
import { series } from '../wording.ts'
import type { Context } from './context.ts'
import { eventLine } from './event.ts'
import type { Clearing } from './order.ts'
import { isLost } from './recall.ts'
import { noteRemoval, sparedAt, warnOfLeft } from './removal.ts'
import { isFinished } from './rerun.ts'
import { historyAt, type Standing, type Station } from './station.ts'

/** What `history` leaves to be removed with `current` live. */
export function removalAt(
  station: Pick<Standing, 'state' | 'host'>,
  history: readonly Release[],
  current: string | null,
): PrunePlan {
  const { state, host } = station
  // A manifest that was gone owns nothing yet: what it should have said is only known from the next run on.
  if (state && isLost(state)) return { remove: [], forget: [] }
  const plan = planPrune(history, host.settings.release_count, current, sparedAt(station))
  // All of them gone at once is no cleaning up: another release_dir was given, or a disk is not mounted.
  const others = history.some(({ name, onDisk, state }) => onDisk && name !== current && state !== 'unknown')
  return others ? plan : { ...plan, forget: [] }
}

/** What is to go from a host. */
export function clearingOf(context: Context, stand: Standing): Clearing {
  const { current } = stand
  const plan = removalAt(stand, historyAt(stand), current)
  // It ends a deploy or a publish: all that follows their switch went well.
  const ends = current !== null && context.settings.mode !== 'prune' && !isFinished(stand, current)
  const marked = ends ? finished(stand.entries, current) : stand.entries
  const entries = without(marked, [...plan.remove, ...plan.forget])
  const changes = plan.remove.length > 0 || plan.forget.length > 0 || ends
  const event =
    plan.remove.length > 0 ? eventLine(context, 'prune', { releases: plan.remove, outcome: 'pruned' }) : ''
  return { plan, manifest: changes ? renderManifest(entries) : '', event, marked, entries }
}

/** Clears one host, unless it was told to before. @returns the names that went. */
export async function prune(context: Context, station: Station): Promise<readonly string[]> {
  const { session, host, ahead, current } = station
  const clearing = ahead?.clearing ?? clearingOf(context, station)
  const { plan, manifest, event, marked, entries } = clearing
  const answer = await (ahead?.cleared ?? session.finish(manifest, event, plan.remove))
  const pruned = await noteRemoval(station, { before: marked, after: entries, event }, answer)
  const said = pruned.noise.trim()
  if (pruned.kept.length > 0)
    context.watch.warn(host.label, `could not remove ${pruned.kept.join(', ')}${said ? `: ${said}` : ''}`)
  if (current !== null && pruned.current !== null && pruned.current !== current) {
    context.watch.warn(host.label, `serves ${pruned.current} now: something has switched it since`)
  }
  warnOfLeft(context, station, pruned.left, pruned.noise)
  const strays = historyAt(station).filter(({ state }) => state === 'unknown')
  if (strays.length > 0) {
    const names = series(strays.map(({ name }) => name))
    context.watch.note(
      host.label,
      `left alone, since nobody vouches for it: ${names} (mode: repair adopts it)`,
    )
  }
  if (pruned.removed.length > 0) context.watch.note(host.label, `removed ${pruned.removed.join(', ')}`)
  return pruned.removed
}
