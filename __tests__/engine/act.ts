// Whole workflows, run by act in host mode: a second opinion on what a runner does with action.yml, outputs, post and cancelling.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { program } from '../scenarios/world.ts'

const root = resolve(import.meta.dirname, '../..')

/** Where script/engine-test puts act. */
const act = process.env.ACT ?? 'act'

export interface Workplace extends AsyncDisposable {
  start(event: string, workflow: string, more?: Task): Running
  run(event: string, workflow: string, more?: Task): Promise<Finished>
}

export interface Task {
  /** Of a `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
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

/** A repository with our workflows in it, checked out. */
export async function openWorkplace(
  secrets: Readonly<Record<string, string>>,
  vars: Readonly<Record<string, string>>,
): Promise<Workplace> {
  const dir = await mkdtemp(join(tmpdir(), 'engine-'))
  const repository = join(dir, 'site')
  const home = join(dir, 'home')
  const action = join(dir, 'action')
  await mkdir(join(repository, '.github'), { recursive: true })
  await mkdir(home)
  await cp(join(import.meta.dirname, 'workflows'), join(repository, '.github/workflows'), { recursive: true })
  for (const name of ['action.yml', 'package.json', 'dist']) {
    await cp(join(root, name), join(action, name), { recursive: true })
  }
  await writeFile(join(repository, 'README.md'), 'a site\n')
  const git = (...args: readonly string[]) =>
    program('git', ['-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', ...args], {
      cwd: repository,
    })
  await git('init', '--quiet', '--initial-branch=main')
  await git('remote', 'add', 'origin', 'https://github.com/acme/site.git')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'a site')

  const start = (event: string, workflow: string, task: Task = {}): Running => {
    const values = { ...vars, ...task.vars }
    const args = [
      event,
      ...['--workflows', join(repository, '.github/workflows', workflow)],
      ...['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server'],
      ...['--local-repository', `org/releases-deploy@v1=${action}`],
      ...Object.keys(secrets).flatMap((name) => ['--secret', name]),
      ...Object.entries(values).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
      ...Object.entries(task.inputs ?? {}).flatMap(([name, value]) => ['--input', `${name}=${value}`]),
    ]
    // Without a clean environment, all of ours would be the job's.
    const child = spawn(act, args, {
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
    start,
    run: (event, workflow, task) => start(event, workflow, task).done,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  }
}
