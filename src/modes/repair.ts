// `mode: repair`: leftovers of dead runs go, and a lost or broken manifest is rebuilt from records, log and disk (host.md, "The manifest").

import { Failure } from '../failure.ts'
import type { Course } from '../flow/course.ts'
import { adopted } from '../flow/entries.ts'
import { eventLine } from '../flow/event.ts'
import { each, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { failedOutcome, type Outcome, outcomeOf } from '../flow/outcome.ts'
import { warnOfLeft } from '../flow/removal.ts'
import { historyAt, type Station } from '../flow/station.ts'
import { renderManifest } from '../release/manifest.ts'
import { nameAt } from '../release/name.ts'
import { withAdopted } from '../release/transition.ts'
import { count } from '../wording.ts'

export async function repair(course: Course): Promise<Outcome> {
  const { context } = course
  const { settings, watch } = context
  try {
    await gather(course)
  } catch (error) {
    return failedOutcome(course, failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  watch.phase('finishing', settings.dry_run ? 'what would be repaired (dry_run)' : 'repair')
  try {
    await each(context, course.fleet, 'finishing', (station) => mend(course, station))
  } catch (error) {
    return failedOutcome(course, failuresOf(error, 'finishing', 'The link is untouched on every host.'))
  }
  return outcomeOf(course, { status: settings.dry_run ? 'planned' : 'repaired', release: null })
}

async function mend({ context }: Course, station: Station): Promise<void> {
  const { host, session, state } = station
  if (!state) return
  if (state.absent) {
    context.watch.note(host.label, 'nothing to repair: a deploy makes what it needs')
    return
  }
  const dry = context.settings.dry_run
  const say = (done: string, plan: string) => context.watch.note(host.label, dry ? `would ${plan}` : done)
  if (state.damage?.future) {
    throw new Failure('a newer version of this action wrote manifest.json', {
      host: host.label,
      remedy: 'Use that version: this one would lose what it cannot read.',
    })
  }
  const unknown = historyAt(station).filter((release) => release.state === 'unknown')
  const entries = withAdopted(
    adopted(station),
    unknown.map((release) => release.name),
  )
  const broken = state.damage !== null || state.outdated === true
  const lost = broken || (state.manifest === 'absent' && entries.length > 0)
  const was = state.damage ? 'broken' : 'older'
  const keptAs = broken ? `manifest.json.${was}-${nameAt(context.started)}` : ''
  const rebuilt = lost || unknown.length > 0
  if (!dry && rebuilt) await session.restore(renderManifest(entries), keptAs)
  if (lost) {
    const kept = keptAs && `; the ${was} one is kept as ${keptAs}`
    say(
      `rebuilt manifest.json with ${count(entries.length, 'release')}${kept}`,
      `rebuild manifest.json with ${count(entries.length, 'release')}`,
    )
  }
  for (const { name } of unknown) say(`adopted ${name}`, `adopt ${name}`)
  const leftovers = state.leftovers.length + state.incoming.length
  if (dry && leftovers > 0) context.watch.note(host.label, `would remove ${count(leftovers, 'leftover')}`)
  if (!rebuilt && leftovers === 0) context.watch.note(host.label, 'nothing to repair')
  if (dry) return
  const why =
    state.damage?.message ?? `manifest.json was ${state.outdated ? 'older than the log' : 'missing'}`
  const event = eventLine(context, 'repair', {
    outcome: 'repaired',
    ...(lost ? { why } : {}),
    releases: unknown.map((release) => release.name),
  })
  const { left, noise } = await session.finish('', rebuilt || leftovers > 0 ? event : '', [])
  warnOfLeft(context, station, left, noise)
  if (left < leftovers) context.watch.note(host.label, `removed ${count(leftovers - left, 'leftover')}`)
  station.entries = entries
  station.state = { ...state, damage: null, outdated: false, manifest: 'present' }
}
