// `mode: deploy`: the artifact becomes a release on every host, and current on all of them or on none (flow.md).

import prettyBytes from 'pretty-bytes'
import { failureFrom } from '../failure.ts'
import { type Context, elapsed } from '../flow/context.ts'
import { misfits } from '../flow/fit.ts'
import { each, type Fleet, FleetFailure, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { runPostDeploy, runPreSymlink } from '../flow/hook.ts'
import { dropNamesake, keepForInspection } from '../flow/inspection.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { prune } from '../flow/prune.ts'
import { activated, entriesWithPlaced, publish } from '../flow/publish.ts'
import { putRight } from '../flow/revert.ts'
import { type Parcel, upload } from '../flow/upload.ts'
import type { JsonObject } from '../release/manifest.ts'
import { nameAt } from '../release/name.ts'
import { readArtifact } from '../transfer/artifact.ts'
import { digestOf } from '../transfer/digest.ts'

export async function deploy(context: Context, fleet: Fleet): Promise<Outcome> {
  const release = context.settings.release_name ?? nameAt(context.started)
  const previous = () => fleet[0]?.state?.current ?? null
  const failed = (failures: Outcome['failures'], status?: 'reverted' | 'failed') =>
    failedOutcome(fleet, elapsed(context), release, failures, status)

  let parcel: Parcel
  try {
    parcel = await start(context, fleet, release)
  } catch (error) {
    return failed(failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }

  try {
    await update(context, fleet, parcel)
  } catch (error) {
    const failures = failuresOf(error, 'updating', 'No host was switched.')
    await keepForInspection(context, fleet, release, failures)
    return failed(failures)
  }

  const before = new Map(fleet.map((station) => [station, station.current]))
  try {
    await publishAll(context, fleet, release)
    await finishPublished(context, fleet, release, before)
  } catch (error) {
    const failures = failuresOf(error, 'publishing', undefined)
    const ending = await putRight(context, fleet, release, failures, ({ state, placed }, why) =>
      entriesWithPlaced(
        { state, placed, entries: state?.entries ?? [], current: state?.current ?? null },
        why,
      ),
    )
    return failed(ending.failures, ending.status)
  }

  await finish(context, fleet)
  return outcomeOf(fleet, elapsed(context), { status: 'deployed', release, previous: previous() })
}

/** `starting`: the artifact is read while the hosts are gathered; problems of both come in one report. */
async function start(context: Context, fleet: Fleet, release: string): Promise<Parcel> {
  const { settings, watch } = context
  watch.phase('starting', 'read the artifact; connect, lock and look at every host')
  const [read, gathered] = await Promise.allSettled([
    readArtifact(settings.local_dir as string, settings.exclude ?? [], settings.rsync_flags ?? []),
    gather(context, fleet, { access: 'create', verify: '' }),
  ])
  const failures = [read, gathered].flatMap((end) =>
    end.status === 'rejected' ? failuresOf(end.reason, 'starting', undefined) : [],
  )
  if (read.status === 'fulfilled')
    failures.push(...fleet.flatMap((station) => misfits(station, read.value, release)))
  if (failures.length > 0 || read.status === 'rejected') throw new FleetFailure('starting', failures)
  const artifact = read.value
  for (const name of artifact.skipped.slice(0, 10)) {
    watch.warn(undefined, `left out, since it is no file, directory or link: ${name}`)
  }
  const digest = digestOf(artifact)
  digest.catch(() => undefined)
  return { release, artifact, digest, metadata: (settings.metadata ?? {}) as JsonObject }
}

/** `updating` and `updated`: uploaded, proven and named on every host; then the user's gate. */
async function update(context: Context, fleet: Fleet, parcel: Parcel): Promise<void> {
  const { watch } = context
  const { release, artifact } = parcel
  watch.phase(
    'updating',
    `upload the artifact (${artifact.files} files, ${prettyBytes(artifact.bytes)}) as ${release}`,
  )
  const send = async (station: Fleet[number], signal: AbortSignal) => {
    await dropNamesake(context, station, release)
    await upload(context, station, parcel, signal)
    watch.note(
      station.host.label,
      `${station.filesChanged} of ${artifact.files} files sent; all are there and proven whole`,
    )
  }
  await each(context, fleet, 'updating', send, { together: true })
  if (fleet.some((station) => station.host.settings.pre_symlink_command)) {
    watch.phase('updated', 'pre_symlink_command')
    await each(context, fleet, 'updated', (station) =>
      runPreSymlink(context, station, { release, previous: station.current }),
    )
  }
}

/** `publishing`. From the first switch to the last a cancellation waits: half a fleet is worse than a moment more. */
async function publishAll(context: Context, fleet: Fleet, release: string): Promise<void> {
  context.signal.throwIfAborted()
  context.watch.phase('publishing', `switch every host to ${release}`)
  const undisturbed = { ...context, signal: new AbortController().signal }
  await each(undisturbed, fleet, 'publishing', async (station) => {
    const from = station.current
    const entries = activated(entriesWithPlaced(station, ''), release, new Date())
    await publish(context, station, release, entries, 'deploy', { bytes: station.bytesSent, outcome: 'live' })
    context.watch.note(station.host.label, `switched from ${from ?? 'nothing'} to ${release}`)
  })
}

/** `published`. */
async function finishPublished(
  context: Context,
  fleet: Fleet,
  release: string,
  before: ReadonlyMap<Fleet[number], string | null>,
): Promise<void> {
  if (!fleet.some((station) => station.host.settings.post_deploy_command)) return
  context.watch.phase('published', 'post_deploy_command')
  await each(context, fleet, 'published', (station) =>
    runPostDeploy(context, station, { release, previous: before.get(station) ?? null }),
  )
}

/** `finishing`: the deploy stands, whatever happens here. */
async function finish(context: Context, fleet: Fleet): Promise<void> {
  context.watch.phase('finishing', 'prune')
  const undisturbed = { ...context, signal: new AbortController().signal }
  await each(undisturbed, fleet, 'finishing', async (station) => {
    await prune(context, station).catch((error) => {
      context.watch.warn(station.host.label, `deployed, but not cleaned up: ${failureFrom(error).message}`)
    })
  })
}
