// A remote_dir on this machine and ways to reach it without SSH: what sshd gives a command, a session of its own, but no more.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Channel, Connection, Exit } from '../../src/connection/connection.ts'
import type { Holder } from '../../src/host/lock.ts'
import { type Messages, openMessages } from '../../src/host/messages.ts'
import type { Opening, Placement, Session } from '../../src/host/questions.ts'
import { call } from '../../src/host/quote.ts'
import { randomMark, start } from '../../src/host/script.ts'
import { startSession } from '../../src/host/session.ts'
import type { HostState } from '../../src/host/state.ts'
import { type Layout, layoutOf } from '../../src/release/layout.ts'
import { readArtifact } from '../../src/transfer/artifact.ts'
import { fingerprintOf } from '../../src/transfer/fingerprint.ts'
import type { Box } from './box.ts'

export interface Wire extends Connection {
  /** What was started, newest last. */
  readonly children: readonly ChildProcess[]
}

export interface SiteOptions {
  readonly root?: string
  readonly public_dir?: string
  /** Do not make the remote_dir. */
  readonly absent?: true
  /** Work as a user whom permissions bind, also when the tests run as root. */
  readonly plainUser?: true
  readonly path?: string
  readonly dir?: string
}

/** Files of a tree: name to content; a name that ends in a slash is an empty directory, an array is a symlink's text. */
export type Tree = Readonly<Record<string, string | readonly [string]>>

export interface Site extends Disposable {
  readonly base: string
  readonly root: string
  readonly layout: Layout
  readonly wire: Wire
  at(...names: string[]): string
  session(run?: string): Promise<Session>
  /** Untyped, with a lease of one's choice in seconds. */
  messages(lease: number, run?: string): Promise<Messages>
  /** Puts a tree into incoming/, as an upload would. @returns its proof */
  upload(release: string, tree: Tree): Promise<string>
  /** A whole release with a record, by the host's own verbs. */
  deploy(session: Session, release: string, tree?: Tree): Promise<void>
  link(): string | null
}

export const holder: Holder = {
  run: 'https://ci/1',
  actor: 'ann',
  mode: 'deploy',
  since: '2026-01-01T00:00:00Z',
}

/** What a host flushes need not go through a disk here: a hundred of these wait for each other otherwise. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export const NOBODY = 65534

export function opening(access: Opening['access'], more: Partial<Opening> = {}): Opening {
  return {
    access,
    wait: 0,
    holder,
    verify: '',
    uploads: access !== 'look',
    contentKey: '',
    shared: [],
    onHeld: () => {},
    ...more,
  }
}

/** A release without a revision file and shared paths. */
export function placement(release: string, proof: string, record: string): Placement {
  const besides = { revisionFile: '', revision: '', fileMode: '', dirMode: '', links: [] }
  return { release, proof, record, hashed: false, ...besides }
}

export async function lockedSession(site: Site, run?: string): Promise<[Session, HostState]> {
  const session = await site.session(run)
  return [session, await session.open(opening('create'))]
}

export function createSite(box: Box, options: SiteOptions = {}): Site {
  const base = mkdtempSync(join(options.dir ?? memory, 'site-'))
  chmodSync(base, 0o755)
  const root = join(base, options.root ?? 'site')
  if (!options.absent) mkdirSync(root, { recursive: true })
  const layout = layoutOf({
    remote_dir: root,
    release_dir: 'releases',
    public_dir: options.public_dir ?? 'current',
  })
  const asNobody = options.plainUser && process.getuid?.() === 0
  if (asNobody) for (const dir of options.absent ? [base] : [base, root]) chownSync(dir, NOBODY, NOBODY)
  const wire = connect(box, {
    PATH: options.path ?? box.path,
    ...(asNobody ? { user: NOBODY } : {}),
  })
  const at = (...names: string[]) => join(root, ...names)
  return {
    base,
    root,
    layout,
    wire,
    at,
    session: async (run = `run-${randomMark()}`) =>
      startSession(wire, { label: box.name, logFile: 'releases.log', become: undefined }, layout, run),
    async messages(lease, run = `run-${randomMark()}`) {
      const mark = randomMark()
      const { releases, linkDir, linkName } = layout
      const words = [
        mark,
        String(lease),
        root,
        releases,
        linkDir,
        linkName,
        `${releases}/`,
        'releases.log',
        run,
      ]
      const invocation = call('session', ...words)
      const start = { label: box.name, mark, invocation, kind: 'session', become: undefined } as const
      const messages = openMessages(wire, start)
      // A session begins with its first question: this one is for its shell to be there.
      await messages.ask('', [], 60)
      return messages
    },
    async upload(release, tree) {
      const dir = at('.releases/incoming', release)
      plant(dir, tree)
      return (await fingerprintOf(await readArtifact(dir, [], []))).proof
    },
    async deploy(session, release, tree = { 'index.html': release }) {
      const proof = await this.upload(release, tree)
      await session.place(placement(release, proof, JSON.stringify({ release })))
      await session.publish({ link: `releases/${release}`, release, previous: '', manifest: '', event: '' })
    },
    link() {
      const file = join(layout.linkDir.startsWith('/') ? layout.linkDir : at(layout.linkDir), layout.linkName)
      return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(file) : null
    },
    [Symbol.dispose]() {
      for (const child of wire.children) killGroup(child)
      rmSync(base, { recursive: true, force: true })
    },
  }
}

