// After a failure past the first switch: every host that may have been switched is put back to what it served before.

import { posix } from 'node:path'
import { Failure, failureFrom } from '../failure.ts'
import { OWN_LOCK } from '../host/lock.ts'
import { quote } from '../host/quote.ts'
import type { HostState } from '../host/state.ts'
import { linkText } from '../release/layout.ts'
import { type Entry, nameOf, renderManifest } from '../release/manifest.ts'
import type { Context } from './context.ts'
import { type Course, servedBefore, undisturbed } from './course.ts'
import { eventLine } from './event.ts'
import { each, type Fleet, failuresOf, reasonOf } from './fleet.ts'
import { runAfterRevert } from './hook.ts'
import { dropOlderFailed, keepForInspection } from './inspection.ts'
import { recall } from './recall.ts'
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
  course: Course,
  failures: readonly Failure[],
  recordsOf: (station: Station, why: string) => readonly Entry[],
): Promise<Ending> {
  // The run may have been cancelled; putting the fleet right goes on all the same.
  const calm: Course = { ...course, context: undisturbed(course.context) }
  const touched = calm.fleet.filter((station) => station.touched)
  // A later wave may have the release too, and nobody will switch to it.
  const spared = calm.fleet.filter(
    (station) => !station.touched && (station.placed !== null || station.current !== calm.release),
  )
  const [ending] = await Promise.all([
    putTouchedRight(calm, touched, failures, recordsOf),
    keepForInspection({ ...calm, fleet: spared }, failures),
  ])
  return ending
}

async function putTouchedRight(
  course: Course,
  touched: Fleet,
  failures: readonly Failure[],
  recordsOf: (station: Station, why: string) => readonly Entry[],
): Promise<Ending> {
  const { context, fleet, release } = course
  const why = reasonOf(failures)
  if (touched.length === 0) return { status: 'failed', failures }
  if (context.settings.on_failure === 'keep') {
    context.watch.phase('failed', 'leave the hosts as they are (on_failure: keep)')
    await each(context, touched, 'failed', async (station) => {
      const from = servedBefore(station)
      const event = eventLine(context, 'failed', { from, to: release, why, outcome: 'kept' })
      try {
        await station.session.settle('', event)
      } catch {
        // What it serves is worth a look, too, where its answer was lost, or the host was left.
        await reopen(context, station)
        await station.session.settle('', event)
      }
    }).catch(() => undefined)
    return { status: 'failed', failures }
  }
  context.watch.phase('failed', `put ${touched.length} of ${fleet.length} hosts back`)
  try {
    let left = 0
    await each(context, touched, 'failed', async (station) => {
      const before = {
        link: station.state?.link ?? null,
        current: servedBefore(station),
        entries: recordsOf(station, why),
      }
      if (!(await putBack(course, station, why, before))) left += 1
    })
    if (left === touched.length) return { status: 'failed', failures }
    if (left === 0 && !touched.some(({ putBack }) => putBack)) {
      const unchanged =
        touched.length === 1 ? 'The host serves what it did before.' : 'All hosts serve what they did before.'
      return { status: 'failed', failures: failures.map((failure) => failure.at({ unchanged })) }
    }
    const back = left === 0 ? `All ${touched.length}` : `${touched.length - left} of ${touched.length}`
    const unchanged =
      touched.length === 1
        ? 'The switched host was put back to what it served before.'
        : `${back} switched hosts were put back to what they served before.`
    return { status: 'reverted', failures: failures.map((failure) => failure.at({ unchanged })) }
  } catch (error) {
    return { status: 'failed', failures: [...failures, ...failuresOf(error, 'failed', undefined)] }
  }
}

async function reopen(context: Context, station: Station): Promise<HostState> {
  const state = await station.open('lock', Math.max(context.settings.lock_timeout, OWN_LOCK), '')
  await recall(context, [station]).catch(() => {
    // Then nothing is known of it that would let anything go.
    station.state = { ...state, outdated: true }
  })
  return state
}

/** @returns false when another run has led the link elsewhere meanwhile, whose business it is now. */
async function putBack(course: Course, station: Station, why: string, before: Before): Promise<boolean> {
  const { context } = course
  const release = course.release ?? ''
  try {
    await switchBack(context, station, release, why, before)
  } catch (first) {
    context.watch.note(
      station.host.label,
      `could not be put back at once (${failureFrom(first).message}); trying by a new connection`,
    )
    try {
      const { link } = await reopen(context, station)
      // The lock was lost with the session: what another run did since is not ours to undo.
      if (link !== linkText(station.layout, release)) return await leave(context, station, why, before)
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
    before.link === null
      ? 'the link is away again'
      : station.state?.dangling
        ? `the link leads to ${before.link} again, where there was nothing before either`
        : `serves ${before.current ?? before.link} again`,
  )
  station.putBack = true
  await dropOlderFailed(course, station)
  if (before.current === null) return true
  await runAfterRevert(course, station, before.current)
  return true
}

/** @returns whether the host serves what it did before. */
async function leave(context: Context, station: Station, why: string, before: Before): Promise<boolean> {
  const { watch } = context
  const { host, state, current } = station
  const serves = current ?? state?.link ?? 'nothing'
  if (state?.link === before.link) {
    watch.note(host.label, `serves ${serves}`)
    await recordReturn(context, station, why, before)
    return true
  }
  watch.warn(host.label, `was switched to ${serves} by another run meanwhile; it is left there`)
  return false
}

/** The answer was lost, and may be before manifest and log were written; they are, unless another run has worked there since. */
async function recordReturn(context: Context, station: Station, why: string, before: Before): Promise<void> {
  const names = (entries: readonly Entry[]) => entries.map(nameOf).join()
  const text = renderManifest(before.entries)
  const fresh = station.entries
  if (station.state?.damage || names(fresh) !== names(before.entries) || renderManifest(fresh) === text)
    return
  const event = eventLine(context, 'reverted', { to: before.current, why, outcome: 'reverted' })
  try {
    await station.session.settle(text, event)
    station.entries = before.entries
  } catch (error) {
    const serves = before.current ?? before.link ?? 'nothing'
    context.watch.warn(
      station.host.label,
      `serves ${serves} again, but manifest.json and the log do not say so: ${failureFrom(error).message}`,
    )
  }
}

async function switchBack(
  context: Context,
  station: Station,
  release: string,
  why: string,
  before: Before,
): Promise<void> {
  // Until the host has answered, nobody knows what it serves.
  station.current = null
  const publication = {
    link: before.link ?? '',
    release: before.current ?? '',
    previous: '',
    manifest: station.state?.damage ? '' : renderManifest(before.entries),
    event: eventLine(context, 'reverted', { from: release, to: before.current, why, outcome: 'reverted' }),
  }
  // Its records may fail after that; the link is back all the same.
  await station.session.publish(publication, () => {
    station.putBack = true
  })
  station.current = before.current
  station.entries = before.entries
}

/** The one command that does on a host what could not be done from here; the same rename as ever (host.md, "Switch"). */
function byHand({ layout }: Station, before: Before): string {
  const dir = posix.resolve(layout.root, layout.linkDir)
  const name = layout.linkName
  if (before.link === null) return `rm -f ${quote(posix.join(dir, name))}`
  const draft = quote(`.fix/${name}`)
  return `cd ${quote(dir)} && mkdir -p .fix && ln -sf ${quote(before.link)} ${draft} && mv -f ${draft} . && rmdir .fix`
}
