// A run from its inputs to its report: settings, then the mode, then what people see of it.

import { randomBytes } from 'node:crypto'
import * as core from '@actions/core'
import { connect, inspectCredentials } from './connection/connect.ts'
import { Failure, failureFrom } from './failure.ts'
import type { Context } from './flow/context.ts'
import { type Course, createCourse } from './flow/course.ts'
import { nothingDone, nothingToDo, type Outcome } from './flow/outcome.ts'
import { createStation } from './flow/station.ts'
import { check } from './modes/check.ts'
import { deploy } from './modes/deploy.ts'
import { list } from './modes/list.ts'
import { pruneAll } from './modes/prune.ts'
import { publish } from './modes/publish.ts'
import { repair } from './modes/repair.ts'
import { rollback } from './modes/rollback.ts'
import { stage } from './modes/stage.ts'
import { origin, repositoryUrl } from './origin.ts'
import { openPrivateDir } from './private_dir.ts'
import { shardOf } from './release/shard.ts'
import { createLog, type Log } from './report/log.ts'
import { reportRun } from './report/report.ts'
import { maskSecrets } from './report/secrets.ts'
import { checkRunner } from './runner.ts'
import type { Host } from './settings/hosts.ts'
import { isOneOf, type Mode, uploading } from './settings/mode.ts'
import { Problem } from './settings/problem.ts'
import { type Reading, readSettings } from './settings/read.ts'
import { localRsync } from './transfer/rsync_version.ts'

const modes: Record<Mode, (course: Course) => Promise<Outcome>> = {
  deploy,
  stage,
  publish,
  rollback,
  prune: pruneAll,
  list,
  check,
  repair,
}

/** @param signal aborted when the run is cancelled. Never throws for what is the user's to mend: it reports and sets the exit code. */
export async function run(signal: AbortSignal): Promise<void> {
  const started = new Date()
  let log = createLog(core, [])
  let mode = core.getInput('mode') || 'deploy'
  // Asked while the settings are read.
  if (isOneOf(uploading, mode)) void localRsync()
  // Also when the settings as a whole cannot be read.
  let summary = core.getInput('summary').trim().toLowerCase() !== 'false'
  let remoteDir: string | undefined
  let target: string | undefined
  let outcome: Outcome
  try {
    const reading = readInputs()
    mode = reading.settings.mode
    summary = reading.settings.summary
    remoteDir = sharedDir(reading.hosts)
    target = reading.settings.target
    if (process.env.GITHUB_ACTIONS) maskSecrets(reading.secrets, core)
    log = createLog(
      core,
      reading.hosts.map((host) => host.label),
    )
    for (const warning of reading.warnings) log.warn(undefined, warning)
    await checkRunner(mode)
    outcome = await work(reading, log, signal, started)
  } catch (error) {
    outcome = nothingDone([failureFrom(error)])
    if (!(error instanceof Failure))
      log.debug(undefined, String(error instanceof Error ? error.stack : error))
  }
  const seconds = (Date.now() - started.getTime()) / 1000
  await report(outcome, log, { mode, summary, remoteDir, target, seconds })
}

/** Undefined where hosts have one of their own. */
function sharedDir(hosts: readonly Host[]): string | undefined {
  const [dir, ...others] = new Set(hosts.map(({ settings }) => settings.remote_dir))
  return others.length === 0 ? dir : undefined
}

function readInputs(): Reading {
  return readSettings((name) => core.getInput(name, { trimWhitespace: false }), {
    inspect: credentialProblems,
  })
}

function credentialProblems(host: Host): readonly Problem[] {
  return inspectCredentials(host).flatMap(({ where, check }) => {
    try {
      check()
      return []
    } catch (error) {
      const failure = failureFrom(error)
      // The line begins with the setting's name.
      const named = failure.message.startsWith(where)
      const message = named ? failure.message.slice(where.length).replace(/^:? /, '') : failure.message
      return [new Problem(message, failure.detail.remedy, where)]
    }
  })
}

async function work(reading: Reading, log: Log, signal: AbortSignal, started: Date): Promise<Outcome> {
  const { settings, hooks } = reading
  const hosts = settings.shard ? shardOf(reading.hosts, (host) => host.label, settings.shard) : reading.hosts
  if (hosts.length < reading.hosts.length) {
    log.note(undefined, `this job works on ${hosts.length} of ${reading.hosts.length} hosts (shard)`)
  }
  if (hosts.length === 0) {
    log.warn(undefined, 'this shard has no hosts: nothing was done')
    return nothingToDo(settings)
  }
  await using own = await openPrivateDir()
  if (process.env.GITHUB_STATE) core.saveState('dir', own.path)
  const context: Context = {
    id: `${process.env.GITHUB_RUN_ID ?? 'run'}-${process.env.GITHUB_RUN_ATTEMPT ?? '1'}-${randomBytes(4).toString('hex')}`,
    settings,
    hosts,
    hooks,
    origin: origin(),
    watch: log,
    signal,
    started,
    dir: own.path,
    connect: (host, stop) =>
      connect(host, { agent: process.env.SSH_AUTH_SOCK, dir: own.path }, stop, (text) =>
        log.note(host.label, text),
      ),
  }
  await using stations = new AsyncDisposableStack()
  const fleet = hosts.map((host) => createStation(context, host))
  stations.defer(async () => {
    await Promise.all(fleet.map((station) => station[Symbol.asyncDispose]()))
  })
  return await modes[settings.mode](createCourse(context, fleet))
}

interface Frame {
  readonly mode: string
  readonly summary: boolean
  readonly remoteDir: string | undefined
  readonly target: string | undefined
  readonly seconds: number
}

async function report(outcome: Outcome, log: Log, { summary, ...frame }: Frame): Promise<void> {
  const { result, failures } = outcome
  if (failures.length > 0 || result.status === 'failed' || result.status === 'reverted') process.exitCode = 1
  const told = { ...frame, ...outcome, repository: repositoryUrl(), warnings: log.warnings, notes: log.notes }
  await reportRun(told, summary, log, core)
}
