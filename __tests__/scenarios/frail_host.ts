// A host to which something happens at one chosen moment: a step fails there, it stops until the test has done its worst, it dies or falls silent.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { startCutProxy } from '../servers/cut_proxy.ts'
import { type Sshd, startSshd } from '../servers/sshd.ts'
import { toolbox } from './toolbox.ts'
import { program, type Server, until } from './world.ts'

/** Where a host can be tripped: a tool it calls, or one of the commands of `inputs`. Each trips once. */
export type Wire = 'flock' | 'readlink' | 'rsync' | 'tar' | 'ln' | 'mv' | 'rmdir' | 'pre' | 'post' | 'health'

export interface FrailHost extends AsyncDisposable {
  readonly server: Exclude<Server, 'local'>
  /** Commands for a run, which do nothing on other hosts than this one. */
  commands(root: string): Readonly<Record<string, string>>
  /** At its next call, or its next one after those of `after` were called in turn, the wire fails, or holds the host there. */
  trip(wire: Wire, how: 'fail' | 'hold', after?: readonly Wire[]): Promise<void>
  /** Waits until the host is held. */
  held(): Promise<void>
  goOn(): Promise<void>
  /** All that the server and its log-ins run is gone at once, and nobody listens. */
  die(): Promise<void>
  /** The network to it swallows everything. */
  hang(): void
  /** The connections there are end, or are reset; with `unheard`, only the action hears of it. New ones work. */
  cut(how: 'end' | 'reset' | 'unheard'): void
  mend(): Promise<void>
}

/** @param keys of the server whose key may log in here as well. */
export async function startFrailHost(keys: Sshd): Promise<FrailHost> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'frail-')))
  const tools: readonly Wire[] = ['flock', 'readlink', 'rsync', 'tar', 'ln', 'mv', 'rmdir']
  const fakes = tools.map((name) => {
    // Only what works for an upload; not the question for its version.
    const works = name === 'rsync' ? '*" --server "*' : name === 'tar' ? '*" -x"*' : '*'
    const others = `case " $* " in ${works}) ;; *) exec ${real(name)} "$@" ;; esac\n`
    return [name, `${others}${wireOf(dir, name)}\nexec ${real(name)} "$@"`]
  })
  // Whatever is no little goes by rsync, then, however far the host is thought to be.
  const box = await toolbox({ without: ['zstd'], fakes: Object.fromEntries(fakes) })
  const config = [`AuthorizedKeysFile ${join(keys.dir, 'authorized_keys')}`, box.path]
  const first = await startSshd({ config })
  const proxy = await startCutProxy(first.port)
  let server = first
  let dead = false
  return {
    server: {
      host: '127.0.0.1',
      port: proxy.port,
      user: first.user,
      knownHosts: first.hostPublicKeys.map((key) => `[127.0.0.1]:${proxy.port} ${key}\n`).join(''),
      privateKey: keys.privateKey,
    },
    commands(root) {
      const command = (wire: Wire) => `[ "$REMOTE_DIR" != '${root}' ] || {\n${wireOf(dir, wire)}\n}`
      return {
        pre_symlink_command: command('pre'),
        post_deploy_command: command('post'),
        health_check_command: command('health'),
        health_check_attempts: '1',
      }
    },
    async trip(wire, how, after = []) {
      const place = join(dir, ...after.map((earlier) => `after.${earlier}`))
      await mkdir(place, { recursive: true })
      await writeFile(join(place, `${how}.${wire}`), '')
    },
    held: () => until(() => existsSync(join(dir, 'held')), 'the host is held', 90),
    goOn: () => writeFile(join(dir, 'go'), ''),
    async die() {
      await killAll(first)
      dead = true
    },
    hang: () => proxy.swallow(),
    cut: (how) => (how === 'end' ? proxy.end() : proxy.reset(how === 'reset' ? 'both' : 'client')),
    async mend() {
      proxy.restore()
      if (dead) server = await startSshd({ config, port: first.port, keysFrom: first })
      dead = false
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await killAll(first)
      await first[Symbol.asyncDispose]()
      await box[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Shell text: what was set to happen after this wire is set, then what was set for itself happens, once. */
function wireOf(dir: string, wire: Wire): string {
  const at = (name: string) => `'${dir}/${name}.${wire}'`
  return [
    `if [ -d ${at('after')} ]; then ${real('mv')} ${at('after')}/* '${dir}/'; ${real('rmdir')} ${at('after')}; fi`,
    `if [ -e ${at('hold')} ]; then rm ${at('hold')}; : >'${dir}/held'; while [ ! -e '${dir}/go' ]; do sleep 0.1; done; fi`,
    `if [ -e ${at('fail')} ]; then rm ${at('fail')}; echo '${wire}: No space left on device' >&2; exit 7; fi`,
  ].join('\n')
}

function real(name: string): string {
  const places = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, name))
  const found = places.find((file) => existsSync(file))
  if (!found) throw new Error(`these tests need ${name}`)
  return found
}

/** The listening process, which its configuration file tells from others, and all below it. */
async function killAll(server: Sshd): Promise<void> {
  const { stdout } = await program('ps', ['-A', '-o', 'pid=,ppid=,args='])
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) as RegExpExecArray)
    .map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args: args ?? '' }))
  const below = (parent: number): number[] =>
    rows.filter((row) => row.parent === parent).flatMap(({ pid }) => [pid, ...below(pid)])
  const listening = rows.filter(({ args }) => args.includes(join(server.dir, 'sshd_config')))
  for (const pid of new Set(listening.flatMap(({ pid }) => [pid, ...below(pid)]))) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It went with its parent.
    }
  }
}
