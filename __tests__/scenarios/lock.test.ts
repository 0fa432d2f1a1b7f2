import { spawn } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { openWorld, type Place, type Servers, startServers, until } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(2)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** Holds the lock as another run's session would; the record says who. */
async function hold(place: Place): Promise<Disposable> {
  const lock = join(place.root, '.releases/lock')
  const child = spawn('flock', [lock, 'sleep', '600'], { detached: true, stdio: 'ignore' })
  const holder = {
    run: 'https://github.com/acme/other/actions/runs/9',
    actor: 'hubot',
    mode: 'deploy',
    since: '2026-01-02T03:04:05Z',
  }
  await until(
    async () => (await place.processes()).some((line) => line.includes('flock')),
    'the lock is held',
  )
  await writeFile(lock, `${JSON.stringify(holder)}\n`)
  return { [Symbol.dispose]: () => void process.kill(-(child.pid as number), 'SIGKILL') }
}

test.concurrent('two deploys at once over the same hosts in opposite order both succeed, one after the other', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('zero')
  const opposite = world.hosts().split('\n').reverse().join('\n')
  const gate =
    'echo "$RELEASE_NAME" >>"$REMOTE_DIR/order"; sleep 1; echo "$RELEASE_NAME" >>"$REMOTE_DIR/order"'

  const [a, b] = await Promise.all([
    world.deploy('a', { pre_symlink_command: gate }),
    world.deploy('b', { pre_symlink_command: gate, hosts: opposite }),
  ])

  expect(a.code, a.log).toBe(0)
  expect(b.code, b.log).toBe(0)
  expect(`${a.log}${b.log}`).toMatch(
    /waiting up to \d+ s for the lock .*held by: deploy by octocat, https:\S+, since 20/,
  )
  const [first, second] = world.places as [Place, Place]
  const order = (await first.read('order')).split('\n')
  expect(order[0]).toBe(order[1])
  expect(order[2]).toBe(order[3])
  expect(await second.read('order')).toBe(order.join('\n'))
  expect(await world.serving()).toEqual([order[2], order[2]])
  await world.expectSound()
})

test.concurrent('five runs at once on one host take turns, and every deploy is there', async () => {
  await using world = await openWorld([servers.one])
  const names = ['a', 'b', 'c', 'd', 'e']
  const runs = await Promise.all(names.map((name) => world.deploy(name)))
  for (const { code, log } of runs) expect(code, log).toBe(0)
  expect(await world.place.releases()).toEqual(names)
  await world.expectSound()
})

test.concurrent('a lock that stays held ends the run after lock_timeout, naming its holder', async () => {
  await using world = await openWorld(servers.all)
  await world.deployed('one')
  const before = await world.places[0]?.snapshot()
  using _held = await hold(world.places[1] as Place)

  for (const run of [
    () => world.deploy('two', { lock_timeout: '1' }),
    () => world.rollback({ lock_timeout: '0' }),
    () => world.prune({ lock_timeout: '0' }),
  ]) {
    const { code, log, outputs } = await run()
    expect(code).toBe(1)
    expect(outputs.status).toBe('failed')
    expect(log).toContain(
      'another run holds the lock: deploy by hubot, https://github.com/acme/other/actions/runs/9, since 2026-01-02T03:04:05Z',
    )
    expect(log).toContain('lock_timeout')
  }
  expect(await world.serving()).toEqual(['one', 'one'])
  expect(Object.keys((await world.places[0]?.snapshot()) ?? {})).toEqual(Object.keys(before ?? {}))
})

test.concurrent('list waits for no lock, and shows who holds it', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  using _held = await hold(world.place)
  const before = await world.place.snapshot()
  const { code, log } = await world.list()
  expect(code).toBe(0)
  expect(log).toMatch(/locked: deploy by hubot/)
  expect(await world.place.snapshot()).toEqual(before)
})

test.concurrent('what a dead holder left in the lock is told, and stops nobody', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await writeFile(
    join(world.place.root, '.releases/lock'),
    '{"run":"https://github.com/acme/site/actions/runs/1","actor":"hubot","mode":"deploy","since":"2026-01-01T00:00:00Z"}\n',
  )
  await world.deployed('two', { lock_timeout: '0' })
  expect(await readFile(join(world.place.root, '.releases/lock'), 'utf8')).toBe('')
  await world.expectSound()
})

test.concurrent('without flock on the host, two deploys still take turns', async () => {
  await using tools = await toolbox({ without: ['flock'] })
  await using own = await startServers(1, { config: [tools.path] })
  await using world = await openWorld([own.one])
  const gate =
    'echo "$RELEASE_NAME" >>"$REMOTE_DIR/order"; sleep 1; echo "$RELEASE_NAME" >>"$REMOTE_DIR/order"'
  const runs = await Promise.all(['a', 'b'].map((name) => world.deploy(name, { pre_symlink_command: gate })))
  for (const { code, log } of runs) expect(code, log).toBe(0)
  expect(runs[0]?.log).toContain('the host has no flock')
  const order = (await world.place.read('order')).split('\n')
  expect(order[0]).toBe(order[1])
  expect(order[2]).toBe(order[3])
  await world.expectSound()
})

test.concurrent('without flock, a holder that has shown no life for long is taken over', async () => {
  await using tools = await toolbox({ without: ['flock'] })
  await using own = await startServers(1, { config: [tools.path] })
  await using world = await openWorld([own.one])
  await mkdir(join(world.place.root, '.releases'), { recursive: true, mode: 0o700 })
  await symlink('4711-1-dead', join(world.place.root, '.releases/lock.held'))
  await writeFile(join(world.place.root, '.releases/beat.4711-1-dead'), '1000000000\n')
  await world.deployed('one', { lock_timeout: '10' })
  expect(await world.serving()).toEqual(['one'])
})

for (const at of ['pre_symlink_command', 'post_deploy_command'] as const) {
  test.concurrent(`a run that sleeps past its lease in ${at} undoes nothing that another did meanwhile`, async () => {
    await using world = await openWorld([servers.one])
    await world.deployed('one')
    const waits = 'echo "command runs"; while [ ! -e "$REMOTE_DIR/go" ]; do sleep 0.2; done; exit 1'
    const asleep = await world.start({
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'two',
      [at]: `[ "$RELEASE_NAME" != two ] || { ${waits}; }`,
    })
    await asleep.saw(/command runs/, 60_000)
    asleep.kill('SIGSTOP')

    const { log } = await world.deployed('three', { lock_timeout: '90' })
    expect(log).toMatch(/waiting up to 90 s for the lock/)
    expect(await world.serving()).toEqual(['three'])

    await writeFile(join(world.place.root, 'go'), '')
    asleep.kill('SIGCONT')
    const { code, log: late } = await asleep.done
    expect(code, late).toBe(1)
    expect(await world.serving(), late).toEqual(['three'])
    expect((await world.place.record('three')).deploy.state).toBe('live')
    await world.deployed('four')
    await world.expectSound()
  })
}
