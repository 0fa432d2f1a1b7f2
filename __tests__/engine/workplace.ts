// Whole workflows in host mode: a second opinion on what a runner does with action.yml, outputs, post and cancelling.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { program } from '../scenarios/world.ts'

const root = resolve(import.meta.dirname, '../..')

/** A stand-in for GitHub's runner: what it is started with for one event. */
export type Engine = (ask: Ask) => readonly string[]

export interface Ask {
  readonly event: string
  /** Paths of the workflow, of the file with the event's payload, and of the directory where `org/releases-deploy` is a repository. */
  readonly workflow: string
  readonly payload: string
  readonly actions: string
  /** Names; their values are in the environment. */
  readonly secrets: readonly string[]
  readonly vars: readonly string[]
  readonly env: readonly string[]
}

export interface Workplace extends AsyncDisposable {
  /** Adds a workflow to the repository. */
  add(workflow: string, text: string): Promise<void>
  start(event: string, workflow: string, more?: Task): Promise<Running>
  run(event: string, workflow: string, more?: Task): Promise<Finished>
}

export interface Task {
  /** Of a `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  /** For each step. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Finished {
  readonly code: number | null
  readonly log: string
}

export interface Running {
  readonly child: ChildProcess
  readonly done: Promise<Finished>
  log(): string
}

/** A repository with our workflows in it, checked out, and the action as it is published. script/engine-test gives the engine's path. */
export async function openWorkplace(
  engine: Engine,
  secrets: Readonly<Record<string, string>>,
  vars: Readonly<Record<string, string>>,
): Promise<Workplace> {
  const executable = process.env.ENGINE
  if (!executable) throw new Error('these tests are started by script/engine-test')
  const dir = await mkdtemp(join(tmpdir(), 'engine-'))
  const repository = join(dir, 'site')
  const home = join(dir, 'home')
  const actions = join(dir, 'actions')
  const action = join(actions, 'org/releases-deploy')
  await mkdir(join(repository, '.github'), { recursive: true })
  await mkdir(home)
  await cp(join(import.meta.dirname, 'workflows'), join(repository, '.github/workflows'), { recursive: true })
  for (const name of ['action.yml', 'package.json', 'dist']) {
    await cp(join(root, name), join(action, name), { recursive: true })
  }
  const build = 'mkdir -p dist && echo built > dist/index.html'
  await writeFile(join(repository, 'package.json'), JSON.stringify({ scripts: { build } }))
  await writeFile(join(repository, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: {} }))
  for (const each of [repository, action]) await commitAll(each)
  await git(repository, 'remote', 'add', 'origin', 'https://github.com/acme/site.git')
  await git(action, 'tag', 'v1')

  const path = (workflow: string) => join(repository, '.github/workflows', workflow)
  let started = 0
  const start = async (event: string, workflow: string, task: Task): Promise<Running> => {
    const payload = join(dir, `event-${++started}.json`)
    await writeFile(payload, JSON.stringify({ inputs: task.inputs ?? {} }))
    const args = engine({
      event,
      workflow: path(workflow),
      payload,
      actions,
      secrets: Object.keys(secrets),
      vars: pairs({ ...vars, ...task.vars }),
      env: pairs(task.env ?? {}),
    })
    // Without a clean environment, all of ours would be the job's.
    const child = spawn(executable, args, {
      cwd: repository,
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: home, ...secrets },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text
      })
    const done = once(child, 'close').then(([code]) => ({ code: code as number | null, log }))
    return { child, done, log: () => log }
  }
  return {
    add: (workflow, text) => writeFile(path(workflow), text),
    start: (event, workflow, task = {}) => start(event, workflow, task),
    run: async (event, workflow, task = {}) => (await start(event, workflow, task)).done,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function pairs(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`)
}

function git(cwd: string, ...args: readonly string[]) {
  const who = ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com']
  return program('git', [...who, ...args], { cwd })
}

async function commitAll(dir: string): Promise<void> {
  await git(dir, 'init', '--quiet', '--initial-branch=main')
  await git(dir, 'add', '.')
  await git(dir, 'commit', '--quiet', '--message', 'all of it')
}
