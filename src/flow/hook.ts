// The users' commands at the points of the flow: which hosts they run on, where, with what environment, and what a failure means.

import { connectLocal } from '../connection/local.ts'
import { workspace } from '../environment.ts'
import { failureFrom } from '../failure.ts'
import { type Command, runCommand } from '../host/command.ts'
import { publicPath, releasePath } from '../release/layout.ts'
import { deployOf, nameOf } from '../release/manifest.ts'
import type { Hook } from '../settings/hooks.ts'
import { isOneOf, uploading } from '../settings/mode.ts'
import { type Moment, pointsOf } from '../settings/points.ts'
import type { Context } from './context.ts'
import { type Course, releaseBefore } from './course.ts'
import { each, type Fleet, FleetFailure } from './fleet.ts'
import type { Station } from './station.ts'

/** Whether anything would run there. */
export function hasHooks(course: Course, at: Moment): boolean {
  return (
    hooksAt(course, at).length > 0 ||
    course.fleet.some((station) => settingAt(course.context, station, at) !== null)
  )
}

/**
 * Runs the hooks at a point, one after the other, each on all its hosts before the next begins: the setting's own command first, then
 * the config file's in their order.
 * @param hosts those of the fleet that are at this point now (a wave); runner's hooks run when it is the `turn` for the whole fleet.
 * @throws FleetFailure when one fails that may not.
 */
export async function runHooks(
  course: Course,
  at: Moment,
  hosts: Fleet = course.fleet,
  turn = true,
): Promise<void> {
  const { context } = course
  await each(context, hosts, at.point, async (station) => {
    const command = settingAt(context, station, at)
    if (command) await runOn(course, station, at, command)
  })
  for (const hook of hooksAt(course, at)) {
    try {
      await runHook(course, at, hook, hosts, turn)
    } catch (error) {
      // Of those after a failure, each is tried: the last may be the one that tells people.
      const goesOn = hook.allow_failure || at.point === 'failed'
      if (!goesOn || !(error instanceof FleetFailure) || context.signal.aborted) throw error
      for (const { message, detail } of error.failures)
        context.watch.warn(
          detail.host,
          `${message} (${hook.allow_failure ? 'allow_failure' : 'after the failure'})`,
        )
      for (const station of hosts) station.error = null
    }
  }
}

async function runHook(course: Course, at: Moment, hook: Hook, hosts: Fleet, turn: boolean): Promise<void> {
  const { context } = course
  if (hook.on.kind === 'runner') {
    if (turn) await runOnRunner(course, at, hook)
    return
  }
  const chosen = hosts.filter((station) => runsOn(course, station, hook.on))
  await each(context, chosen, at.point, (station) => runOn(course, station, at, toldOf(hook)))
}

/** What would run on a station at those of these moments that the mode passes, in order, for a plan. */
export function commandsAt(
  course: Course,
  station: Station,
  moments: readonly Moment[],
): readonly { readonly at: string; readonly name: string }[] {
  return moments.flatMap((at) => {
    const own = settingAt(course.context, station, at)
    // The runner's own are told with the first host.
    const hooks = hooksAt(course, at).filter(
      ({ on }) => runsOn(course, station, on) || (on.kind === 'runner' && station === course.fleet[0]),
    )
    const moment = `${at.when} ${at.point}`
    return [
      ...(own ? [{ at: moment, name: own.name }] : []),
      ...hooks.map(({ name, on }) => ({
        at: on.kind === 'runner' ? `${moment}, on the runner` : moment,
        name,
      })),
    ]
  })
}

/** `first` is the same host in every phase of a run and of its second try: the first of the list that takes part. */
function runsOn({ fleet }: Course, station: Station, on: Hook['on']): boolean {
  if (on.kind === 'role') return station.host.roles.includes(on.role)
  return on.kind === 'each' || (on.kind === 'first' && station === fleet[0])
}

interface Told {
  readonly name: string
  readonly script: string
  readonly timeout: number | undefined
}

function toldOf({ name, run, timeout }: Hook): Told {
  return { name, script: run, timeout }
}

async function runOn(course: Course, station: Station, at: Moment, told: Told): Promise<void> {
  const { context } = course
  const { host } = station
  // What it writes is not on disk yet.
  station.armed = null
  station.stirred = true
  const command: Command = {
    name: told.name,
    script: told.script,
    dir: directoryAt(course, station, at),
    environment: environmentOf(course, station),
    ...limitOf(told.timeout, host.settings.command_timeout),
    become: host.settings.become,
    lock: { root: station.layout.root, run: context.id },
  }
  await runCommand(
    station.connection,
    host.label,
    command,
    (line) => context.watch.output(host.label, line),
    context.signal,
  )
}

