// A host in somebody else's hands: an SSH server that lets the action in and then answers as a test tells it to.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'
import { type KeyPair, makeKey } from './embedded.ts'

export interface Channel {
  /** What was asked for: the session, an upload, or one of the user's commands. */
  readonly part: 'session' | 'upload' | 'command'
  /** The word that its answers start with. */
  readonly mark: string
  readonly stream: ServerChannel
  /** Says one line of an answer. */
  say(line: string): void
  /** Calls back with the verb of each message of a session. */
  onMessage(callback: (verb: string) => void): void
  /** Says `text` again and again for as long as somebody listens. */
  forever(text: string): void
}

export interface LyingServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly knownHosts: string
  readonly privateKey: string
}

/** @param lie called for each channel once it has the script that it was sent; the server itself says nothing. */
export async function startLyingServer(user: KeyPair, lie: (channel: Channel) => void): Promise<LyingServer> {
  const key = makeKey()
  const clients = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [key.privateKey] }, (client) => {
    clients.add(client)
    client.on('close', () => clients.delete(client))
    client.on('error', () => {})
    client.on('authentication', (context) =>
      context.method === 'publickey' ? context.accept() : context.reject(['publickey']),
    )
    client.on('session', (accept) => {
      accept().on('exec', (take) => hear(take(), lie))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    knownHosts: `[127.0.0.1]:${port} ${key.publicKey}\n`,
    privateKey: user.privateKey,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const client of clients) client.end()
      await closed
    },
  }
}

/** The script ends with a call such as `session 'MARK' …`, and a line `end-of-script-…`. */
function hear(stream: ServerChannel, lie: (channel: Channel) => void): void {
  let text = ''
  let open = true
  let onMessage = (_verb: string) => {}
  stream.on('error', () => {})
  stream.on('close', () => {
    open = false
  })
  const look = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    const call = /\n(session|glance|upload|resume|run_command) '([^']*)'[\s\S]*\nend-of-script-\w+\n/.exec(
      text,
    )
    const echo = /\necho '(\w+)'\n/.exec(text)
    if (!call) return
    stream.off('data', look)
    // The verb is a message's first piece; its last line begins with a dot, all others with a plus.
    let verb = ''
    let rest = ''
    const listen = (piece: string) => {
      const lines = (rest + piece).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines.filter((each) => /^[+.][=+|]/.test(each))) {
        verb ||= line.slice(2).split('^')[0] ?? ''
        if (line.startsWith('.')) onMessage(verb)
        if (line.startsWith('.')) verb = ''
      }
    }
    stream.on('data', (piece: Buffer) => listen(piece.toString('latin1')))
    const part = partOf(call[1] ?? '')
    const mark = part === 'upload' ? (echo?.[1] ?? '') : (call[2] ?? '')
    lie({
      part,
      mark,
      stream,
      say: (line) => void stream.write(`${mark} ${line}\n`),
      onMessage: (callback) => {
        onMessage = callback
      },
      forever(repeated) {
        const more = () => {
          if (open) stream.write(repeated, () => setImmediate(more))
        }
        more()
      },
    })
    // All that a look asks for is to open.
    if (call[1] === 'glance') onMessage('open')
    // The first message may have come with the end of the script.
    listen(text.slice(call.index + call[0].length))
  }
  stream.on('data', look)
}

function partOf(name: string): Channel['part'] {
  if (name === 'run_command') return 'command'
  return name === 'session' || name === 'glance' ? 'session' : 'upload'
}
