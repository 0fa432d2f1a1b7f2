// The floor's process: does the errand in its first argument, and prints how long it took.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { Client, type ClientChannel } from 'ssh2'
import { argumentsOf } from '../src/transfer/flags.ts'
import type { Errand } from './floor.ts'

const { login, build, target, basis } = JSON.parse(process.argv[2] ?? '') as Errand

async function logIn(): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: login.port, noDelay: true })
  await once(socket, 'connect')
  const client = new Client()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  client.on('error', reject).on('ready', resolve)
  client.connect({
    sock: socket,
    username: login.user,
    privateKey: login.privateKey,
    hostVerifier: () => true,
  })
  await promise
  return client
}

function exec(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel))),
  )
}

async function command(client: Client): Promise<void> {
  const channel = await exec(client, 'true')
  channel.resume()
  await once(channel, 'close')
}

/** The flags of a deploy, but for where from, where to, and the program in between, which is the quickest there can be. */
function flags(build: string): string[] {
  const layout = { root: '/', releases: '', linkDir: '', linkName: '' }
  const upload = {
    artifact: {
      dir: build,
      selection: [],
      plain: true,
      files: 0,
      dirs: 0,
      links: 0,
      bytes: 0,
      list: new Uint8Array(),
      skipped: [],
      secluded: false,
    },
    release: '',
    basis,
    dedupe: 'hardlink',
    leftover: null,
    dirPermissions: undefined,
    filePermissions: undefined,
    become: undefined,
    run: '',
    own: null,
    offer: null,
    xxh128: false,
    fresh: false,
    compression: null,
    tar: false,
    stream: false,
  } as const
  const all = [...argumentsOf(layout, upload)]
  all[all.indexOf('-e') + 1] = `sh ${join(import.meta.dirname, 'pipe.sh')}`
  all[all.length - 1] = `host:${target}/`
  return all
}

async function rsync(client: Client, build: string): Promise<void> {
  const child = spawn('rsync', flags(build), {
    cwd: build,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
  })
  const [, , , toRsync, fromRsync] = child.stdio as unknown as [null, null, null, Writable, Readable]
  const ended = once(child, 'exit')
  const [line] = (await once(fromRsync, 'data')) as [Buffer]
  fromRsync.pause()
  const end = line.indexOf(0x0a)
  const channel = await exec(client, line.subarray(0, end).toString())
  channel.stderr.pipe(process.stderr)
  channel.write(line.subarray(end + 1))
  fromRsync.pipe(channel)
  channel.pipe(toRsync)
  const [code] = await ended
  if (code !== 0) throw new Error(`rsync ended with ${code}`)
}

const began = performance.now()
const client = await logIn()
await command(client)
const connected = performance.now()
if (build !== null) await rsync(client, build)
const sent = performance.now()
client.end()
console.log(JSON.stringify({ command: connected - began, rsync: build === null ? 0 : sent - connected }))
