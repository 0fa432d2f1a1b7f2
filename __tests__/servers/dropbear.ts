// The other SSH server of small machines, on loopback. It reads keys in a home only, so it takes an account of its own, and root to make one.

import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAccount } from '../scenarios/accounts.ts'
import { program, type Server, until } from '../scenarios/world.ts'
import { makeKey } from './embedded.ts'
import { freePort } from './sshd.ts'

export interface Dropbear extends AsyncDisposable {
  readonly server: Exclude<Server, 'local'>
  log(): string
}

/** @throws when dropbear is not installed: a test must not pass for want of a server. */
export async function startDropbear(): Promise<Dropbear> {
  await using stack = new AsyncDisposableStack()
  const account = stack.use(await makeAccount())
  const dir = await mkdtemp(join(tmpdir(), 'dropbear-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  await chmod(dir, 0o755)
  const { privateKey, publicKey } = makeKey()
  const home = `/home/${account.name}`
  await mkdir(join(home, '.ssh'), { mode: 0o700 })
  await writeFile(join(home, '.ssh/authorized_keys'), `${publicKey}\n`, { mode: 0o600 })
  await program('chown', ['-R', `${account.name}:`, join(home, '.ssh')])
  const key = join(dir, 'host_key')
  const { stdout } = await program('dropbearkey', ['-t', 'ed25519', '-f', key])
  const [hostKey] = /^ssh-ed25519 \S+/m.exec(stdout) ?? []
  if (!hostKey) throw new Error(`dropbearkey made no key: ${stdout}`)
  const port = await freePort()
  const child = spawn(
    'dropbear',
    ['-F', '-E', '-s', '-p', `127.0.0.1:${port}`, '-r', key, '-P', join(dir, 'pid')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  stack.defer(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.kill()) await ended
  })
  await until(
    async () => (await readFile(join(dir, 'pid'), 'utf8').catch(() => '')) !== '',
    'dropbear listens',
  )
  const open = stack.move()
  return {
    server: {
      host: '127.0.0.1',
      port,
      user: account.name,
      knownHosts: `[127.0.0.1]:${port} ${hostKey}\n`,
      privateKey,
    },
    log: () => log,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
