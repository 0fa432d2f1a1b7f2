// Capistrano as the distribution packages it, with its own defaults: from a git repository. That one lies beside the host, where no
// delay is, and has every build committed before the time is taken: what a pipeline without such a place does besides, is not counted.

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Site } from './site.ts'

/** Why it is not among the figures. */
export const NO_CAPISTRANO = 'Capistrano is not installed here (apt-get install capistrano git)'

const run = promisify(execFile)

export interface Capistrano {
  /** Puts the build into the repository. */
  commit(build: string): Promise<void>
  /** @returns seconds. @throws Error when it fails. */
  deploy(): Promise<number>
  /** The same. */
  rollback(): Promise<number>
}

/** @returns null where it is not installed. */
export async function openCapistrano(site: Site): Promise<Capistrano | null> {
  for (const program of ['cap', 'git']) {
    if (!(await run(program, ['--version']).then(Boolean, () => false))) return null
  }
  const dir = join(site.dir, 'capistrano')
  const repository = join(dir, 'repository')
  await mkdir(join(dir, 'config/deploy'), { recursive: true })
  await writeFile(join(dir, 'Capfile'), capfile)
  await writeFile(join(dir, 'config/deploy.rb'), settings(site, repository, join(dir, 'place')))
  await writeFile(join(dir, 'config/deploy/production.rb'), '')
  const env = { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1' }
  const cap = async (task: string) => {
    const began = performance.now()
    await run('cap', ['production', task], { cwd: dir, env })
    return (performance.now() - began) / 1000
  }
  const git = (...args: string[]) => run('git', args, { env, maxBuffer: 1 << 26 })
  await git('init', '--quiet', '--bare', '--initial-branch=main', repository)
  return {
    async commit(build) {
      const place = [`--git-dir=${repository}`, `--work-tree=${build}`]
      await git(...place, '-c', 'core.bare=false', 'add', '--all')
      const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', '-c', 'core.bare=false']
      await git(...place, ...who, 'commit', '--quiet', '--allow-empty', '--message=build')
    },
    deploy: () => cap('deploy'),
    rollback: () => cap('deploy:rollback'),
  }
}

const capfile = `require 'capistrano/setup'
require 'capistrano/deploy'
require 'capistrano/scm/git'
install_plugin Capistrano::SCM::Git
`

function settings({ login }: Site, repository: string, place: string): string {
  return `set :application, 'bench'
set :repo_url, 'file://${repository}'
set :branch, 'main'
set :deploy_to, '${place}'
server '127.0.0.1', user: '${login.user}', roles: %w[app], ssh_options: {
  port: ${login.port}, config: false, keys: ['${login.keyFile}'], keys_only: true, auth_methods: ['publickey'],
  user_known_hosts_file: '${login.knownHostsFile}'
}
`
}
