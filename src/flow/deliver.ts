// `starting` to `updated`: the artifact read, the hosts gathered, the release uploaded, proven and named on every host, the gate passed.

import prettyBytes from 'pretty-bytes'
import { orAborted } from '../abort.ts'
import { type Entry, nameOf } from '../release/manifest.ts'
import { nameAt } from '../release/name.ts'
import type { Settings } from '../settings/schema.ts'
import { type Artifact, readArtifact } from '../transfer/artifact.ts'
import { createRemainders } from '../transfer/content.ts'
import type { Fingerprint } from '../transfer/digest.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { dismiss } from '../transfer/shell.ts'
import { localStream } from '../transfer/stream.ts'
import { createTarballs } from '../transfer/tarball.ts'
import { count } from '../wording.ts'
import { standsAlone, tellAhead } from './ahead.ts'
import type { Course } from './course.ts'
import { detours, misfits, remarksOn } from './fit.ts'
import { each, FleetFailure, failuresOf } from './fleet.ts'
import { begin, gather } from './gather.ts'
import { checkGit } from './git.ts'
import { runHooks } from './hook.ts'
import { dropNamesake } from './inspection.ts'
import type { Parcel } from './parcel.ts'
import { phase } from './phase.ts'
import { additionsOf } from './record.ts'
import { isFinished, releaseOfEarlierAttempt } from './rerun.ts'
import { warnOfPins } from './sight.ts'
import { historyAt, type Station } from './station.ts'
import type { Switch } from './switching.ts'
import { upload } from './upload.ts'
import { whole } from './whole.ts'

/** `starting`: the artifact is read while the hosts are gathered; problems of both come in one report. Nothing was changed when it throws. */
export async function start(course: Course): Promise<Parcel> {
  const { context } = course
  const { settings } = context
  await begin(course)
  const [read, gathered, git] = await Promise.allSettled([
    orAborted(readBuild(settings), context.signal),
    gather(course, { begun: true }),
    orAborted(checkGit(context), context.signal),
  ])
  const ends = [read, gathered, git]
  const failures = ends.flatMap((end) =>
    end.status === 'rejected' ? failuresOf(end.reason, 'starting', undefined) : [],
  )
  if (read.status === 'rejected') throw new FleetFailure('starting', failures)
  const parcel = await parcelOf(course, read.value)
  const { digest } = isStagedSomewhere(course, parcel) ? await parcel.fingerprint : {}
  const fitting = { ...parcel, ...(digest === undefined ? {} : { digest }) }
  for (const station of course.fleet) {
    failures.push(...misfits(station, fitting, context.origin.run))
    failures.push(...detours(context, station, parcel.artifact))
  }
  if (failures.length > 0) throw new FleetFailure('starting', failures)
  if (!settings.dry_run) await runHooks(course, { when: 'after', point: 'starting' })
  return parcel
}

function isStagedSomewhere({ fleet }: Course, { release }: Parcel): boolean {
  return fleet.some((station) =>
    historyAt(station).some(({ name, state }) => name === release && state === 'staged'),
  )
}

/** The time, or the next second that no host has a release of. */
function freeName({ context, fleet }: Course): string {
  const taken = new Set(fleet.flatMap((station) => historyAt(station).map((release) => release.name)))
  for (let time = context.started.getTime(); ; time += 1000) {
    const name = nameAt(new Date(time))
    if (!taken.has(name)) return name
  }
}

interface Build {
  readonly artifact: Artifact
  readonly fingerprint: Promise<Fingerprint>
}

/** Its files are hashed while the hosts are being gathered. */
async function readBuild({ local_dir, exclude, rsync_flags }: Settings): Promise<Build> {
  // Asked meanwhile, as is what the files hold.
  void localStream()
  const artifact = await readArtifact(local_dir as string, exclude ?? [], rsync_flags ?? [])
  const fingerprint = fingerprintOf(artifact)
  // It is awaited where it is needed; until then nobody must take its failure for unhandled.
  fingerprint.catch(() => undefined)
  return { artifact, fingerprint }
}

