// `finishing_rollback`: the fate of the release that was rolled back from (`on_rollback`).

import { without } from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import type { Context } from './context.ts'
import { servedBefore } from './course.ts'
import { eventLine } from './event.ts'
import { removeFrom } from './removal.ts'
import { historyAt, type Station } from './station.ts'

/** Whether going to `release` takes what the station serves out of use: to go forward by name is no verdict on what is left. */
export function leaves(station: Station, release: string, left = servedBefore(station)): boolean {
  if (left === null || left === release || !station.state || station.state.damage) return false
  const names = historyAt(station).map((each) => each.name)
  return names.indexOf(left) > names.indexOf(release)
}

/** What was served before the switch, also when an earlier attempt of this run made it. */
function leftFor({ origin }: Context, station: Station, release: string): string | null {
  const before = servedBefore(station)
  if (before !== release || origin.run === null || origin.attempt < 2) return before
  const { rolled_back_in: run, rolled_back_from: left } =
    historyAt(station).find(({ name }) => name === release)?.deploy ?? {}
  return run === origin.run && isPlain(left) ? left : before
}

/** With `keep`, its mark in the manifest is all; `archive` and `remove` take it from the disk, which a damaged manifest forbids. */
export async function leaveBehind(context: Context, station: Station, release: string): Promise<void> {
  const { session, host, state } = station
  const left = leftFor(context, station, release)
  const { on_rollback: fate } = context.settings
  if (fate === 'keep' || left === null || !state || state.damage) return
  if (!leaves(station, release, left)) {
    if (left !== release) context.watch.note(host.label, `${left} stays: it came before ${release}`)
    return
  }
  if (host.settings.pinned_releases?.includes(left)) {
    context.watch.note(host.label, `${left} stays: it is pinned`)
    return
  }
  if (fate === 'archive') {
    await session.archive(left)
    context.watch.note(host.label, `archived ${left} as rolled-back-release-${left}.tar.gz`)
  }
  const before = station.entries
  const event = eventLine(context, 'prune', {
    releases: [left],
    why: `on_rollback: ${fate}`,
    outcome: 'pruned',
  })
  const removal = { remove: [left], before, after: without(before, [left]), event }
  const { kept, noise } = await removeFrom(station, removal)
  const said = noise.trim()
  if (kept.includes(left))
    return context.watch.warn(host.label, `could not remove ${left}${said ? `: ${said}` : ''}`)
  context.watch.note(host.label, `removed ${left}`)
}
