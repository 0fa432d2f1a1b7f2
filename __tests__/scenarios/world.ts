// What a scenario stands on: some hosts with a remote_dir each, an artifact to send, and the action to send it with.

import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import {
  type ActionResult,
  type ActionRun,
  type RunningAction,
  runAction,
  startAction,
} from '../servers/action.ts'
import type { Sshd } from '../servers/sshd.ts'
import { type Place, placeAt } from './place.ts'
import type { Exceptions } from './soundness.ts'

export { type Servers, startServers } from '../servers/several.ts'
export type { Place }

/** Milliseconds for one run: many share the machine. */
const PATIENCE = 100_000

/** A server to log in to, or the runner itself. */
export type Server = Pick<Sshd, 'host' | 'port' | 'user' | 'knownHosts' | 'privateKey'> | 'local'

type Inputs = Readonly<Record<string, string>>
type Way = Omit<ActionRun, 'inputs'>

/** An artifact: path to content. */
export type Files = Readonly<Record<string, string>>

export interface World extends AsyncDisposable {
  /** A directory of the test's own, gone with it. */
  readonly dir: string
  /** What is deployed, `local_dir`. */
  readonly build: string
  /** One a host, in the order of the hosts. */
  readonly places: readonly Place[]
  /** The first host's. */
  readonly place: Place
  readonly labels: readonly string[]
  /** Inputs that every run of this world gets. */
  readonly inputs: Inputs
  /** The `hosts` input, each entry with what `more` adds to it. */
  hosts(more?: (index: number) => object): string
  /** Replaces the artifact. */
  write(files: Files): Promise<void>
  run(inputs: Inputs, way?: Way): Promise<ActionResult>
  start(inputs: Inputs, way?: Way): Promise<RunningAction>
  /** Deploys under this name and expects that to succeed. */
  deployed(release: string, inputs?: Inputs, way?: Way): Promise<ActionResult>
  deploy(release: string, inputs?: Inputs, way?: Way): Promise<ActionResult>
  rollback(inputs?: Inputs, way?: Way): Promise<ActionResult>
  prune(inputs?: Inputs): Promise<ActionResult>
  list(inputs?: Inputs, way?: Way): Promise<ActionResult>
  /** What each host serves. */
  serving(): Promise<readonly (string | null)[]>
  /** Checks every host for what must always be so (see Place). */
  expectSound(exceptions?: Exceptions): Promise<void>
  snapshots(): Promise<unknown>
}

export const site: Files = {
  'index.html': '<h1>hello</h1>\n',
  'css/app.css': 'body { color: black }\n',
  'js/app.js': `${'console.log(1)\n'.repeat(200)}`,
}

export interface Shape {
  readonly inputs?: Inputs
  readonly releaseDir?: string
  readonly publicDir?: string
}

/** @param servers one a host; a server that comes twice is two remote_dirs on one host. */
export async function openWorld(servers: readonly Server[], shape: Shape = {}): Promise<World> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'world-')))
  await chmod(dir, 0o755)
  const build = join(dir, 'build')
  const entries = servers.map((server, at) => {
    const remote_dir = join(dir, `host${at + 1}`)
    if (server === 'local') return { host: 'local', remote_dir }
    return { host: server.host, port: server.port, user: server.user, remote_dir }
  })
  const places = entries.map(({ remote_dir }) => placeAt(remote_dir, shape))
  const hosts = (more: (index: number) => object = () => ({})) =>
    entries.map((entry, at) => `- ${JSON.stringify({ ...entry, ...more(at) })}`).join('\n')
  const reached = servers.filter((server) => server !== 'local')
  const key = reached[0]?.privateKey
  const inputs: Inputs = {
    hosts: hosts(),
    ssh_known_hosts: reached.map(({ knownHosts }) => knownHosts).join(''),
    // Servers of one file share the first one's key (see startServers).
    ...(key === undefined ? {} : { ssh_private_key: key }),
    ...(shape.releaseDir === undefined ? {} : { release_dir: shape.releaseDir }),
    ...(shape.publicDir === undefined ? {} : { public_dir: shape.publicDir }),
    ...shape.inputs,
  }

  const world: World = {
    dir,
    build,
    places,
    place: places[0] as Place,
    labels: servers.map((server, at) => {
      const name = server === 'local' ? 'local' : `${server.host}:${server.port}`
      const twice = servers.filter((other) => other === server).length > 1
      return twice ? `${name} ${entries[at]?.remote_dir}` : name
    }),
    inputs,
    hosts,
    async write(files) {
      await rm(build, { recursive: true, force: true })
      await writeFiles(build, files)
    },
    run: (more, way = {}) => runAction({ timeout: PATIENCE, ...way, inputs: { ...inputs, ...more } }),
    start: (more, way = {}) => startAction({ timeout: PATIENCE, ...way, inputs: { ...inputs, ...more } }),
    deploy: (release, more = {}, way = {}) =>
      world.run({ mode: 'deploy', local_dir: build, release_name: release, ...more }, way),
    async deployed(release, more = {}, way = {}) {
      const done = await world.deploy(release, more, way)
      expect(done.code, done.log).toBe(0)
      return done
    },
    rollback: (more = {}, way = {}) => world.run({ mode: 'rollback', ...more }, way),
    prune: (more = {}) => world.run({ mode: 'prune', ...more }),
    list: (more = {}, way = {}) => world.run({ mode: 'list', ...more }, way),
    serving: () => Promise.all(places.map((place) => place.serves())),
    async expectSound(exceptions) {
      for (const place of places) await place.expectSound(exceptions)
    },
    snapshots: () => Promise.all(places.map((place) => place.snapshot())),
    async [Symbol.asyncDispose]() {
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
  await world.write(site)
  return world
}

export async function writeFiles(dir: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), content)
  }
}

/** An artifact of `count` files of `size` bytes that neither compress nor repeat. */
export function bulk(count: number, size: number): Files {
  let seed = 1
  const noise = () => {
    let text = ''
    while (text.length < size) {
      seed = (seed * 48_271) % 2_147_483_647
      text += seed.toString(36)
    }
    return text.slice(0, size)
  }
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`part/${at}`, noise()]))
}

/** Waits for what must come soon. @throws when it has not within `seconds`. */
export async function until(
  holds: () => Promise<boolean> | boolean,
  what: string,
  seconds = 20,
): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${seconds} s passed, and still not: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A program that the tests themselves use. */
export const program = promisify(execFile)
