// What only a trial on a host can tell: what its filesystem and its user can do, and whether two entries of `hosts` are one place.

import { posix } from 'node:path'
import { Failure } from '../failure.ts'
import type { Probe } from '../host/answers.ts'
import type { Context } from './context.ts'
import { each, type Fleet, failuresOf } from './fleet.ts'
import type { Station } from './station.ts'

/** Seconds by which a host's clock may be wrong before it is worth a remark. Nothing here depends on clocks; logs and TLS do. */
const CLOCK_SKEW = 60

/** What a trial found, and the seconds by which the host's clock is ahead. */
type Trial = Probe & { readonly skew: number }

/** Tries all hosts and tells what is worth a look. @returns what would stop a deploy. */
export async function probeAll(context: Context, fleet: Fleet): Promise<readonly Failure[]> {
  const ends = new Map<Station, Trial>()
  const failures: Failure[] = []
  try {
    await each(context, fleet, 'starting', async (station) => {
      if (!station.state || station.state.absent) return
      ends.set(station, await trial(context, station))
    })
  } catch (error) {
    failures.push(...failuresOf(error, 'starting', undefined))
  }
  // In the order of `hosts`, whoever answers first.
  const trials = new Map(
    fleet.flatMap((station) => {
      const found = ends.get(station)
      return found ? [[station, found] as const] : []
    }),
  )
  for (const [station, found] of trials) {
    for (const remark of remarksOf(station, found)) context.watch.warn(station.host.label, remark)
    if (station.state?.banner)
      context.watch.note(
        station.host.label,
        'the login prints text before commands run; it does no harm here',
      )
  }
  const obstacles = [...trials].flatMap(([station, found]) => obstaclesOf(station, found))
  for (const failure of [...obstacles, ...twins(trials)]) {
    const station = fleet.find(({ host }) => host.label === failure.detail.host)
    if (station) station.error ??= failure.message
    failures.push(failure)
  }
  return failures
}

async function trial({ settings }: Context, { session }: Station): Promise<Trial> {
  const asked = Date.now()
  const found = await session.probe(settings.dry_run)
  const middle = (asked + Date.now()) / 2000
  return { ...found, skew: Math.round(found.clock - middle) }
}

function remarksOf({ host: { settings } }: Station, found: Trial): readonly string[] {
  const { skew } = found
  const remarks: readonly (readonly [boolean, string])[] = [
    [Math.abs(skew) > CLOCK_SKEW, `its clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`],
    [
      !found.hardLinks && settings.dedupe === 'hardlink',
      'its filesystem has no hard links: unchanged files will be copied on the host',
    ],
    [!found.sync, 'it has no `sync -f`: `sync` is used, which waits for all filesystems'],
    [
      !found.logs,
      `${settings.log_file} (log_file) cannot be written: the events of a deploy will not be in it`,
    ],
  ]
  return remarks.flatMap(([holds, text]) => (holds ? [text] : []))
}

function obstaclesOf({ host, layout }: Station, found: Trial): readonly Failure[] {
  const failures: Failure[] = []
  if (!found.clones && host.settings.dedupe === 'reflink') {
    failures.push(
      new Failure('the host cannot clone files', {
        host: host.label,
        phase: 'starting',
        remedy: 'Its filesystem or `cp` lacks reflinks: use `dedupe: hardlink` or `copy`.',
      }),
    )
  }
  if (found.unwritable.length > 0) {
    const { become } = host.settings
    const who = become ?? 'the ssh user'
    const places = new Set(found.unwritable.map((path) => posix.resolve(layout.root, path)))
    failures.push(
      new Failure(`${who} may not write in ${[...places].join(', ')}`, {
        host: host.label,
        phase: 'starting',
        remedy: `Give ${who} write access there${become ? '' : ', or use `become`'}.`,
      }),
    )
  }
  return failures
}

function twins(trials: ReadonlyMap<Station, Trial>): readonly Failure[] {
  const owners = new Map<string, Station>()
  return [...trials].flatMap(([station, { place }]) => {
    if (place === null) return []
    const { label } = station.host
    const twin = owners.get(place)
    if (twin === undefined) owners.set(place, station)
    return twin === undefined
      ? []
      : new Failure(`two entries of hosts are the same place: ${twin.host.label} and ${label}`, {
          host: label,
          phase: 'starting',
          remedy: 'Leave one of them in `hosts`.',
        })
  })
}