export function plant(dir: string, tree: Tree): void {
  mkdirSync(dir, { recursive: true })
  for (const [name, content] of Object.entries(tree)) {
    const file = join(dir, name)
    if (name.endsWith('/')) {
      mkdirSync(file, { recursive: true })
      continue
    }
    mkdirSync(dirname(file), { recursive: true })
    if (typeof content === 'string') writeFileSync(file, content)
    else symlinkSync(content[0], file)
  }
}

/** Every path below `dir`, sorted; for "nothing was changed". */
export function everything(dir: string): readonly string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { recursive: true }).map(String).sort()
}

export function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), 'SIGKILL')
  } catch {
    // All of it is gone already.
  }
}

/** Processes of a group that still live. */
export function survivors(child: ChildProcess): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
        const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return state !== 'Z' && Number(group) === child.pid
          ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1')]
          : []
      } catch {
        return []
      }
    })
}

/** Waits until `holds`; true when it did within `seconds`. */
export async function within(seconds: number, holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + seconds * 1000
  while (!(await holds())) {
    if (performance.now() > end) return false
    await pause(0.02)
  }
  return true
}

export const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

interface Surroundings {
  readonly PATH: string
  readonly user?: number
  /** The shell that sshd would start, when it is not the box's own. */
  readonly login?: string
  readonly env?: Readonly<Record<string, string>>
  /** What a noisy profile prints before the command runs. */
  readonly motd?: string
  readonly longCommands?: boolean
}

/** The port on `spawn`, with the box's shell wherever a command says /bin/sh. */
export function connect(box: Box, around: Surroundings): Wire {
  const children: ChildProcess[] = []
  return {
    children,
    connections: 0,
    roundTrip: null,
    longCommands: around.longCommands ?? true,
    async exec(command) {
      const text =
        (around.motd ? `printf '%s\\n' '${around.motd}'; ` : '') + command.replace('/bin/sh', box.sh)
      const child = spawn(around.login ?? box.sh, ['-c', text], {
        detached: true,
        stdio: 'pipe',
        env: { PATH: around.PATH, HOME: tmpdir(), ...box.env, ...around.env },
        ...(around.user === undefined ? {} : { uid: around.user, gid: around.user }),
      })
      children.push(child)
      await once(child, 'spawn')
      return channelOf(child)
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) killGroup(child)
    },
  }
}

function channelOf(child: ChildProcess): Channel {
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error('no pipes')
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  let status: Exit = { code: null, signal: null }
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => {})
  child.once('exit', (code, signal) => {
    status = { code, signal }
  })
  child.once('close', () => resolve(status))
  return {
    stdin,
    stdout,
    stderr,
    exit,
    close() {
      for (const stream of [stdin, stdout, stderr]) stream.destroy()
      resolve(status)
    },
  }
}

/** A call of upload.sh, which reads `input`. */
export async function ask(site: Site, invocation: string, input: Buffer) {
  const script = start('upload', invocation)
  const channel = await site.wire.exec(script.command)
  let said = ''
  channel.stdout.resume()
  channel.stderr.on('data', (data) => {
    said += data
  })
  channel.stdin.write(script.input)
  channel.stdin.end(input)
  return { ...(await channel.exit), said }
}
