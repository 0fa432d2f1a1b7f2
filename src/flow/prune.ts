// `finishing`: what a host no longer needs goes; failing at it never fails a deploy.

import type { Release } from '../release/history.ts'
import { renderManifest, without } from '../release/manifest.ts'
import { type PrunePlan, planPrune } from '../release/retention.ts'
import type { Context } from './context.ts'
import { eventLine } from './event.ts'
import { isLost } from './recall.ts'
import { isFinished, markFinished } from './rerun.ts'
import { historyAt, type Station } from './station.ts'

/** What `history` leaves to be removed with `current` live. */
export function removalAt(
  { state, host: { settings } }: Station,
  history: readonly Release[],
  current: string | null,
): PrunePlan {
  // A manifest that was gone owns nothing yet: what it should have said is only known from the next run on.
  if (state && isLost(state)) return { remove: [], forget: [] }
  return planPrune(history, settings.release_count, current, settings.pinned_releases)
}

/** @returns the names that went. */
export async function prune(context: Context, station: Station): Promise<readonly string[]> {
  const { session, host, current } = station
  const plan = removalAt(station, historyAt(station), current)
  const marked = station.entries
  // It ends a deploy or a publish: all that follows their switch went well.
  if (current !== null && context.settings.mode !== 'prune' && !isFinished(station, current)) {
    station.entries = markFinished(marked, current)
  }
  const entries = without(station.entries, [...plan.remove, ...plan.forget])
  const names = plan.remove.length > 0 || plan.forget.length > 0 || station.entries !== marked
  const event =
    plan.remove.length > 0 ? eventLine(context, 'prune', { releases: plan.remove, outcome: 'pruned' }) : ''
  const pruned = await session.finish(names ? renderManifest(entries) : '', event, plan.remove)
  const said = pruned.noise.trim()
  if (pruned.kept.length > 0) {
    // They are still there, so the manifest must go on owning them.
    station.entries = without(station.entries, [...pruned.removed, ...plan.forget])
    await session.settle(renderManifest(station.entries), '')
    context.watch.warn(host.label, `could not remove ${pruned.kept.join(', ')}${said ? `: ${said}` : ''}`)
  } else {
    station.entries = entries
  }
  if (pruned.left > 0) {
    const place = `${station.layout.root}/.releases/trash`
    context.watch.warn(
      host.label,
      `${pruned.left} things in ${place} could not be deleted${said ? `: ${said}` : ''}`,
    )
  }
  if (station.state)
    station.state = {
      ...station.state,
      disk: station.state.disk.filter((name) => !pruned.removed.includes(name)),
    }
  if (pruned.removed.length > 0) context.watch.note(host.label, `removed ${pruned.removed.join(', ')}`)
  return pruned.removed
}
