// `mode: check`: can a deploy run here? Looks at everything a deploy needs, and leaves every host as it was.

import { posix } from 'node:path'
import { orAborted } from '../abort.ts'
import { Failure } from '../failure.ts'
import type { Course } from '../flow/course.ts'
import { namesakes, remarksOn, shortages } from '../flow/fit.ts'
import { each, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { checkGit } from '../flow/git.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { remarks } from '../flow/remarks.ts'
import { isOfEarlierAttempt } from '../flow/rerun.ts'
import { tellDrift, tellState } from '../flow/sight.ts'
import type { Station } from '../flow/station.ts'
import { readArtifact } from '../transfer/artifact.ts'
import { rsyncRemark } from '../transfer/rsync_fitness.ts'

/** Seconds by which a host's clock may be wrong before it is worth a remark. Nothing here depends on clocks; logs and TLS do. */
const CLOCK_SKEW = 60

export async function check(course: Course): Promise<Outcome> {
  const { context } = course
  context.watch.phase('starting', 'connect and look at every host')
  const { local_dir: source, exclude, rsync_flags: flags } = context.settings
  const [read, ...others] = await Promise.allSettled([
    source === undefined ? null : orAborted(readArtifact(source, exclude ?? [], flags ?? []), context.signal),
    gather(course, { access: 'look', verify: '' }),
    orAborted(checkGit(context), context.signal),
  ])
  const failures = [read, ...others].flatMap((end) =>
    end.status === 'rejected' ? failuresOf(end.reason, 'starting', undefined) : [],
  )
  if (context.signal.aborted) return failedOutcome(course, failures)
  const reached = course.all.filter((station) => station.connected && station.state !== null)
  const artifact = read.status === 'fulfilled' ? read.value : null
  for (const remark of artifact === null ? [] : remarksOn(artifact, reached))
    context.watch.warn(undefined, remark)
  const { release_name: release } = context.settings
  for (const station of reached) {
    if (artifact !== null) failures.push(...shortages(station, { artifact }))
    // A name of its own a deploy finds when it begins.
    if (release === undefined) continue
    const rerun = isOfEarlierAttempt(context, station, release)
    failures.push(...namesakes(station, { release, rerun }, context.origin.run))
  }
  const places = new Map<string, Station>()
  try {
    await each(context, reached, 'starting', (station) => probe(course, station, places))
  } catch (error) {
    failures.push(...failuresOf(error, 'starting', undefined))
  }
  for (const station of reached) {
    for (const remark of remarks(station, context.settings.mode))
      context.watch.warn(station.host.label, remark)
    tellState(context, station)
  }
  tellDrift(context, reached)
  const lines = new Map(reached.flatMap(({ host, state }) => (state ? [[host.label, state.rsync]] : [])))
  const old = rsyncRemark(lines)
  if (old !== null) context.watch.warn(undefined, old)
  return outcomeOf(course, { status: 'checked', release: null, failures })
}

/** @param places by what tells them apart: whose they are. */
async function probe({ context }: Course, station: Station, places: Map<string, Station>): Promise<void> {
  const { host, session, state } = station
  if (!state || state.absent) return
  const asked = Date.now()
  const found = await session.probe(context.settings.dry_run)
  const middle = (asked + Date.now()) / 2000
  const skew = Math.round(found.clock - middle)
  const warn = (text: string) => context.watch.warn(host.label, text)
  if (Math.abs(skew) > CLOCK_SKEW) warn(`its clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`)
  if (!found.hardLinks && host.settings.dedupe === 'hardlink') {
    warn('its filesystem has no hard links: unchanged files will be copied on the host')
  }
  if (!found.clones && host.settings.dedupe === 'reflink') {
    throw new Failure('the host cannot clone files', {
      host: host.label,
      remedy: 'Its filesystem or `cp` lacks reflinks: use `dedupe: hardlink` or `copy`.',
    })
  }
  if (!found.sync) warn('it has no `sync -f`: `sync` is used, which waits for all filesystems')
  if (!found.logs)
    warn(`${host.settings.log_file} (log_file) cannot be written: the events of a deploy will not be in it`)
  const twin = found.place === null ? undefined : places.get(found.place)
  if (twin) {
    throw new Failure(`two entries of hosts are the same place: ${twin.host.label} and ${host.label}`, {
      host: host.label,
      remedy: 'Leave one of them in `hosts`.',
    })
  }
  if (found.place !== null) places.set(found.place, station)
  if (state.banner)
    context.watch.note(host.label, 'the login prints text before commands run; it does no harm here')
  if (found.unwritable.length > 0) {
    const { become } = host.settings
    const places = new Set(found.unwritable.map((path) => posix.resolve(station.layout.root, path)))
    throw new Failure(`${become ?? 'the ssh user'} may not write in ${[...places].join(', ')}`, {
      host: host.label,
      remedy: `Give ${become ?? 'the ssh user'} write access there${become ? '' : ', or use `become`'}.`,
    })
  }
}
