// The whole action at work on two hosts that exist only in this process: nothing outside a temporary directory is touched.

import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type ActionResult, startAction } from '../__tests__/servers/action.ts'
import { type EmbeddedServer, makeKey, startEmbeddedServer } from '../__tests__/servers/embedded.ts'
import { drawHost, paint, renderLog } from './terminal.ts'

interface Step {
  readonly title: string
  /** What is about to happen, in one sentence. */
  readonly says: string
  readonly inputs: Readonly<Record<string, string>>
  /** The front page of the build that this step deploys. */
  readonly page?: string
}

const steps: readonly Step[] = [
  {
    title: 'Deploy',
    says: 'The build in dist/ goes to both hosts; when it is whole on both, both are switched to it.',
    inputs: { mode: 'deploy', metadata: '{"css": "142kb"}' },
    page: 'Hello, world',
  },
  {
    title: 'Deploy again',
    says: 'Only what has changed is sent; unchanged files are hard links to the release before.',
    inputs: { mode: 'deploy', metadata: '{"css": "145kb"}' },
    page: 'Hello, wrold (a mistake)',
  },
  {
    title: 'List',
    says: 'What is on the hosts, and which release they serve.',
    inputs: { mode: 'list' },
  },
  {
    title: 'Roll back',
    says: 'The mistake is live: back to the release before it, on both hosts, without a build.',
    inputs: { mode: 'rollback' },
  },
  {
    title: 'Deploy the repair',
    says: 'A third build goes out; the release that was rolled back from stays on the hosts, marked bad.',
    inputs: { mode: 'deploy', metadata: '{"css": "145kb"}' },
    page: 'Hello, world!',
  },
  {
    title: 'Prune',
    says: 'Old releases go, but never the current one nor the one before it.',
    inputs: { mode: 'prune', release_count: '1' },
  },
]

const root = await realpath(await mkdtemp(join(tmpdir(), 'releases-demo-')))
const clean = () => rmSync(root, { recursive: true, force: true })
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
process.on('exit', clean)

const user = makeKey()
const say = (text = '') => console.log(text)
const remoteDir = (server: EmbeddedServer) => join(server.dir, 'srv/app')

async function startHost(name: string, address: string): Promise<EmbeddedServer> {
  const dir = join(root, name)
  await mkdir(join(dir, 'srv/app'), { recursive: true })
  // Linux answers on all of 127.0.0.0/8; elsewhere the hosts differ in their ports alone.
  return startEmbeddedServer(dir, { address, user }).catch(() => startEmbeddedServer(dir, { user }))
}

async function writeBuild(page: string): Promise<void> {
  const dir = join(root, 'workspace/dist')
  await rm(dir, { recursive: true, force: true })
  await mkdir(join(dir, 'assets'), { recursive: true })
  await writeFile(join(dir, 'index.html'), `<h1>${page}</h1>\n`)
  for (let i = 1; i <= 20; i++)
    await writeFile(join(dir, `assets/part-${i}.js`), `export default ${i}\n`.repeat(500))
}

async function runStep(step: Step, hosts: readonly EmbeddedServer[]): Promise<ActionResult> {
  if (step.page !== undefined) await writeBuild(step.page)
  // Releases are named after the second they were made in, and these hosts are quicker than that.
  if (step.page !== undefined) await setTimeout(1000 - (Date.now() % 1000))
  const list = hosts.map((host) =>
    JSON.stringify({ host: host.address, port: host.port, user: host.user, remote_dir: remoteDir(host) }),
  )
  const log = renderLog((line) => say(`  ${paint('dim', '│')} ${line}`))
  const action = await startAction({
    cwd: join(root, 'workspace'),
    inputs: {
      hosts: list.map((entry) => `- ${entry}`).join('\n'),
      ssh_private_key: user.privateKey,
      ssh_known_hosts: hosts.map((host) => host.knownHosts).join('\n'),
      ...(step.page === undefined ? {} : { local_dir: 'dist' }),
      ...step.inputs,
    },
    onLog: log.add,
  })
  const result = await action.done
  log.end()
  return result
}

async function showHosts(hosts: readonly EmbeddedServer[]): Promise<void> {
  const [first = [], ...others] = await Promise.all(hosts.map((host) => drawHost(remoteDir(host))))
  const labels = hosts.map(({ address, port }) => `${address}:${port}`)
  const same = others.every((tree) => tree.join() === first.join())
  const trees = same ? [first] : [first, ...others]
  for (const [at, tree] of trees.entries()) {
    say(`  ${paint('bold', same ? labels.join(' and ') : (labels[at] ?? ''))}`)
    for (const line of tree) say(`  ${line}`)
  }
}

const began = performance.now()
await mkdir(join(root, 'workspace'))
const hosts = [await startHost('web1', '127.0.0.1'), await startHost('web2', '127.0.0.2')]
say(`Two hosts are listening: ${hosts.map(({ address, port }) => `${address}:${port}`).join(' and ')}.`)

for (const [at, step] of steps.entries()) {
  say(`\n${paint(['bold', 'inverse'], ` ${at + 1}. ${step.title} `)}  ${step.says}`)
  for (const [name, value] of Object.entries(step.inputs)) say(paint('cyan', `     ${name}: ${value}`))
  const result = await runStep(step, hosts)
  if (result.code !== 0) {
    say(`\n${paint('red', `The step "${step.title}" failed (exit ${result.code ?? result.signal}).`)}`)
    process.exit(1)
  }
  await showHosts(hosts)
}

for (const host of hosts) await host[Symbol.asyncDispose]()
say(
  `\n${steps.length} steps in ${((performance.now() - began) / 1000).toFixed(1)} s; the two hosts are gone again.`,
)
say('For your own hosts: the first workflow in README.md, with your host, directory and key.')
