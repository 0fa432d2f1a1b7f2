// One authenticated connection of OpenSSH's client: a process that holds it, and a private directory with all that it needs.

import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { orAborted } from '../abort.ts'
import { withoutSecrets } from '../environment.ts'
import { Failure } from '../failure.ts'
import { openKey, serveAgent } from './agent.ts'
import { serveAskpass } from './askpass.ts'
import type { Progress } from './attempts.ts'
import type { Channel } from './connection.ts'
import { firstChannelNeeded, type Link } from './links.ts'
import { openChannel } from './openssh_channel.ts'
import { configOf, type Files, filesIn } from './openssh_config.ts'
import { type MasterProcess, startMaster } from './openssh_master.ts'
import { explainOpenssh } from './openssh_trouble.ts'
import { type OpensshTarget, routeTo } from './target.ts'
import { noChannels, noLogin } from './trouble.ts'

/** Milliseconds after which hosts on the way are past, or so slow that others shall not wait for that: ssh tells of its own login only. */
const HOP = 2000

/**
 * One try. Its files are in a directory of their own in `base`, which nobody else may enter.
 * @throws Failure, or anything at all once `signal` is aborted.
 */
export async function openOpensshLink(
  target: OpensshTarget,
  base: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<Link> {
  const dir = await mkdtemp(`${base}/`)
  const files = filesIn(dir)
  progress.stage = 'before a connection was there'
  let process: MasterProcess | undefined
  try {
    await using help = new AsyncDisposableStack()
    const environment = await prepare(target, files, help)
    process = startMaster(target, files, environment, progress)
    for (const hop of routeTo(target)) setTimeout(() => progress.pass(hop), HOP).unref()
    await orAborted(process.ready, signal)
    return linkOf(target, files, process, dir)
  } catch (error) {
    await process?.end(300)
    const failure = signal.aborted ? error : await explain(error, target, files, process)
    await remove(dir)
    throw failure
  }
}

/** Writes what ssh reads; no secret is in it. What answers it during the login is left to `help`. */
async function prepare(
  target: OpensshTarget,
  files: Files,
  help: AsyncDisposableStack,
): Promise<NodeJS.ProcessEnv> {
  const { privateKey, passphrase, password, agent, certificate, config } = target
  if ((privateKey ?? password ?? agent ?? config) === undefined) throw noLogin(target)
  const write = (file: string, text: string) => writeFile(file, text, { mode: 0o600 })
  await write(files.config, configOf(target, files))
  await write(files.knownHosts, target.knownHosts?.replaceAll('\r', '') ?? '')
  if (certificate !== undefined) await write(files.certificate, `${certificate}\n`)
  if (config !== undefined) await copyFile(config, files.userConfig)
  if (privateKey !== undefined) {
    const key = openKey(privateKey, passphrase)
    await write(files.publicKey, `${key.type} ${key.publicKey.toString('base64')}\n`)
    help.use(await serveAgent(files.agent, key))
  }
  const { SSH_AUTH_SOCK: _, SSH_ASKPASS: __, DISPLAY: ___, ...own } = withoutSecrets()
  if (password === undefined) return { ...own, SSH_ASKPASS_REQUIRE: 'never' }
  const askpass = help.use(await serveAskpass(files.askpass, files.password, password))
  return { ...own, ...askpass.environment }
}

async function explain(
  error: unknown,
  target: OpensshTarget,
  files: Files,
  process: MasterProcess | undefined,
): Promise<Failure> {
  if (error instanceof Failure) return error
  const log = process?.log() ?? String(error)
  if (/ssh: (?:command )?not found|not found: ssh|exec: ssh:|: ssh: No such file/.test(log)) {
    return new Failure('the runner has no OpenSSH client', {
      host: target.label,
      remedy:
        'Install it in an earlier step (`sudo apt-get install openssh-client`), or leave `ssh_client` out.',
    })
  }
  const read = (file: string) => readFile(file, 'utf8').catch(() => '')
  const route = routeTo(target) as readonly OpensshTarget[]
  const logs = await Promise.all(route.map((_, at) => (at < route.length - 1 ? read(files.hopLog(at)) : log)))
  const accounts = route.map((each, at) => ({ target: each, log: logs[at] ?? '' }))
  return explainOpenssh(accounts, await read(files.shown))
}

function linkOf(target: OpensshTarget, files: Files, process: MasterProcess, dir: string): Link {
  const oneAtLeast = firstChannelNeeded<Channel>(() => noChannels(target))
  let count = 0
  return {
    admitted: process.admitted,
    get alive() {
      return process.alive
    },
    start: (command) => oneAtLeast(() => openChannel(target, files, count++, command, process)),
    async close() {
      await process.end(2000)
      await remove(dir)
    },
  }
}

/** Also while a process that is ending still writes to its log. */
function remove(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
