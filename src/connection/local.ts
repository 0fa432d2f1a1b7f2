// The runner itself as a host: commands are children of this process, each in a session of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { withoutSecrets } from '../environment.ts'
import { Failure } from '../failure.ts'
import { type Channel, type Connection, type Exit, UNKNOWN } from './connection.ts'

const ignore = () => {}

/** A connection to no other machine: `/bin/sh -c` in place of a login shell. */
export function connectLocal(label = 'local'): Connection {
  const open = new Set<Channel>()
  let disposed = false
  return {
    connections: 0,
    longCommands: true,
    roundTrip: 0,
    async exec(command) {
      if (disposed) throw new Failure('the local connection is closed', { host: label })
      const channel = await start(command).catch((cause: Error) => {
        throw new Failure(`/bin/sh cannot be started: ${cause.message}`, { host: label, cause })
      })
      open.add(channel)
      void channel.exit.then(() => open.delete(channel))
      return channel
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      for (const channel of open) channel.close()
    },
  }
}

async function start(command: string): Promise<Channel> {
  // A session of its own, as sshd gives: what the command starts can be killed as one process group.
  const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: 'pipe', env: withoutSecrets() })
  const { promise: exit, resolve } = Promise.withResolvers<Exit>()
  const started = Promise.withResolvers<void>()
  let status = UNKNOWN
  child.once('spawn', started.resolve)
  child.on('error', started.reject)
  child.once('exit', (code, signal) => {
    status = { code, signal }
  })
  child.once('close', () => resolve(status))
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', ignore)
  await started.promise
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exit,
    close() {
      letGo(child)
      resolve(status)
    },
  }
}

/** Only the pipes end here: a command under the host's own watch takes that as its signal to stop. */
function letGo(child: ChildProcess): void {
  child.stdin?.destroy()
  child.stdout?.destroy()
  child.stderr?.destroy()
  child.unref()
}
