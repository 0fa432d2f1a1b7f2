// Where things are measured: real sshds, a wire to each, and the programs that deploy over it, each in a process of its own.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ActionRun, type RunningAction, startAction } from '../__tests__/servers/action.ts'
import { startServers } from '../__tests__/servers/several.ts'
import { type DelayProxy, startDelayProxy, type WireOptions } from './delay_proxy.ts'

export interface Login {
  readonly port: number
  readonly user: string
  readonly privateKey: string
  readonly keyFile: string
  readonly knownHostsFile: string
}

export interface Site extends AsyncDisposable {
  /** A directory for builds and remote_dirs, on the disk that is measured. */
  readonly dir: string
  readonly wire: DelayProxy
  /** Process ids of the servers. */
  readonly servers: readonly number[]
  /** How to get in to the first, through the wire. */
  readonly login: Login
  /** The built action on one remote_dir of this site; `dirs` more than one are as many hosts, each behind the next server. */
  act(
    dirs: readonly string[],
    inputs: Readonly<Record<string, string>>,
    run?: ActionRun,
  ): Promise<RunningAction>
  /** A script of baselines/. @returns seconds. @throws Error when it fails. */
  script(name: string, dir: string, build: string, release: string): Promise<number>
}

/** @param dist the built action. */
export async function openSite(
  dist: string,
  wireOptions: Omit<WireOptions, 'port'>,
  servers = 1,
): Promise<Site> {
  await using opening = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'bench-'))
  opening.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))
  const { one: sshd, all } = opening.use(await startServers(servers))
  const wire = opening.use(await startDelayProxy({ ...wireOptions, port: sshd.port }))
  const { port } = wire
  const ports = [port]
  for (const other of all.slice(1)) ports.push(await wire.lead(other.port))
  const knownHosts = all
    .flatMap(({ hostPublicKeys }, at) => hostPublicKeys.map((key) => `[127.0.0.1]:${ports[at]} ${key}\n`))
    .join('')
  const scratch = join(dir, 'ssh')
  await mkdir(scratch)
  const knownHostsFile = join(scratch, 'known_hosts')
  await writeFile(knownHostsFile, knownHosts)
  const ssh = [
    'ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR',
    `-o UserKnownHostsFile=${knownHostsFile} -i ${sshd.privateKeyFile} -p ${port}`,
  ].join(' ')
  const resources = opening.move()

  return {
    dir,
    wire,
    servers: all.map(({ pid }) => pid),
    login: {
      port,
      user: sshd.user,
      privateKey: sshd.privateKey,
      keyFile: sshd.privateKeyFile,
      knownHostsFile,
    },
    act(dirs, inputs, run = {}) {
      const hosts = dirs.map((remoteDir, at) => ({
        host: '127.0.0.1',
        port: ports[at % ports.length],
        user: sshd.user,
        remote_dir: remoteDir,
      }))
      return startAction({
        dist,
        timeout: 600_000,
        ...run,
        inputs: {
          hosts: JSON.stringify(hosts),
          ssh_private_key: sshd.privateKey,
          ssh_known_hosts: knownHosts,
          ...inputs,
        },
      })
    },
    async script(name, remoteDir, build, release) {
      const began = performance.now()
      const child = spawn('bash', [join(import.meta.dirname, 'baselines', `${name}.sh`)], {
        env: {
          PATH: process.env.PATH,
          HOME: scratch,
          SSH: ssh,
          TARGET: `${sshd.user}@127.0.0.1`,
          DIR: remoteDir,
          RELEASE: release,
          BUILD: build,
          SCRATCH: scratch,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let errors = ''
      child.stderr.on('data', (data) => {
        errors += data
      })
      const [code] = await once(child, 'close')
      if (code !== 0) throw new Error(`baselines/${name}.sh ended with ${code}: ${errors}`)
      return (performance.now() - began) / 1000
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
