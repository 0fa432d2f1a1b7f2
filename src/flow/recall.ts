// A manifest that is damaged, gone, or older than what is on record (host.md, "The manifest"): the history is taken from records and log.

import { type HostState, isHeld } from '../host/state.ts'
import { adopt } from '../release/adoption.ts'
import { adoptCurrent } from '../release/history.ts'
import { deployOf, type Entry, type JsonObject, nameOf } from '../release/manifest.ts'
import { tellsOfSwitches } from '../release/past.ts'
import { completed, rebuild, recordOf } from '../release/rebuild.ts'
import { neverLive } from '../release/transition.ts'
import { series } from '../wording.ts'
import type { Context } from './context.ts'
import { each, type Fleet } from './fleet.ts'
import type { Station } from './station.ts'

/** Whether the manifest does not own what it should: it is gone from where releases are on record, or was found to be older than they are. */
export function isLost({ manifest, outdated, records, disk }: HostState): boolean {
  if (outdated === true) return true
  const there = new Set(disk)
  return manifest === 'absent' && records.some((release) => there.has(release))
}

/** Once after every look at the hosts: what it found is completed, or not trusted with what it does not say. */
export async function recall(context: Context, fleet: Fleet): Promise<void> {
  const asked = fleet.filter(
    (station) => isBlind(station) || unnamed(station).length > 0 || isUnsaid(station),
  )
  await each(context, asked, 'starting', (station) =>
    isBlind(station) ? recallAll(context, station) : recallUnnamed(context, station),
  )
}

function isBlind({ state }: Station): boolean {
  return state !== null && (state.damage !== null || isLost(state))
}

async function recallAll({ watch }: Context, station: Station): Promise<void> {
  const { records, log } = await station.session.records()
  const state = station.state as HostState
  const { disk, vouched = [] } = state
  const rebuilt = rebuild(disk, records, log)
  station.entries = isFirst(state, log) ? rebuilt.map(neverLive) : adopt({ entries: rebuilt, disk }, vouched)
  // A host that is put back gets these, too.
  station.state = { ...state, entries: station.entries }
  watch.note(
    station.host.label,
    `goes by ${station.entries.length} records and the log instead of the manifest`,
  )
}

/** Whether the one release there is of a first run that died: nothing was ever live. */
function isFirst({ damage, link, disk, vouched = [] }: HostState, log: readonly string[]): boolean {
  const alone = damage === null && link === null && disk.length === 1 && vouched.length === 0
  return alone && !tellsOfSwitches(log)
}

/**
 * Releases that are on record and not in the manifest: a run died with them, or an older manifest was put there. The log knows; of which it
 * says nothing, nobody knows, and nothing is done to it.
 */
async function recallUnnamed({ watch, origin, settings }: Context, station: Station): Promise<void> {
  const state = station.state as HostState
  const strays = unnamed(station)
  const { records, log } = await station.session.records()
  const { entries, told } = completed(station.entries, { disk: state.disk, records, log })
  const served = strays.filter((name) => (told.get(name) ?? 'failed') !== 'failed')
  if (served.length > 0) {
    station.entries = entries
    watch.warn(
      station.host.label,
      `manifest.json is older than ${series(served)}, which records and log tell of; this run goes by them, and removes nothing`,
    )
  }
  if (isUnsaid(station)) station.entries = withUnsaid(station, records)
  // What an earlier attempt of this very run left by the name that it is to have again.
  const own = (name: string) =>
    name === settings.release_name &&
    origin.run !== null &&
    deployOf(recordOf(name, records) ?? {})?.run === origin.run
  const doubtful = new Set(strays.filter((name) => !told.has(name) && !own(name)))
  if (doubtful.size > 0) {
    watch.note(
      station.host.label,
      `neither manifest.json nor the log tells what became of ${series([...doubtful])}: left alone`,
    )
  }
  station.state = {
    ...state,
    entries: station.entries,
    records: state.records.filter((name) => !doubtful.has(name)),
    outdated: served.length > 0,
  }
}

/** The run that switched it died before it could say so. */
function withUnsaid({ current, entries }: Station, records: ReadonlyMap<string, string>): readonly Entry[] {
  const record = recordOf(current as string, records)
  if (!record) return entries
  const deploy = { ...deployOf(record), unfinished: true } as JsonObject
  return adoptCurrent({ entries: [...entries, { ...record, deploy }], current })
}

/**
 * What is on record and on the disk, and that the manifest does not name; without what is served, which has a history of its own. Beside a
 * run that is at work it is that run's, and may be named by now.
 */
function unnamed({ current, entries, state }: Station): readonly string[] {
  if (state === null || isHeld(state)) return []
  const { records, disk } = state
  const named = new Set(entries.map(nameOf))
  const there = new Set(disk)
  return records.filter((name) => name !== current && there.has(name) && !named.has(name))
}

/** Whether what the link serves is on record, but not in the manifest. */
function isUnsaid({ state, current, entries }: Station): boolean {
  return (
    current !== null &&
    state?.records.includes(current) === true &&
    !entries.some((entry) => nameOf(entry) === current)
  )
}
