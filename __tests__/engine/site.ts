// Two hosts and a repository that deploys to them: what each engine's workflows are run on.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openWorld, startServers, type World } from '../scenarios/world.ts'
import { type Engine, openWorkplace, type Task, type Workplace } from './workplace.ts'

export interface Site extends AsyncDisposable {
  readonly world: World
  readonly workplace: Workplace
  readonly privateKey: string
  /** Runs a workflow and expects that to succeed. @returns its log. */
  works(event: string, workflow: string, task?: Task): Promise<string>
  /** What a host serves: the same on all of them. */
  served(): Promise<string>
  /** A file that they serve. */
  read(file: string): Promise<string>
}

export async function openSite(engine: Engine): Promise<Site> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await startServers(1))
  const world = stack.use(await openWorld([servers.one, servers.one]))
  const { ssh_private_key: key = '', ssh_known_hosts: known = '', hosts = '' } = world.inputs
  const vars = { HOSTS: hosts, REMOTE_DIR: world.place.root, SSH_KNOWN_HOSTS: known, GATE: 'true' }
  const workplace = stack.use(await openWorkplace(engine, { SSH_PRIVATE_KEY: key }, vars))
  const all = stack.move()
  return {
    world,
    workplace,
    privateKey: servers.one.privateKey,
    async works(event, workflow, task) {
      const { code, log } = await workplace.run(event, workflow, task)
      expect(code, log).toBe(0)
      return log
    },
    async served() {
      const [first, ...others] = await world.serving()
      for (const other of others) expect(other).toBe(first)
      return first as string
    },
    read: (file) => readFile(join(world.place.link, file), 'utf8'),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
