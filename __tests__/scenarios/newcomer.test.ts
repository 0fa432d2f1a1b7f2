// What somebody does wrong on the first day, each as it is met: one annotation, whose text alone must get them going.
// The texts are kept in newcomer.txt, to be read as a newcomer would; `vitest -u` writes it anew.

import { mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSshd } from '../servers/sshd.ts'
import { type Account, makeAccount, mayMakeAccounts } from './accounts.ts'
import { toolbox } from './toolbox.ts'
import { openWorld, program, type Servers, startServers, type World } from './world.ts'

const told = new Map<string, string>()
let servers: Servers
let deployer: Account
const root = mayMakeAccounts()

beforeAll(async () => {
  if (root) deployer = await makeAccount()
  servers = await startServers(1, { users: root ? [deployer.name] : [] })
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
  if (root) await deployer[Symbol.asyncDispose]()
})

type Inputs = Readonly<Record<string, string>>

/** What is different on every machine and in every run, in words that a reader understands. */
function normal(text: string, world: World): string {
  return text
    .replaceAll(world.dir, '/DIR')
    .replaceAll(servers.one.user, 'USER')
    .replaceAll(root ? deployer.name : '\0', 'deploy')
    .replace(/127\.0\.0\.1(:| port )\d+/g, 'web1$1PORT')
    .replace(/\[127\.0\.0\.1\]:\d+/g, '[web1]:PORT')
    .replace(/-p \d+ 127\.0\.0\.1/g, '-p PORT web1')
    .replace(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:FINGERPRINT')
    .replace(/AAAA[A-Za-z0-9+/]{40,}=*/g, 'AAAAKEY')
    .replace(/(?<=current is )\d{14}/g, 'RELEASE')
    .replace(/\b20\d{12}\b/g, 'RELEASE')
}

/** Runs with a mistake, and keeps the one annotation that it must end in. */
async function mistaken(name: string, world: World, inputs: Inputs, way = {}): Promise<void> {
  const { code, annotations, log } = await world.run(
    { mode: 'deploy', local_dir: world.build, ...inputs },
    way,
  )
  const errors = annotations.filter(({ level }) => level === 'error')
  expect(code, log).toBe(1)
  expect(errors, log).toHaveLength(1)
  const [{ title = '', message = '' } = {}] = errors
  expect(message).toMatch(/^See https:\/\/github\.com\/.*#(?!anything-else)/m)
  told.set(name, normal(`${title}\n${message}`, world))
}

function asDeployer(world: World): Inputs {
  const { host, port } = servers.one
  return { hosts: JSON.stringify([{ host, port, user: deployer.name, remote_dir: world.place.root }]) }
}

const simple: Readonly<Record<string, (world: World) => Inputs>> = {
  'the secret of the key does not exist': () => ({ ssh_private_key: '' }),
  'the public key for the private one': () => ({ ssh_private_key: servers.one.publicKey }),
  'the path of the key for the key': () => ({ ssh_private_key: '~/.ssh/id_ed25519' }),
  'half of the key': () => ({ ssh_private_key: servers.one.privateKey.slice(0, 200) }),
  'no known_hosts': () => ({ ssh_known_hosts: '' }),
  'the known_hosts of another host': () => ({
    ssh_known_hosts: servers.one.knownHosts.replace(/^\S+/, 'other.example.com'),
  }),
  'the wrong user': ({ inputs }) => ({
    hosts: (inputs.hosts as string).replace(/"user":"[^"]+"/, '"user":"nobody"'),
  }),
  'a host name that does not exist': () => ({
    hosts: 'deploy@web1.invalid',
    ssh_known_hosts: servers.one.knownHosts.replace(/^\S+/, 'web1.invalid'),
    remote_dir: '/srv/app',
  }),
  'a URL for a host': () => ({ hosts: 'ssh://deploy@web1', remote_dir: '/srv/app' }),
  'a host as rsync and scp have it': () => ({ hosts: 'deploy@web1:/srv/app', remote_dir: '/srv/app' }),
  'two hosts with a semicolon': () => ({ hosts: 'deploy@web1; deploy@web2', remote_dir: '/srv/app' }),
  'the fingerprint for the known_hosts': () => ({ ssh_known_hosts: 'SHA256:AAAA' }),
  'no hosts': () => ({ hosts: '', remote_dir: '/srv/app' }),
  'no local_dir': () => ({ local_dir: '' }),
  'a local_dir that the build did not make': ({ dir }) => ({ local_dir: join(dir, 'dist') }),
  'a local_dir that is empty': ({ dir }) => ({ local_dir: join(dir, 'empty') }),
  'a remote_dir with a tilde': () => ({ hosts: 'deploy@web1', remote_dir: '~/app' }),
  'the top of the disk for a remote_dir': () => ({ hosts: 'deploy@web1', remote_dir: '/' }),
  'a mode that does not exist': () => ({ mode: 'deployment' }),
  'a misspelt target': () => ({ target: 'prodution' }),
  'a shared file that nobody put there': () => ({ linked_files: '.env' }),
  'a command that is not installed': () => ({ pre_symlink_command: 'composer install --no-dev' }),
  'a rollback before the second deploy': () => ({ mode: 'rollback', local_dir: '' }),
  'a publish with nothing staged': () => ({ mode: 'publish', local_dir: '' }),
}

test.concurrent.for(Object.entries(simple))('%s', async ([name, inputs]) => {
  await using world = await openWorld([servers.one])
  await mkdir(join(world.dir, 'empty'))
  if (/rollback|publish/.test(name)) await world.deployed('20261121184358')
  await mistaken(name, world, inputs(world))
})

test.concurrent('a host without rsync', async () => {
  await using tools = await toolbox({ without: ['rsync'] })
  await using server = await startSshd({ config: [tools.path] })
  await using world = await openWorld([server])
  await mistaken('a host without rsync', world, {})
})

test.concurrent('another key than the one on the host', async () => {
  await using other = await startSshd()
  await using world = await openWorld([servers.one])
  await mistaken('another key than the one on the host', world, { ssh_private_key: other.privateKey })
})

test.concurrent('a key with a passphrase', async () => {
  await using world = await openWorld([servers.one])
  const file = join(world.dir, 'key')
  await program('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', file])
  const { stdout } = await program('cat', [file])
  await mistaken('a key with a passphrase', world, { ssh_private_key: stdout })
})

test.concurrent('a host that was set up anew', async () => {
  await using other = await startSshd()
  await using world = await openWorld([servers.one])
  const line = `[127.0.0.1]:${servers.one.port} ${other.hostPublicKeys[0]}\n`
  await mistaken('a host that was set up anew', world, { ssh_known_hosts: line })
})

test.concurrent('the wrong port: nobody listens, or it is no SSH server', async () => {
  await using world = await openWorld([servers.one])
  const web = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n', () => socket.destroy())
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as { port: number }
  const at = (to: number) => ({
    hosts: (world.inputs.hosts as string).replace(/"port":\d+/, `"port":${to}`),
    ssh_known_hosts: servers.one.knownHosts.replace(/:\d+\]?/, `:${to}`),
    connect_timeout: '5',
  })
  await mistaken('the port of a web server', world, at(port))
  await new Promise((resolve) => web.close(resolve))
  await mistaken('a port where nobody listens', world, at(port))
})