async function parcelOf(course: Course, { artifact, fingerprint }: Build): Promise<Parcel> {
  const { context, fleet } = course
  const { settings, watch } = context
  for (const remark of remarksOn(artifact, fleet)) watch.warn(undefined, remark)
  const earlier = await releaseOfEarlierAttempt(context, fleet, fingerprint)
  if (earlier !== null)
    watch.note(
      undefined,
      `an earlier attempt of this run deployed ${earlier} to some hosts: nothing is uploaded there again, and only what had not ended well is done again`,
    )
  const release = earlier ?? settings.release_name ?? freeName(course)
  course.release = release
  warnOfPins(context, fleet, release)
  return {
    release,
    artifact,
    fingerprint,
    remainderOf: createRemainders(fingerprint, settings.revision_file ?? null),
    tarballOf: createTarballs(artifact.dir, context.dir),
    metadata: settings.metadata ?? {},
    rerun: earlier !== null,
  }
}

/**
 * `started`, `updating` and `updated`.
 * @param task the switch that comes next, if one does: a lone host may be told of it at once (ahead.ts). Without it, no host was switched
 * when this throws.
 */
export async function update(course: Course, parcel: Parcel, task?: Switch): Promise<void> {
  const { context, fleet } = course
  const { release, artifact } = parcel
  await phase(course, 'started', 'commands')
  const alone = !parcel.rerun && standsAlone(course)
  const send = async (station: Station, signal: AbortSignal) => {
    const spare = (why: string) => {
      // Asked for ahead, it would be one of the few channels that a server may allow.
      dismiss(station.takeWaiting())
      context.watch.note(station.host.label, why)
    }
    if (await isStaged(course, station, parcel))
      return spare(`${release} is staged there already, with the same content`)
    if (parcel.rerun && station.current === release) {
      await whole(context, station, release)
      return spare(`serves ${release} already`)
    }
    await dropNamesake(context, station, release)
    const follow = task && alone ? (placed: Entry) => tellAhead(course, station, placed, task) : undefined
    await upload(context, station, parcel, signal, follow)
    context.watch.note(
      station.host.label,
      `${station.filesChanged} of ${artifact.files} files sent; all are there and proven whole`,
    )
  }
  const size = `${count(artifact.files, 'file')}, ${prettyBytes(artifact.bytes)}`
  const sendAll = () => each(context, fleet, 'updating', send, { together: true })
  const turn = { hosts: fleet.filter((station) => !parcel.rerun || !isFinished(station, release)) }
  await phase(course, 'updating', `upload the artifact (${size}) as ${release}`, sendAll, turn)
  await phase(course, 'updated', 'commands before the switch', undefined, turn)
}

/** A release staged twice with the same content, and the same links into shared/, is staged once, if it is still what it was. */
async function isStaged(
  { context }: Course,
  station: Station,
  { release, fingerprint, metadata }: Parcel,
): Promise<boolean> {
  const there = historyAt(station).find((candidate) => candidate.name === release && candidate.onDisk)
  if (there?.state !== 'staged' || there.deploy?.digest !== (await fingerprint).digest) return false
  if (there.deploy.additions !== additionsOf(context, station, metadata)) return false
  // Its commands would meet what they have made of it.
  if (there.deploy.stirred) {
    context.watch.note(
      station.host.label,
      `${release} is staged there, as its commands changed it: it is made anew`,
    )
    return false
  }
  const seen = await station.session.verify(release)
  if (!seen?.known || seen.missing + seen.changed > 0) {
    context.watch.note(station.host.label, `${release} is staged there, but not what it was any more`)
    return false
  }
  station.placed = station.entries.find((entry) => nameOf(entry) === release) ?? null
  return true
}
