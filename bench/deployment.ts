// One deploy, rollback or list by the built action, and what it says of itself; one that fails ends the bench.

import type { ActionResult, ActionRun } from '../__tests__/servers/action.ts'
import type { Site } from './site.ts'

/** The part of the output `result` that is measured; one entry a host. */
export interface HostFigures {
  readonly connections: number
  readonly round_trips: number
  readonly bytes_sent: number
  readonly files_changed: number
}

export interface Run {
  /** From the start of the process to its end. */
  readonly seconds: number
  readonly pid: number
  readonly hosts: readonly HostFigures[]
}

/** @throws Error with the log when the run fails. */
export async function perform(
  site: Site,
  dirs: readonly string[],
  inputs: Readonly<Record<string, string>>,
  run?: ActionRun,
): Promise<Run> {
  const action = await site.act(dirs, inputs, run)
  const ended = await action.done
  if (ended.code !== 0) throw new Error(`the action failed:\n${ended.log}`)
  return { seconds: ended.seconds, pid: action.pid, hosts: hostsOf(ended) }
}

function hostsOf(ended: ActionResult): readonly HostFigures[] {
  return ended.result.hosts as readonly HostFigures[]
}
