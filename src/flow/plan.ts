// `dry_run`: what the run would do on each host, read from the hosts for real; nothing is changed, no command is run.

import prettyBytes from 'pretty-bytes'
import { isHeld } from '../host/state.ts'
import { historyOf } from '../release/history.ts'
import { linkedPaths, releasePath } from '../release/layout.ts'
import { activated, made } from '../release/transition.ts'
import { type Moment, momentsOf } from '../settings/points.ts'
import type { Artifact } from '../transfer/artifact.ts'
import { compareArtifact, type Difference } from '../transfer/compare.ts'
import type { Course } from './course.ts'
import { adopted } from './entries.ts'
import { fateOf } from './fate.ts'
import { each, failuresOf } from './fleet.ts'
import { commandsAt } from './hook.ts'
import { failedOutcome, type Outcome, outcomeOf } from './outcome.ts'
import type { Parcel } from './parcel.ts'
import { removalAt } from './prune.ts'
import { historyAt, leadsTo, type Station } from './station.ts'

type Say = (text: string) => void

/** Tells the plan of every host; the outcome is `planned`. */
async function tell(
  course: Course,
  title: string,
  work: (station: Station, say: Say) => Promise<void> | void,
): Promise<Outcome> {
  const { context, fleet } = course
  context.watch.phase('starting', title)
  try {
    await each(context, fleet, 'starting', async (station) => {
      const say = (text: string) => context.watch.note(station.host.label, `would ${text}`)
      if (isHeld(station.state)) say('first wait for the lock that another run holds')
      await work(station, say)
    })
  } catch (error) {
    return failedOutcome(course, failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  return outcomeOf(course, { status: 'planned', release: null })
}

export function planDeploy(course: Course, parcel: Parcel): Promise<Outcome> {
  const { release, artifact } = parcel
  const staging = course.context.settings.mode === 'stage'
  return tell(course, `what would be done for ${release} (dry_run)`, async (station, say) => {
    const sent = await difference(course, station, artifact)
    say(`send ${sent.files} of ${artifact.files} files (${prettyBytes(sent.bytes)}) as ${release}`)
    for (const { path } of linkedPaths(station.host.settings)) say(`link ${path} into shared/`)
    const { revision_file: file } = course.context.settings
    if (file && course.context.origin.revision !== null) say(`write the commit to ${file}`)
    tellCommands(course, station, say, before)
    if (!staging) tellSwitch(course, station, say, release)
    tellCommands(course, station, say, afterwards)
    if (!staging) tellRemoval(station, say, release)
  })
}

export function planSwitch(course: Course): Promise<Outcome> {
  const { release } = course
  return tell(course, `what would be done for ${release} (dry_run)`, (station, say) => {
    tellCommands(course, station, say, before)
    tellSwitch(course, station, say, release as string)
    tellCommands(course, station, say, afterwards)
    const { mode } = course.context.settings
    if (mode === 'publish') tellRemoval(station, say, release)
    const fate = mode === 'rollback' ? fateOf(course.context, station, release as string) : null
    if (fate === null) return
    if ('stays' in fate) say(`keep ${fate.left}: ${fate.stays}`)
    else say(`${fate.goes === 'archive' ? 'archive and remove' : 'remove'} ${fate.left}`)
  })
}

export function planPrunes(course: Course): Promise<Outcome> {
  return tell(course, 'what would be removed (dry_run)', (station, say) => tellRemoval(station, say, null))
}

/** Compared with the release that the host serves; all of the artifact when it serves none. */
function difference({ context }: Course, station: Station, artifact: Artifact): Promise<Difference> {
  const { connection, current, layout, host } = station
  if (current === null) return Promise.resolve({ files: artifact.files, bytes: artifact.bytes })
  const told = { label: host.label, become: host.settings.become }
  return compareArtifact(
    context.dir,
    connection,
    told,
    artifact,
    releasePath(layout, current),
    context.signal,
  )
}

function tellSwitch(course: Course, station: Station, say: Say, release: string): void {
  tellCommands(course, station, say, [{ when: 'before', point: 'publishing' }])
  if (station.current === release) say(`leave the link as it is: it leads to ${release}`)
  else say(`switch from ${leadsTo(station)} to ${release}`)
  tellCommands(course, station, say, [{ when: 'after', point: 'publishing' }, ...momentsOf(['published'])])
  if (station.host.settings.health_check_command) say('run health_check_command (after published)')
}

/** Around a switch; a mode passes some of them. */
const before = momentsOf(['starting', 'started', 'updating', 'updated', 'reverting', 'reverted'])
const afterwards = momentsOf(['finishing', 'finishing_rollback', 'finished'])

function tellCommands(course: Course, station: Station, say: Say, moments: readonly Moment[]): void {
  for (const { at, name } of commandsAt(course, station, moments)) say(`run ${name} (${at})`)
}

function tellRemoval(station: Station, say: Say, release: string | null): void {
  const history = release === null ? historyAt(station) : historyWith(station, release)
  const { remove } = removalAt(station, history, release ?? station.current)
  say(remove.length === 0 ? 'remove no release' : `remove ${remove.join(', ')}`)
}

/** The station's releases as they would be with `release` live. */
function historyWith(station: Station, release: string) {
  const state = station.state
  const entries = adopted(station)
  const known = entries.some((entry) => entry.release === release)
  const all = known ? entries : [...entries, made(release, Number.MAX_SAFE_INTEGER - 1, { created_at: '' })]
  const disk = [...new Set([...(state?.disk ?? []), release])]
  return historyOf({
    entries: activated(all, release, new Date()),
    disk,
    records: state?.records ?? [],
    current: release,
  })
}
