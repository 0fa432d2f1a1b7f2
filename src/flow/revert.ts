// After a failure past the first switch: every host that may have been switched is put back to what it served before.

import { posix } from 'node:path'
import { Failure, failureFrom } from '../failure.ts'
import { type Entry, renderManifest } from '../release/manifest.ts'
import type { Context } from './context.ts'
import { eventLine } from './event.ts'
import { each, type Fleet, failuresOf, reasonOf } from './fleet.ts'
import { runPostDeploy } from './hook.ts'
import type { Station } from './station.ts'

/** What a host goes back to. */
interface Before {
  /** Text of the link; null when there was none. */
  readonly link: string | null
  readonly current: string | null
  readonly entries: readonly Entry[]
}

/** How a run ends that failed after its first switch. */
export interface Ending {
  readonly status: 'failed' | 'reverted'
  readonly failures: readonly Failure[]
}

/**
 * Does what `on_failure` says. With `revert`, each touched host ends as it was, or is named with the command that puts it right by hand.
 * @param recordsOf the records of a station put back, with `why` told of the release that failed.
 */
export async function putRight(
  context: Context,
  fleet: Fleet,
  release: string,
  failures: readonly Failure[],
  recordsOf: (station: Station, why: string) => readonly Entry[],
): Promise<Ending> {
  const why = reasonOf(failures)
  // The run may have been cancelled; putting the fleet right goes on all the same.
  const undisturbed = { ...context, signal: new AbortController().signal }
  const touched = fleet.filter((station) => station.touched)
  if (context.settings.on_failure === 'keep') {
    context.watch.phase('failed', 'leave the hosts as they are (on_failure: keep)')
    const event = eventLine(context, 'failed', { to: release, why, outcome: 'kept' })
    await each(undisturbed, touched, 'failed', (station) => station.session.settle('', event)).catch(
      () => undefined,
    )
    return { status: 'failed', failures }
  }
  context.watch.phase('failed', `put ${touched.length} of ${fleet.length} hosts back`)
  try {
    await each(undisturbed, touched, 'failed', (station) =>
      putBack(undisturbed, station, release, why, {
        link: station.state?.link ?? null,
        current: station.state?.current ?? null,
        entries: recordsOf(station, why),
      }),
    )
    const unchanged = `${touched.length === 1 ? 'The host was' : `All ${touched.length} switched hosts were`} put back to what they served before.`
    return { status: 'reverted', failures: failures.map((failure) => failure.at({ unchanged })) }
  } catch (error) {
    return { status: 'failed', failures: [...failures, ...failuresOf(error, 'failed', undefined)] }
  }
}

async function putBack(
  context: Context,
  station: Station,
  release: string,
  why: string,
  before: Before,
): Promise<void> {
  try {
    await switchBack(context, station, release, why, before)
  } catch (first) {
    context.watch.note(
      station.host.label,
      `could not be put back at once (${failureFrom(first).message}); trying by a new connection`,
    )
    try {
      await station.open('lock', context.settings.lock_timeout, '')
      await switchBack(context, station, release, why, before)
    } catch (error) {
      throw new Failure(
        `could not be put back to ${before.current ?? 'what it served before'}: ${failureFrom(error).message}`,
        {
          host: station.host.label,
          remedy: `By hand, on the host: ${byHand(station, before)}`,
          cause: error,
        },
      )
    }
  }
  context.watch.note(
    station.host.label,
    before.link === null ? 'the link is away again' : `serves ${before.current ?? before.link} again`,
  )
  if (before.current === null) return
  await runPostDeploy(context, station, { release: before.current, previous: release }).catch((error) => {
    context.watch.warn(
      station.host.label,
      `was put back, but its post_deploy_command then failed: ${failureFrom(error).message}`,
    )
  })
}

async function switchBack(
  context: Context,
  station: Station,
  release: string,
  why: string,
  before: Before,
): Promise<void> {
  await station.session.publish({
    link: before.link ?? '',
    release: before.current ?? '',
    previous: '',
    manifest: station.state?.damage ? '' : renderManifest(before.entries),
    event: eventLine(context, 'reverted', { from: release, to: before.current, why, outcome: 'reverted' }),
  })
  station.current = before.current
  station.entries = before.entries
}

/** The one command that does on a host what could not be done from here; the same rename as ever (host.md, "Switch"). */
function byHand({ layout }: Station, before: Before): string {
  const dir = posix.resolve(layout.root, layout.linkDir)
  const name = layout.linkName
  if (before.link === null) return `rm '${posix.join(dir, name)}'`
  return `cd '${dir}' && mkdir .fix && ln -s '${before.link}' '.fix/${name}' && mv -f '.fix/${name}' . && rmdir .fix`
}