test.concurrent('a document root that is a directory', async () => {
  await using world = await openWorld([servers.one])
  await mkdir(join(world.place.root, 'current'), { recursive: true })
  await mistaken('a document root that is a directory', world, {})
})

test.runIf(root)('a remote_dir where the user may not write', async () => {
  await using world = await openWorld([servers.one])
  await mistaken('a remote_dir that the user may not make', world, asDeployer(world))
  await mkdir(join(world.place.root, 'releases/old'), { recursive: true })
  await symlink('releases/old', join(world.place.root, 'current'))
  await mistaken('a remote_dir that belongs to root', world, asDeployer(world))
  await program('chown', [deployer.name, world.place.root])
  await mistaken('releases that belong to root', world, asDeployer(world))
})

test.runIf(root)('a public_dir whose directory belongs to root', async () => {
  await using world = await openWorld([servers.one])
  await mkdir(world.place.root, { recursive: true })
  await program('chown', [deployer.name, world.place.root])
  await mkdir(join(world.dir, 'www'))
  const public_dir = join(world.dir, 'www/html')
  await mistaken('a public_dir whose directory belongs to root', world, { ...asDeployer(world), public_dir })
})

test.runIf(root)('an account without a shell', async () => {
  await using account = await makeAccount()
  await using server = await startSshd({ users: [account.name] })
  await using world = await openWorld([server])
  await program('usermod', ['--shell', '/usr/sbin/nologin', account.name])
  const { host, port } = server
  const hosts = JSON.stringify([{ host, port, user: account.name, remote_dir: world.place.root }])
  await mistaken('an account without a shell', world, { hosts })
  const text = told.get('an account without a shell') as string
  told.set('an account without a shell', text.replaceAll(account.name, 'deploy'))
})

test.runIf(root)('a disk that is read-only', async () => {
  await using world = await openWorld([servers.one])
  const disk = join(world.dir, 'disk')
  await mkdir(disk)
  await program('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', disk])
  try {
    const hosts = (world.inputs.hosts as string).replaceAll(world.place.root, join(disk, 'app'))
    await mistaken('a disk that is read-only', world, { hosts })
  } finally {
    await program('umount', [disk])
  }
})

test.runIf(root)('the texts, all in one place', async () => {
  const texts = [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `# ${name}\n\n${text}\n`)
  await expect(texts.join('\n')).toMatchFileSnapshot('newcomer.txt')
})
