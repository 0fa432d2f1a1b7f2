// Runs the built action as GitHub's runner does: a child process, INPUT_* variables, command files, and nothing else.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { resultSchema } from '../../src/report/result_schema.ts'
import { type Annotation, parseAnnotations, parseCommandFile } from './commands.ts'

const root = resolve(import.meta.dirname, '../..')

export interface ActionRun {
  /** Settings by their names in action.yml, e.g. `remote_dir`. An unknown name throws: a typo would test nothing. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Added to the environment, last. */
  readonly env?: Readonly<Record<string, string>>
  /** The workspace, an empty directory of its own when left out. */
  readonly cwd?: string
  /** Milliseconds until the action and its children are killed; the result then has the signal. Default 60,000. */
  readonly timeout?: number
  /** Directory with main.js and post.js; the project's dist/ when left out. */
  readonly dist?: string
  /** What `main` saved, for its `post`. */
  readonly state?: Readonly<Record<string, string>>
  /** Kept by the caller, for what outlives a step; one that is deleted in the end when left out. */
  readonly runnerTemp?: string
  /** Called with each piece of the log as it comes. */
  readonly onLog?: (text: string) => void
}

export interface ActionResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** stdout and stderr as they came, workflow commands included. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  /** The output `result`, parsed; undefined when it was not set. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects there, and fails when it is not
  readonly result: any
  /** The job summary, Markdown. */
  readonly summary: string
  readonly annotations: readonly Annotation[]
  readonly state: Readonly<Record<string, string>>
  /** Paths of files left under RUNNER_TEMP when the step ended. */
  readonly left: readonly string[]
  readonly seconds: number
}

export interface RunningAction {
  readonly pid: number
  readonly done: Promise<ActionResult>
  /** The log so far. */
  log(): string
  /** Waits until the log matches. @throws when the action ends, or `timeout` ms (30,000) pass, without it. */
  saw(pattern: RegExp, timeout?: number): Promise<void>
  /** Signals the action alone, as the runner does on cancel: SIGINT, then SIGTERM. */
  kill(signal?: NodeJS.Signals): void
  /** SIGKILL for the action and its children at once: the runner's end. */
  killAll(): void
}

const conforms = new Ajv({ allowUnionTypes: true }).compile(resultSchema())

/** Every run of every test is held to the published schema. @throws when the output is not what it says. */
function conforming(result: unknown): unknown {
  if (conforms(result)) return result
  throw new Error(
    `the output result is not as docs/result.schema.json says: ${JSON.stringify(conforms.errors)}`,
  )
}

const workflow = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'octocat',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'acme/site',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '4711',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  RUNNER_OS: 'Linux',
}

/** Inputs that every run gets: the whole suite can be run over the other client. */
const everywhere: Readonly<Record<string, string>> = process.env.SSH_CLIENT
  ? { ssh_client: process.env.SSH_CLIENT }
  : {}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: unknown } | null>>
}

const action: Action = parse(await readFile(join(root, 'action.yml'), 'utf8'))

function inputVariables(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const inputs = { ...everywhere, ...given }
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs))
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`)
  // Like the runner: every input of action.yml is set, to the empty string when nobody gives it a value.
  const values = Object.entries(action.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? String(input?.default ?? ''),
  ])
  return Object.fromEntries(values)
}

const commandFiles = [
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_ENV',
  'GITHUB_PATH',
] as const

async function start(script: 'main.js' | 'post.js', run: ActionRun): Promise<RunningAction> {
  const inputs = inputVariables(run.inputs ?? {})
  const dir = await mkdtemp(join(tmpdir(), 'action-'))
  const place = (name: string) => join(dir, name)
  await Promise.all(['home', 'temp', 'workspace'].map((name) => mkdir(place(name))))
  await Promise.all(commandFiles.map((name) => writeFile(place(name), '')))
  const runnerTemp = run.runnerTemp ?? place('temp')
  const workspace = run.cwd ?? place('workspace')
  const env = {
    PATH: process.env.PATH,
    HOME: place('home'),
    // Hundreds of runs of one dist need not compile it each (vitest.config.ts). Nothing else sets it: the bench measures a first run.
    NODE_COMPILE_CACHE: process.env.COMPILED_DIST,
    ...workflow,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: runnerTemp,
    ...Object.fromEntries(commandFiles.map((name) => [name, place(name)])),
    ...Object.fromEntries(Object.entries(run.state ?? {}).map(([name, value]) => [`STATE_${name}`, value])),
    ...inputs,
    ...run.env,
  }

  const began = performance.now()
  // A process group of its own, so that the runner's end can be played without ending the test.
  const child = spawn(process.execPath, [join(run.dist ?? join(root, 'dist'), script)], {
    cwd: workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  await once(child, 'spawn')
  const pid = child.pid as number

  let log = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
      run.onLog?.(text)
      for (const look of watchers) look()
    })
  }

  const killAll = () => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // Already gone.
    }
  }
  const timer = setTimeout(killAll, run.timeout ?? 60_000)

  const finish = async (): Promise<ActionResult> => {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    clearTimeout(timer)
    const seconds = (performance.now() - began) / 1000
    const read = (name: (typeof commandFiles)[number]) => readFile(place(name), 'utf8')
    const outputs = parseCommandFile(await read('GITHUB_OUTPUT'))
    const result = {
      code,
      signal,
      log,
      outputs,
      result: outputs.result === undefined ? undefined : conforming(JSON.parse(outputs.result)),
      summary: await read('GITHUB_STEP_SUMMARY'),
      annotations: parseAnnotations(log),
      state: parseCommandFile(await read('GITHUB_STATE')),
      left: (await readdir(runnerTemp, { recursive: true })).sort(),
      seconds,
    }
    await rm(dir, { recursive: true, force: true })
    return result
  }
  const done = finish()

  const saw = (pattern: RegExp, timeout = 30_000) =>
    new Promise<void>((found, fail) => {
      const stop = () => {
        watchers.delete(look)
        clearTimeout(limit)
      }
      const look = () => {
        if (!pattern.test(log)) return
        stop()
        found()
      }
      const miss = (why: string) => {
        stop()
        fail(new Error(`${why} before the log showed ${pattern}:\n${log}`))
      }
      const limit = setTimeout(() => miss(`${timeout} ms passed`), timeout)
      watchers.add(look)
      look()
      done.then(
        () => miss('the action ended'),
        () => miss('the action ended'),
      )
    })

  return { pid, done, log: () => log, saw, kill: (signal = 'SIGTERM') => child.kill(signal), killAll }
}

/** Starts `main` and returns at once, for tests that signal it or look at its log while it works. */
export function startAction(run: ActionRun): Promise<RunningAction> {
  return start('main.js', run)
}

/** Runs `main` to its end. Never throws because the action failed: look at `code`. */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  return (await startAction(run)).done
}

/** Runs `post`, as the runner does after the job, with the `state` that `main` left. */
export async function runPost(run: ActionRun): Promise<ActionResult> {
  return (await start('post.js', run)).done
}
