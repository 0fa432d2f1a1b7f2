// What a look at the hosts found that nobody asked for: locks, leftovers, links astray, hosts that differ.

import { describeHolder } from '../host/lock.ts'
import { count } from '../wording.ts'
import type { Context } from './context.ts'
import type { Fleet } from './fleet.ts'
import { releaseRows } from './outcome.ts'
import { historyAt, leadsTo, type Station } from './station.ts'

/** Releases that are named where hosts differ: one of the hosts may tell of any number. */
const MISSING_SHOWN = 20

export function tellState({ watch }: Context, station: Station): void {
  const { host, state, layout } = station
  if (!state) return
  const say = (text: string) => watch.note(host.label, text)
  if (state.absent) say(`${layout.root} does not exist yet`)
  if (state.obstacle) watch.warn(host.label, `a real ${state.obstacle} stands where the public link belongs`)
  if (state.link !== null && state.current === null)
    say(`the link leads to ${state.link}, which is no release`)
  if (state.held !== null) {
    say(`locked: ${describeHolder(state.held)}`)
    const newest = historyAt(station).at(-1)
    if (newest?.state === 'failed')
      say(`${newest.name} may be what it works on: a release counts as failed until it is live`)
    // What lies there is in use.
    return
  }
  const live = historyAt(station).find(({ name }) => name === station.current)
  if (live?.deploy?.unfinished)
    watch.warn(
      host.label,
      `what follows a switch (post_deploy_command, hooks, health_check_command) never ended well for ${live.name}, which is served: deploy again, or go back`,
    )
  if (state.incoming.length > 0)
    watch.warn(
      host.label,
      `${count(state.incoming.length, 'interrupted upload')}; the next deploy goes on from it`,
    )
  if (state.leftovers.length > 0)
    watch.warn(
      host.label,
      `${count(state.leftovers.length, 'leftover')} in .releases/; the next deploy, prune or repair tries to remove it`,
    )
}

/** A name that is spelt wrong protects nothing. @param release the one that is to be made, if any. */
export function warnOfPins({ watch }: Context, fleet: Fleet, release: string | null): void {
  const there = new Set(fleet.flatMap((station) => historyAt(station).map(({ name }) => name)))
  const pinned = new Set(fleet.flatMap(({ host }) => host.settings.pinned_releases ?? []))
  for (const name of pinned) {
    if (name !== release && !there.has(name))
      watch.warn(undefined, `pinned_releases names ${name}, which no host has`)
  }
}

export function tellDrift({ watch }: Context, fleet: Fleet): void {
  const serving = new Map<string, string[]>()
  for (const station of fleet) {
    const release = leadsTo(station)
    serving.set(release, [...(serving.get(release) ?? []), station.host.label])
  }
  if (serving.size > 1) {
    const parts = [...serving].map(([release, hosts]) => `${release} on ${hosts.join(', ')}`)
    watch.warn(undefined, `the hosts differ: ${parts.join('; ')}`)
  }
  // What never was a release of the fleet is missing nowhere.
  const lacking = releaseRows(fleet).filter(
    ({ state, hosts, missing_on }) =>
      Array.isArray(missing_on) && hosts.length > 0 && state !== 'failed' && state !== 'unknown',
  )
  for (const { release, missing_on } of lacking.slice(0, MISSING_SHOWN))
    watch.note(undefined, `${release} is missing on ${(missing_on as readonly string[]).join(', ')}`)
  const more = lacking.length - MISSING_SHOWN
  if (more > 0)
    watch.note(undefined, `${count(more, 'more release')} ${more === 1 ? 'is' : 'are'} missing on some host`)
}
