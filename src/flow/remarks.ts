// What on a host stops nothing and is worth a remark: pure, from what the host told of itself.

import type { HostState } from '../host/state.ts'
import { publicPath } from '../release/layout.ts'
import type { Mode } from '../settings/mode.ts'
import { isLost } from './recall.ts'
import type { Station } from './station.ts'

/** Things to look at some day. */
export function remarks(station: Station, mode: Mode): readonly string[] {
  const { state } = station
  if (!state) return []
  return [...damageRemark(state, mode), ...toolRemarks(state), ...leftoverRemarks(state, station)]
}

function damageRemark(state: HostState, mode: Mode): readonly string[] {
  if (isLost(state))
    return ['manifest.json is not there, though releases are on record; this run removes nothing']
  if (!state.damage) return []
  const untouched = mode === 'repair' ? '' : '; it is left as it is'
  return [`manifest.json cannot be trusted (${state.damage.message})${untouched}`]
}

function toolRemarks(state: HostState): readonly string[] {
  return state.missingTools
    .filter((tool) => tool === 'flock' || tool === 'tar')
    .map((tool) =>
      tool === 'flock'
        ? 'the host has no flock: the lock of a dead run frees itself by a lease instead of at once'
        : 'the host has no tar: releases cannot be archived there',
    )
}

function leftoverRemarks(state: HostState, { layout }: Station): readonly string[] {
  const found: string[] = []
  for (const path of state.exposed) {
    found.push(
      `everybody on the host may write in ${path}, and could put something else in the place of a release`,
    )
  }
  if (state.dangling) found.push(`${publicPath(layout)} leads nowhere`)
  else if (state.link !== null && state.current === null)
    found.push(
      `${publicPath(layout)} leads to ${state.link}, which is no release here. A switch leads it away from there and touches nothing there; no rollback leads back`,
    )
  const part = servedPart(state)
  if (part) {
    const path = publicPath(layout)
    found.push(
      `${path} leads to a part of ${state.current} (${part}). A switch leads it to the whole of a release, also when that one is gone back to: have the web server look in ${path}/${part}`,
    )
  }
  if (state.odd > 0)
    found.push(`${state.odd} entries of ${layout.releases}/ are no plain releases; they are left alone`)
  return found
}

/** The path below the current release that the link leads to, as another tool may have made it; empty for the release itself. */
function servedPart({ link, current }: HostState): string {
  const steps = (link ?? '').split('/').filter((step) => step !== '' && step !== '.')
  const at = current === null ? -1 : steps.lastIndexOf(current)
  return at < 0 ? '' : steps.slice(at + 1).join('/')
}
