import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { openWorld, program, startServers } from './world.ts'

/** A world on a server whose users find only these tools. */
async function hostWith(tools: Parameters<typeof toolbox>[0]) {
  await using stack = new AsyncDisposableStack()
  const box = stack.use(await toolbox(tools))
  const servers = stack.use(await startServers(1, { config: [box.path] }))
  const world = stack.use(await openWorld([servers.one]))
  const kept = stack.move()
  return { world, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

const version = (text: string) =>
  `[ "$1" != --version ] || { echo '${text}'; exit 0; }; exec /usr/bin/rsync "$@"`

test.concurrent('a host without rsync is named in one clear line, and nothing is made there', async () => {
  await using host = await hostWith({ without: ['rsync'] })
  const { code, log } = await host.world.deploy('one')
  expect(code).toBe(1)
  expect(log).toContain('the host has no rsync')
  expect(log).toContain('Install rsync on the host')
  expect(await host.world.place.linkText()).toBeNull()
  expect(await host.world.place.releases()).toEqual([])
})

test.concurrent('a host without rsync can still be rolled back, listed and pruned', async () => {
  await using whole = await startServers(1)
  await using world = await openWorld([whole.one])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  await using box = await toolbox({ without: ['rsync', 'tar'] })
  await using bare = await startServers(1, { config: [box.path] })
  const inputs = {
    hosts: `- ${JSON.stringify({ host: bare.one.host, port: bare.one.port, user: bare.one.user, remote_dir: world.place.root })}`,
    ssh_known_hosts: bare.one.knownHosts,
    ssh_private_key: bare.one.privateKey,
  }
  expect((await world.list(inputs)).code).toBe(0)
  expect((await world.rollback(inputs)).outputs.release).toBe('two')
  expect((await world.prune({ ...inputs, release_count: '1' })).code).toBe(0)
  await world.expectSound()
})

for (const [what, said, words] of [
  ['too old', 'rsync  version 3.0.9  protocol version 30', "the host's rsync is too old (3.0)"],
  ['openrsync', 'openrsync: protocol version 29', "the host's rsync is openrsync"],
  ['no rsync at all', 'hello', "the host's rsync did not tell its version"],
] as const) {
  test.concurrent(`a host whose rsync is ${what} is refused in one clear line`, async () => {
    await using host = await hostWith({ fakes: { rsync: version(said) } })
    const { code, log } = await host.world.deploy('one')
    expect(code).toBe(1)
    expect(log).toContain(words)
    expect(log).toContain('Install rsync 3.1 or newer')
    expect(await host.world.place.linkText()).toBeNull()
  })
}

/** It says that it is one which may be relied on. */
const gnuTar = `[ "$1" != --version ] || { echo 'tar (GNU tar) 1.34'; exit 0; }`

test.concurrent('a host whose tar cannot take what changed gets it by rsync', async () => {
  await using host = await hostWith({ fakes: { tar: `${gnuTar}\necho "tar: no such option" >&2; exit 64` } })
  const { world } = host
  await world.deployed('one')
  await world.write({ 'index.html': 'two\n' })
  const { log, result } = await world.deployed('two')
  expect(log).toContain(
    'the host could not take in one piece what changed: tar: no such option; another try, with less asked of it',
  )
  expect(result.hosts[0].status).toBe('deployed')
  await world.expectSound()

  for (const tools of [{ without: ['tar'] }, { fakes: { tar: 'echo "BusyBox v1.36"; exit 1' } }]) {
    await using plain = await hostWith(tools)
    await plain.world.deployed('one')
    await plain.world.write({ 'index.html': 'two\n' })
    expect((await plain.world.deployed('two')).log).not.toContain('another try')
    await plain.world.expectSound()
  }
})

test.concurrent('what only the host’s rsync has met is told, and the upload does not count as done', async () => {
  const partial =
    '/usr/bin/rsync "$@"\nstatus=$?\n[ "$1" = --version ] || { echo \'rsync: [receiver] rename ".x" -> "x": Disk quota exceeded (122)\' >&2; status=23; }\nexit $status'
  // Without zstd, so that no host is sent all at once by another way.
  await using host = await hostWith({ without: ['zstd'], fakes: { rsync: partial } })
  const { code, log } = await host.world.deploy('one')
  expect(code).toBe(1)
  expect(log).toContain('the host has no room for the upload; rsync said: rsync: [receiver] rename')
  expect(await host.world.place.releases()).toEqual([])
})

test.concurrent('a host without tar or flock works, with a warning', async () => {
  await using host = await hostWith({ without: ['tar', 'flock'] })
  const { annotations } = await host.world.deployed('one')
  const said = annotations.map(({ level, message }) => `${level}: ${message}`).join('\n')
  expect(said).toMatch(/warning: .*the host has no flock/)
  await host.world.deployed('two')
  expect((await host.world.rollback()).code).toBe(0)
  await host.world.expectSound()
})

for (const tool of ['find', 'stat', 'readlink']) {
  test.concurrent(`a host without ${tool} is told so, and nothing is switched`, async () => {
    await using host = await hostWith({ without: [tool] })
    const { code, log } = await host.world.deploy('one')
    expect(code).toBe(1)
    expect(log).toContain(`the host has no ${tool}`)
    expect(await host.world.place.linkText()).toBeNull()
  })
}

for (const [name, tool, listing] of [
  ['BusyBox', 'busybox', ['--list']],
  ['toybox', 'toybox', []],
] as const) {
  test.concurrent(`a host with ${name} for all that it has works`, async () => {
    const box = (await program('sh', ['-c', `command -v ${tool}`])).stdout.trim()
    const { stdout } = await program(box, [...listing])
    // The shell is reached by its full path; what this build lacks is the system's own.
    const applets = stdout.split(/\s+/).filter((word) => !['', tool, 'rsync', 'sh'].includes(word))
    const fakes = Object.fromEntries(applets.map((word) => [word, `exec ${box} ${word} "$@"`]))
    await using host = await hostWith({ fakes })
    await host.world.deployed('one')
    await host.world.deployed('two', { pre_symlink_command: 'test -f index.html' })
    await host.world.deployed('three', { release_count: '2' })
    expect(await host.world.place.releases()).toEqual(['three', 'two'])
    expect((await host.world.rollback()).outputs.release).toBe('two')
    await host.world.expectSound()
  })
}

test.concurrent('a runner without rsync, or with one that cannot serve, is told so before anything is connected', async () => {
  await using servers = await startServers(1)
  await using world = await openWorld([servers.one])
  for (const [tools, words] of [
    [{ without: ['rsync'] }, "the runner's rsync is missing"],
    [
      { fakes: { rsync: version('rsync  version 2.6.9  protocol version 29') } },
      "the runner's rsync is too old (2.6)",
    ],
    [{ fakes: { rsync: version('openrsync: protocol version 29') } }, "the runner's rsync is openrsync"],
  ] as const) {
    await using box = await toolbox(tools)
    const { code, log } = await world.deploy('one', {}, { env: { PATH: box.search } })
    expect(code).toBe(1)
    expect(log).toContain(words)
    expect(log).toContain('Nothing was connected.')
    const checked = await world.run(
      { mode: 'check', hosts: 'local', remote_dir: join(world.dir, 'elsewhere'), local_dir: world.build },
      { env: { PATH: box.search } },
    )
    expect(checked.code, checked.log).toBe(1)
    expect(checked.log).toContain(words)
    expect(checked.log).toContain('Install rsync 3.1 or newer in an earlier step')
  }
  expect(servers.one.log()).not.toContain('Connection from')
  await world.deployed('one')
  await world.deployed('two')
  await using box = await toolbox({ without: ['rsync'] })
  expect((await world.rollback({}, { env: { PATH: box.search } })).code).toBe(0)
})
