// A user's command at a point of the flow: where it runs, what it finds in its environment, and where its output goes.

import { runCommand } from '../host/command.ts'
import { publicPath, releasePath } from '../release/layout.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

export interface Moment {
  /** The release that the command is about, and the one before it. */
  readonly release: string
  readonly previous: string | null
}

/** In the new release's directory, before any host is switched. */
export async function runPreSymlink(context: Context, station: Station, moment: Moment): Promise<void> {
  const script = station.host.settings.pre_symlink_command
  if (!script) return
  await run(
    context,
    station,
    'pre_symlink_command',
    script,
    releasePath(station.layout, moment.release),
    moment,
  )
}

/** In the public directory, after a switch. */
export async function runPostDeploy(context: Context, station: Station, moment: Moment): Promise<void> {
  const script = station.host.settings.post_deploy_command
  if (!script) return
  await run(context, station, 'post_deploy_command', script, publicPath(station.layout), moment)
}

async function run(
  context: Context,
  station: Station,
  name: string,
  script: string,
  dir: string,
  moment: Moment,
): Promise<void> {
  const { host, connection } = station
  const command = {
    name,
    script,
    dir,
    environment: environmentOf(context, station, moment),
    timeout: host.settings.command_timeout,
  }
  await runCommand(
    connection,
    host.label,
    command,
    (line) => context.watch.output(host.label, line),
    context.signal,
  )
}

/** interface.md, "What a command finds in its environment". */
function environmentOf(context: Context, { host, layout }: Station, moment: Moment): Record<string, string> {
  return {
    RELEASE_NAME: moment.release,
    RELEASE_PATH: releasePath(layout, moment.release),
    PREVIOUS_RELEASE: moment.previous ?? '',
    CURRENT_PATH: publicPath(layout),
    SHARED_PATH: `${layout.root}/shared`,
    REMOTE_DIR: layout.root,
    REVISION: context.origin.revision ?? '',
    DEPLOY_HOST: host.name,
    DEPLOY_MODE: context.settings.mode,
  }
}
