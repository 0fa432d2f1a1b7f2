// A command on an ssh2 channel as the port's Channel: its streams end, and its exit settles, whatever happens.

import { PassThrough, Writable } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { type Channel, type Exit, UNKNOWN } from './connection.ts'

const ignore = () => {}

export function sshChannel(raw: ClientChannel, client: Client): Channel {
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  let status = UNKNOWN
  const stdin = stdinOf(raw)
  // A stream of its own: reading ssh2's duplex to its end would close the channel before the exit status came.
  const stdout = new PassThrough({ highWaterMark: 256 * 1024 })

  const settle = (result: Exit) => {
    client.off('close', lose)
    resolve(result)
    stdin.destroy()
  }
  // ssh2 itself would tell only after all output was read, and output cut short must not pass for a success.
  const lose = () => settle(UNKNOWN)
  const discard = () => {
    raw.unpipe(stdout)
    raw.resume()
  }

  client.once('close', lose)
  for (const stream of [raw, raw.stderr, stdin, stdout]) stream.on('error', ignore)
  raw.on('exit', (code: number | null, signal?: string) => {
    status = { code: code ?? null, signal: signal ?? null }
  })
  raw.once('close', () => settle(status))
  raw.pipe(stdout)
  stdout.once('close', discard)

  return {
    stdin,
    stdout,
    stderr: raw.stderr,
    exit,
    close() {
      settle(status)
      raw.destroy()
      discard()
      stdout.end()
      raw.stderr.resume()
    },
  }
}

/** Writes to a channel that ended would never call back in ssh2; here they fail, as they do on a pipe. */
function stdinOf(raw: ClientChannel): Writable {
  return new Writable({
    highWaterMark: 256 * 1024,
    write: (chunk, _encoding, callback) => void raw.write(chunk, callback),
    final: (callback) => void raw.end(callback),
  })
}