function limitOf(own: number | undefined, usual: number): Pick<Command, 'timeout' | 'limit'> {
  return own === undefined ? { timeout: usual } : { timeout: own, limit: 'its `timeout`' }
}

/** On the runner, in the workspace; the variables are those of the first host that takes part, or of the first of all. */
async function runOnRunner(course: Course, at: Moment, hook: Hook): Promise<void> {
  const { context } = course
  const [first] = [...course.fleet, ...course.all]
  const command: Command = {
    name: hook.name,
    script: hook.run,
    dir: workspace(),
    environment: first ? environmentOf(course, first) : {},
    ...limitOf(hook.timeout, context.settings.command_timeout),
    become: undefined,
  }
  await using connection = connectLocal('runner')
  try {
    await runCommand(
      connection,
      'runner',
      command,
      (line) => context.watch.output('runner', line),
      context.signal,
    )
  } catch (error) {
    throw new FleetFailure(at.point, [failureFrom(error, { host: 'runner', phase: at.point })])
  }
}

function hooksAt({ context }: Course, { when, point }: Moment): readonly Hook[] {
  if (!pointsOf[context.settings.mode].includes(point)) return []
  return context.hooks.filter((hook) => hook.at.when === when && hook.at.point === point)
}

/** flow.md, "Order": `pre_symlink_command` is the hook `after updated`, `post_deploy_command` the hook `after published`. */
function settingAt({ settings }: Context, { host }: Station, { when, point }: Moment): Told | null {
  const told = (name: string, script: string | undefined) =>
    script ? { name, script, timeout: undefined } : null
  if (when !== 'after' || !pointsOf[settings.mode].includes(point)) return null
  if (point === 'updated') return told('pre_symlink_command', host.settings.pre_symlink_command)
  if (point === 'published') return told('post_deploy_command', host.settings.post_deploy_command)
  return null
}

/** Where a command runs: in the release once it is there, in the public directory once that leads to it, else in remote_dir. */
function directoryAt({ release }: Course, { layout, current }: Station, { when, point }: Moment): string {
  const afterwards = ['published', 'finishing', 'finishing_rollback', 'finished'].includes(point)
  if (current !== null && (afterwards || (point === 'publishing' && when === 'after')))
    return publicPath(layout)
  const there =
    ['updated', 'reverted', 'publishing'].includes(point) ||
    (when === 'after' && ['updating', 'reverting'].includes(point))
  if (release !== null && there) return releasePath(layout, release)
  return layout.root
}

/** flow.md, "Environment". */
export function environmentOf(course: Course, station: Station): Record<string, string> {
  const { context, release } = course
  const { host, layout } = station
  const name = release ?? ''
  return {
    RELEASE_NAME: name,
    RELEASE_PATH: name && releasePath(layout, name),
    PREVIOUS_RELEASE: course.previous ?? releaseBefore(course, station) ?? '',
    CURRENT_PATH: publicPath(layout),
    SHARED_PATH: `${layout.root}/shared`,
    REMOTE_DIR: layout.root,
    REVISION: revisionOf(course, station),
    DEPLOY_HOST: host.name,
    DEPLOY_MODE: context.settings.mode,
  }
}

/** The commit of the release that is told of: that of the run which makes it, else as the host has it on record. */
function revisionOf({ context, release, previous }: Course, { entries }: Station): string {
  const { origin, settings } = context
  if (isOneOf(uploading, settings.mode) && previous === undefined) return origin.revision ?? ''
  const entry = entries.find((each) => nameOf(each) === release)
  const revision = entry && deployOf(entry)?.revision
  // It comes from a file on the host, and goes to the runner's shell, too.
  return typeof revision === 'string' && /^[\w.-]{1,128}$/.test(revision) ? revision : ''
}

/**
 * Again after a host was put back: what follows a switch there, for the release it serves again. One that fails keeps none of the others
 * from their turn: a service that was restarted for the release before has to be restarted once more. What failed is a warning.
 */
export async function runAfterRevert(course: Course, station: Station, back: string): Promise<void> {
  const { watch } = course.context
  const at: Moment = { when: 'after', point: 'published' }
  const returned: Course = { ...course, release: back, previous: course.release ?? '' }
  const own = settingAt(course.context, station, at)
  const hooks = hooksAt(course, at).filter((hook) => runsOn(course, station, hook.on))
  for (const command of [...(own ? [own] : []), ...hooks.map(toldOf)]) {
    await runOn(returned, station, at, command).catch((error) =>
      watch.warn(
        station.host.label,
        `was put back, but a command after the switch then failed: ${failureFrom(error).message}`,
      ),
    )
  }
}
