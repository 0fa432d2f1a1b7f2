// A workflow's jobs without GitHub: our steps by the built action, scripts by bash, expressions by GitHub's own evaluator.

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { parse } from 'yaml'
import { readText } from '../docs/workflows.ts'
import type { World } from './world.ts'

type Result = 'success' | 'failure' | 'cancelled' | 'skipped'
type Outputs = Readonly<Record<string, string>>

interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly if?: string
  readonly outputs?: Outputs
  readonly strategy?: { readonly matrix: { readonly shard: string } }
  readonly steps: readonly Step[]
}

interface Played {
  readonly result: Result
  readonly outputs: Outputs
  /** By what the matrix gave each of its jobs; one without a matrix has the one of the empty name. */
  readonly parts: ReadonlyMap<string, Result>
  readonly log: string
}

export interface Rehearsal {
  /** Job by its name, after the last attempt. */
  readonly jobs: Readonly<Record<string, Played>>
  /** All of them, as "Re-run all jobs" would. */
  attempt(): Promise<void>
  /** "Re-run failed jobs": those and what needs them. */
  attemptFailed(): Promise<void>
  /** "Re-run this job", of a matrix, and what needs it. */
  attemptOne(name: string, part: string): Promise<void>
}

interface Scope {
  readonly contexts: Readonly<Record<string, unknown>>
  /** How it stands with what came before. */
  readonly before: Result
}

function evaluate(expression: string, { contexts, before }: Scope): data.ExpressionData {
  const status = (name: string, holds: boolean) => {
    return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(holds) }
  }
  const functions = [
    status('success', before === 'success'),
    status('failure', before === 'failure'),
    status('cancelled', before === 'cancelled'),
  ]
  const { tokens } = new Lexer(expression).lex()
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse()
  const values = JSON.parse(JSON.stringify(contexts), data.reviver)
  return new Evaluator(tree, values, new Map(functions.map((each) => [each.name, each]))).evaluate()
}

function holds(condition: string | undefined, scope: Scope): boolean {
  if (condition === undefined) return scope.before === 'success'
  const implied = /\b(success|failure|cancelled)\(/.test(condition)
    ? condition
    : `success() && (${condition})`
  const value = evaluate(implied, scope)
  return value.kind === data.Kind.Boolean ? value.value : value.coerceString() !== ''
}

function filled(text: unknown, scope: Scope): string {
  const fill = (_: string, expression: string) => evaluate(expression, scope).coerceString()
  return String(text).replace(/\$\{\{ *(.*?) *\}\}/g, fill)
}

/** @param artifact what the workflow artifact holds, as it is taken out of its archive. */
export function rehearse(world: World, file: string, inputs: Outputs, artifact: string): Rehearsal {
  const jobs = parse(readText(file)).jobs as Readonly<Record<string, Job>>
  const played: Record<string, Played> = {}
  let attempts = 0

  const needsOf = ({ needs = [] }: Job) => (typeof needs === 'string' ? [needs] : needs)

  async function play(name: string, job: Job, again: (part: string) => boolean): Promise<Played> {
    const needs = Object.fromEntries(needsOf(job).map((need) => [need, played[need]]))
    const results = Object.values(needs).map((need) => need?.result)
    const before = results.includes('failure')
      ? 'failure'
      : results.every((result) => result === 'success')
        ? 'success'
        : 'skipped'
    const github = { run_id: '4711', run_attempt: String(attempts) }
    const contexts = { inputs, needs, github, secrets: {}, vars: {}, matrix: {}, steps: {} }
    if (!holds(job.if, { contexts, before }))
      return { result: 'skipped', outputs: {}, parts: new Map(), log: '' }
    const matrix = job.strategy?.matrix.shard.replace(/^\$\{\{ *(.*?) *\}\}$/, '$1')
    const list = matrix === undefined ? [''] : evaluate(matrix, { contexts, before })
    const shards: readonly string[] = JSON.parse(JSON.stringify(list, data.replacer))
    const parts = new Map(played[name]?.parts)
    let outputs: Outputs = played[name]?.outputs ?? {}
    let log = ''
    for (const shard of shards.filter(again)) {
      const done = await playSteps(job, { ...contexts, matrix: { shard } })
      parts.set(shard, done.result)
      outputs = done.outputs
      log += done.log
    }
    const result = [...parts.values()].includes('failure') ? 'failure' : 'success'
    return { result, outputs, parts, log }
  }

  async function playSteps(job: Job, given: Scope['contexts']) {
    const cwd = await mkdtemp(join(world.dir, 'workspace-'))
    const steps: Record<string, { outputs: Outputs }> = {}
    const scope = { contexts: { ...given, steps }, before: 'success' as Result }
    let log = ''
    for (const step of job.steps) {
      if (!holds(step.if, scope)) continue
      const more = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([key, value]) => [key, filled(value, scope)]),
      )
      if (step.run !== undefined) {
        const env = { ...process.env, RUNNER_TEMP: await mkdtemp(join(world.dir, 'temp-')) }
        const bash = promisify(execFile)('bash', ['-e', '-c', step.run], { cwd, env })
        const ran = await bash.catch((error) => error)
        log += `${ran.stdout}${ran.stderr}`
        if (ran instanceof Error) scope.before = 'failure'
      } else if (step.uses?.startsWith('actions/checkout@')) {
        const config = join(world.dir, 'checkout')
        await mkdir(config, { recursive: true })
        await cp(config, cwd, { recursive: true })
      } else if (step.uses?.startsWith('actions/download-artifact@')) {
        await cp(artifact, join(cwd, more.path as string), { recursive: true })
      } else {
        const env = { GITHUB_RUN_ATTEMPT: String(attempts) }
        const ran = await world.run(more, { cwd, env })
        log += ran.log
        if (step.id !== undefined) steps[step.id] = { outputs: ran.outputs }
        if (ran.code !== 0) scope.before = 'failure'
      }
    }
    const outputs = Object.entries(job.outputs ?? {}).map(([key, value]) => [key, filled(value, scope)])
    return { result: scope.before, outputs: Object.fromEntries(outputs), log }
  }

  /** Jobs of which a part is chosen, and all that need them. */
  async function attemptAgain(chosen: (name: string, part: string) => boolean): Promise<void> {
    attempts += 1
    const rerun = new Set<string>()
    for (const [name, job] of Object.entries(jobs)) {
      const { parts = new Map<string, Result>() } = played[name] ?? {}
      const whole = needsOf(job).some((need) => rerun.has(need))
      if (!whole && ![...parts.keys()].some((part) => chosen(name, part))) continue
      rerun.add(name)
      if (whole) delete played[name]
      played[name] = await play(name, job, (part) => whole || chosen(name, part))
    }
  }

  return {
    jobs: played,
    async attempt() {
      attempts += 1
      for (const name of Object.keys(played)) delete played[name]
      for (const [name, job] of Object.entries(jobs)) played[name] = await play(name, job, () => true)
    },
    attemptFailed: () => attemptAgain((name, part) => played[name]?.parts.get(part) !== 'success'),
    attemptOne: (name, part) => attemptAgain((...job) => job[0] === name && job[1] === part),
  }
}
