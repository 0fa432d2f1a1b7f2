// One deploy, rollback or list by the built action, and what it says of itself; one that fails ends the bench.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ActionResult, ActionRun } from '../__tests__/servers/action.ts'
import { childrenCpu } from './cpu.ts'
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
  readonly log: string
}

/** What a run cost the runner; the children are rsync and its bridges. */
export interface Usage {
  /** MB that the action's own process had at its peak. */
  readonly peak: number
  /** Seconds of CPU time, of the process with its threads. */
  readonly cpu: number
  readonly children: number
}

type Inputs = Readonly<Record<string, string>>

/** @throws Error with the log when the run fails. */
export async function perform(
  site: Site,
  dirs: readonly string[],
  inputs: Inputs,
  run?: ActionRun,
): Promise<Run> {
  const action = await site.act(dirs, inputs, run)
  const ended = await action.done
  if (ended.code !== 0) throw new Error(`the action failed:\n${ended.log}`)
  return { seconds: ended.seconds, pid: action.pid, hosts: hostsOf(ended), log: ended.log }
}

/** The same, and what it cost. */
export async function performMeasured(
  site: Site,
  dirs: readonly string[],
  inputs: Inputs,
): Promise<Run & Usage> {
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'usage.mjs'))}`,
    BENCH_USAGE: join(site.dir, 'usage'),
  }
  const run = await perform(site, dirs, inputs, { env })
  const { peak, cpu, stat } = JSON.parse(await readFile(env.BENCH_USAGE, 'utf8'))
  return { ...run, peak, cpu, children: childrenCpu(stat) }
}

function hostsOf(ended: ActionResult): readonly HostFigures[] {
  return ended.result.hosts as readonly HostFigures[]
}
