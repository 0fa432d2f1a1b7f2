// `mode: check`: can a deploy run here? Looks at everything a deploy needs, and leaves every host as it was.

import { orAborted } from '../abort.ts'
import type { Course } from '../flow/course.ts'
import { detours, namesakes, remarksOn, shortages } from '../flow/fit.ts'
import { failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { checkGit } from '../flow/git.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { probeAll } from '../flow/probing.ts'
import { remarks } from '../flow/remarks.ts'
import { isOfEarlierAttempt } from '../flow/rerun.ts'
import { tellDrift, tellState } from '../flow/sight.ts'
import { rsyncFailure } from '../runner.ts'
import type { Settings } from '../settings/schema.ts'
import { type Artifact, readArtifact } from '../transfer/artifact.ts'
import { rsyncRemark } from '../transfer/rsync_fitness.ts'

export async function check(course: Course): Promise<Outcome> {
  const { context } = course
  const [read, ...others] = await Promise.allSettled([
    orAborted(artifactOf(context.settings), context.signal),
    gather(course),
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
    if (artifact !== null)
      failures.push(...shortages(station, { artifact }), ...detours(context, station, artifact))
    // A name of its own a deploy finds when it begins.
    if (release === undefined) continue
    const rerun = isOfEarlierAttempt(context, station, release)
    failures.push(...namesakes(station, { release, rerun }, context.origin.run))
  }
  failures.push(...(await probeAll(context, reached)))
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

/** What would be sent; null where no local_dir says. @throws Failure, of the runner's rsync as well: who only looks may do without both. */
async function artifactOf({ local_dir, exclude, rsync_flags }: Settings): Promise<Artifact | null> {
  if (local_dir === undefined) return null
  const problem = await rsyncFailure()
  if (problem !== null) throw problem
  return readArtifact(local_dir, exclude ?? [], rsync_flags ?? [])
}
