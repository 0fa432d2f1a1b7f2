import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, makeKey, startEmbeddedServer } from './embedded.ts'

let dir: string
let server: EmbeddedServer
let client: ssh2.Client

function connect(privateKey: string): Promise<ssh2.Client> {
  const { address: host, port, user: username } = server
  return new Promise((ready, fail) => {
    const made = new ssh2.Client()
    made.on('ready', () => ready(made)).on('error', fail)
    made.connect({ host, port, username, privateKey })
  })
}

async function run(command: string, input: Buffer | string = '') {
  const channel = await new Promise<ssh2.ClientChannel>((open, fail) =>
    client.exec(command, (error, made) => (error ? fail(error) : open(made))),
  )
  const exit = new Promise((seen) =>
    channel.on('exit', (code: number | null, signal?: string) => seen({ code, signal })),
  )
  channel.end(input)
  const [out, err] = await Promise.all([buffer(channel), text(channel.stderr)])
  return { out, err, exit: await exit }
}

beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'embedded-')))
  server = await startEmbeddedServer(dir)
  client = await connect(server.privateKey)
})

afterAll(async () => {
  client.end()
  await server[Symbol.asyncDispose]()
  await rm(dir, { recursive: true })
})

test('a command starts in the directory, and ends with its status', async () => {
  const { out, err, exit } = await run('pwd; echo oops >&2; exit 7')
  expect([out.toString(), err, exit]).toEqual([`${dir}\n`, 'oops\n', { code: 7, signal: undefined }])
})

test('a signal is told as a signal', async () => {
  expect((await run('kill -9 $$')).exit).toEqual({ code: null, signal: 'SIGKILL' })
})

test('megabytes go both ways, unharmed', async () => {
  const input = randomBytes(12_000_000)
  expect((await run('cat', input)).out.equals(input)).toBe(true)
})

test('a command that does not read its input still ends', async () => {
  expect((await run('true', randomBytes(5_000_000))).exit).toEqual({ code: 0, signal: undefined })
})

test('several commands share one connection', async () => {
  const before = server.connections()
  const outs = await Promise.all(['a', 'b', 'c'].map((name) => run(`echo ${name}`)))
  expect(outs.map(({ out }) => out.toString().trim())).toEqual(['a', 'b', 'c'])
  expect(server.connections()).toBe(before)
})

test('a command outlives its client, and sees its input end', async () => {
  const leaving = await connect(server.privateKey)
  leaving.exec('cat; echo bye > farewell', () => leaving.destroy())
  await expect
    .poll(() => readFile(join(dir, 'farewell'), 'utf8').catch(() => ''), { timeout: 5000 })
    .toBe('bye\n')
})

test('another key is refused', async () => {
  const other = makeKey().privateKey
  await expect(connect(other)).rejects.toThrow('authentication')
})
