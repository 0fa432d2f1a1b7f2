// `finishing_rollback`: the fate of the release that was rolled back from (`on_rollback`).

import { without } from '../release/manifest.ts'
import type { Context } from './context.ts'
import { eventLine } from './event.ts'
import { removeFrom } from './removal.ts'
import { leftBy } from './rerun.ts'
import { historyAt, type Standing, type Station } from './station.ts'

/** What becomes of the release `left` behind: it stays for a reason, or for none that is worth a word, or it goes. */
export type Fate =
  | { readonly left: string; readonly goes: 'archive' | 'remove' }
  | { readonly left: string; readonly stays: string }

/** With `keep`, its mark in the manifest is all; `archive` and `remove` take it from the disk, which a damaged manifest forbids. */
export function fateOf(context: Context, station: Station, release: string): Fate | null {
  const left = leftBy(context, station, release)
  const { on_rollback: fate } = context.settings
  const { state, host } = station
  if (fate === 'keep' || left === null || left === release || !state || state.damage) return null
  if (isSpared(context, station, left, release)) return { left, stays: `it came before ${release}` }
  if (host.settings.pinned_releases?.includes(left)) return { left, stays: 'it is pinned' }
  if (state.served.includes(left)) return { left, stays: 'another link leads to it' }
  return { left, goes: fate }
}

/** To go forward by name is no verdict on what is left; who names nothing goes away from it. */
export function isSpared({ settings }: Context, station: Standing, left: string, release: string): boolean {
  return settings.release !== undefined && isForward(station, left, release)
}

export function isForward(station: Standing, left: string, release: string): boolean {
  const names = historyAt(station).map(({ name }) => name)
  return names.indexOf(left) < names.indexOf(release)
}

export async function leaveBehind(context: Context, station: Station, release: string): Promise<void> {
  const fate = fateOf(context, station, release)
  if (fate === null) return
  const { session, host } = station
  const { left } = fate
  if ('stays' in fate) return context.watch.note(host.label, `${left} stays: ${fate.stays}`)
  if (fate.goes === 'archive') {
    await session.archive(left)
    context.watch.note(host.label, `archived ${left} as rolled-back-release-${left}.tar.gz`)
  }
  const before = station.entries
  const event = eventLine(context, 'prune', {
    releases: [left],
    why: `on_rollback: ${fate.goes}`,
    outcome: 'pruned',
  })
  const removal = { remove: [left], before, after: without(before, [left]), event }
  const { kept, noise } = await removeFrom(station, removal)
  const said = noise.trim()
  if (kept.includes(left))
    return context.watch.warn(host.label, `could not remove ${left}${said ? `: ${said}` : ''}`)
  context.watch.note(host.label, `removed ${left}`)
}
