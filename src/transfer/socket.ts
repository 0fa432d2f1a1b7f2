// Where rsync's bridge comes back into the running action: a private Unix socket, one visitor an upload.

import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What to do with a bridge that showed the right token; `argv` is what rsync wants started on the host. */
type Visit = (argv: readonly string[], socket: Socket) => void

export interface BridgeSocket extends AsyncDisposable {
  readonly dir: string
  /** The address a bridge needs, for its environment; `visit` is called when it comes. */
  invite(visit: Visit): { readonly address: string; withdraw(): void }
}

/** Longest path that every platform's sockaddr_un takes (unix(7): 108 bytes; macOS: 104). */
const PATH_CAP = 100

export async function openBridgeSocket(): Promise<BridgeSocket> {
  const base = join(tmpdir(), 'releases-XXXXXX', 's').length > PATH_CAP ? '/tmp' : tmpdir()
  const dir = await mkdtemp(join(base, 'releases-'))
  await chmod(dir, 0o700)
  const path = join(dir, 's')
  const visits = new Map<string, Visit>()
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    readGreeting(socket, (token, argv) => {
      const visit = visits.get(token)
      visits.delete(token)
      if (visit) visit(argv, socket)
      else socket.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  server.unref()
  return {
    dir,
    invite(visit) {
      const token = randomBytes(16).toString('hex')
      visits.set(token, visit)
      return { address: `${token}@${path}`, withdraw: () => visits.delete(token) }
    },
    async [Symbol.asyncDispose]() {
      server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** The first line of a bridge: token and argv as JSON. What follows it is rsync's own stream. */
function readGreeting(socket: Socket, onGreeting: (token: string, argv: readonly string[]) => void): void {
  let seen = Buffer.alloc(0)
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk])
    const end = seen.indexOf(0x0a)
    if (end < 0) return seen.length > 65_536 ? void socket.destroy() : undefined
    socket.off('data', onData)
    socket.pause()
    if (end + 1 < seen.length) socket.unshift(seen.subarray(end + 1))
    try {
      const [token, ...argv] = JSON.parse(seen.subarray(0, end).toString()) as string[]
      onGreeting(token ?? '', argv)
    } catch {
      socket.destroy()
    }
    return undefined
  }
  socket.on('data', onData)
}
