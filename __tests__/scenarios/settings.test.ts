import { mkdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers, type World } from './world.ts'

let servers: Servers
let world: World
let port: number
let connections = 0
const listener = createServer((socket) => {
  connections++
  socket.destroy()
})

beforeAll(async () => {
  servers = await startServers(1)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  port = (listener.address() as AddressInfo).port
  world = await openWorld([{ ...servers.one, port }])
  await mkdir(join(world.dir, 'empty'))
  await writeFile(join(world.dir, 'file'), 'x')
})
afterAll(async () => {
  listener.close()
  await world[Symbol.asyncDispose]()
  await servers[Symbol.asyncDispose]()
})

type Inputs = Readonly<Record<string, string>>
const host = (entry: string) => (at: number) => ({ hosts: entry.replaceAll('PORT', String(at)) })
const set = (name: string, ...values: string[]): [string, (at: number) => Inputs][] =>
  values.map((value) => [name, () => ({ [name]: value })])

/** The setting that must be named, and inputs that are at fault. The port leads to a listener that nobody may call. */
const faults: Record<string, [string, (at: number) => Inputs][]> = {
  'B1, B2: a host that is an option, or holds what a shell or a config would take': [
    ['hosts', host('-oProxyCommand=touch$IFS-pwned:PORT')],
    ['hosts', host('127.0.0.1 -x:PORT')],
    ['hosts', host('- {host: "127.0.0.1\\nProxyCommand x", port: PORT}')],
    ['hosts', host('"127.0.0.1:PORT')],
    ['hosts', host('-l@127.0.0.1:PORT')],
    ['hosts', host("us'er@127.0.0.1:PORT")],
    ['hosts', host('- {host: 127.0.0.1, user: "a b", port: PORT}')],
  ],
  'B3: lists of hosts': [
    ['hosts', () => ({ hosts: '' })],
    ['hosts', () => ({ hosts: '# only a comment' })],
    ['hosts', () => ({ hosts: '[]' })],
    ['hosts', host('root@127.0.0.1:PORT\nroot@127.0.0.1:PORT')],
    ['hosts', host('- {host: 127.0.0.1, port: PORT, colour: red}')],
  ],
  'B4: ports': [
    ['hosts', host('root@127.0.0.1:0')],
    ['hosts', host('root@127.0.0.1:65536')],
    ['hosts', host('root@127.0.0.1:22x')],
    ['hosts', host('root@127.0.0.1:-1')],
    ...set('ssh_port', '0', '65536', '22x', '-1'),
  ],
  'B5: the place on the host': [
    ...set(
      'remote_dir',
      '/',
      'relative/path',
      '~/app',
      '/srv/../etc',
      '/srv',
      '/srv/a\nb',
      `/srv/${'x'.repeat(5000)}`,
    ),
    ...set('release_dir', '/', '.', '', '../x', '/abs').filter(([, inputs]) => inputs(0).release_dir !== ''),
    ...set('public_dir', '/', '.', '../x', 'releases/x', 'releases'),
  ],
  'B6: release names': set(
    'release_name',
    '.',
    '..',
    '-rf',
    '.hidden',
    'a/b',
    'a/../b',
    'a\nb',
    'x'.repeat(129),
    'é',
    'a b',
    '$(id)',
  ),
  'B7: the artifact': [
    ['local_dir', () => ({ local_dir: '' })],
    ['local_dir', () => ({ local_dir: '/does/not/exist' })],
    ['local_dir', () => ({ local_dir: join(world.dir, 'file') })],
    ['local_dir', () => ({ local_dir: join(world.dir, 'empty') })],
  ],
  'B9: keys': [
    ['ssh_private_key', () => ({ ssh_private_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBr2 me@here' })],
    ['ssh_private_key', () => ({ ssh_private_key: 'PuTTY-User-Key-File-3: ssh-ed25519' })],
    ['ssh_private_key', () => ({ ssh_private_key: 'not a key' })],
    ['ssh_private_key', () => ({ ssh_private_key: '' })],
  ],
  'B10: known hosts': [
    ['ssh_known_hosts', () => ({ ssh_known_hosts: '' })],
    ['ssh_known_hosts', () => ({ ssh_known_hosts: '# a comment' })],
    ['ssh_known_hosts', () => ({ ssh_known_hosts: 'not a known_hosts line' })],
  ],
  'B12: metadata': set(
    'metadata',
    'just text',
    '[1, 2]',
    'release: mine',
    'deploy: mine',
    '{broken',
    'a: .nan',
  ),
  'B13: counts': set('release_count', '0', '-1', '1e9', 'abc', '1.5'),
  'B14: booleans, durations, choices': [
    ...set('summary', 'yes', '1', 'ja'),
    ...set('lock_timeout', '5m', '-1', 'soon'),
    ...set('connect_timeout', '0', '5s'),
    ...set('command_timeout', '0', '1h'),
    ...set('mode', 'Deploy', 'undo', 'rollback '.repeat(2)),
    ...set('dedupe', 'symlink'),
    ...set('on_failure', 'explode'),
    ...set('host_key_checking', 'no'),
    ...set('dir_permissions', '999', 'rwx', '7'),
    ...set('file_permissions', '0x1ff'),
  ],
  'flags that would break a guarantee': set(
    'rsync_flags',
    '-e ssh',
    '--rsync-path=/tmp/x',
    '--delete-after',
    '--remove-source-files',
    '--link-dest=/etc',
    '-a',
    '--size-only',
    '-zt',
    '--inplace',
    '/etc/passwd',
  ),
}

test.concurrent.for(Object.entries(faults))(
  'refused by the name of its setting, nothing connected: %s',
  async ([, cases], { expect }) => {
    for (const [setting, inputs] of cases) {
      const given = inputs(port)
      const { code, log, outputs, annotations } = await world.deploy('one', given)
      const shown = `${JSON.stringify(given).slice(0, 300)}\n${log}`
      expect(code, shown).toBe(1)
      expect(outputs.status, shown).toBe('failed')
      const errors = annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
      expect(errors.join(), shown).toContain(setting)
    }
    expect(connections).toBe(0)
    expect(await world.place.snapshot()).toEqual({})
  },
)

test.concurrent('all problems of a run are told at once', async () => {
  const { code, log } = await world.deploy('../x', {
    release_count: 'many',
    remote_dir: 'relative',
    hosts: `127.0.0.1:${port}x`,
  })
  expect(code).toBe(1)
  for (const setting of ['release_name', 'release_count', 'hosts']) expect(log).toContain(setting)
  expect(log).toContain('nothing was connected')
  expect(connections).toBe(0)
})

test.concurrent('an input that no setting has is warned about, with the nearest that there is', async () => {
  const { annotations } = await world.deploy(
    'one',
    { mode: 'bad' },
    { env: { INPUT_REMOTE_DIRR: '/srv/app' } },
  )
  const { code, annotations: told } = await world.list(
    { hosts: 'local', remote_dir: join(world.dir, 'none') },
    { env: { INPUT_REMOTE_DIRR: '/srv/app' } },
  )
  expect(annotations.map(({ level }) => level)).toContain('error')
  expect(code).toBe(0)
  expect(told.map(({ message }) => message).join()).toMatch(/remote_dirr.*remote_dir/i)
})

test.concurrent('a setting that the mode does not use is warned about, and its value does not matter', async () => {
  const { code, annotations } = await world.list({
    hosts: 'local',
    remote_dir: join(world.dir, 'none'),
    release_name: '../..',
    metadata: '{broken',
    dedupe: 'nonsense',
  })
  expect(code).toBe(0)
  expect(annotations.map(({ message }) => message).join()).toMatch(/mode list does not use .*release_name/)
})

test.concurrent('summary: false holds when another setting is wrong', async () => {
  await using world = await openWorld(['local'])
  const inputs = { mode: 'deploy', local_dir: world.build, release_count: '0' }
  expect((await world.run(inputs)).summary).toContain('release_count')
  expect((await world.run({ ...inputs, summary: 'false' })).summary).toBe('')
})
