import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toolbox } from './toolbox.ts'
import { bulk, openWorld, type Place, type Servers, startServers, until } from './world.ts'

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

test.concurrent.each(['', ' beside a dead turn'])(
  'two runs that name the same places in another way, and in another order, come one after the other%s',
  async (beside) => {
    await using world = await openWorld(['local', 'local'])
    await world.deployed('zero')
    const [a, b] = world.places.map(({ root }) => root) as [string, string]
    if (beside) for (const place of [a, b]) await symlink('4711-1-dead.7', join(place, '.releases/turn.1'))
    // By name it comes after both.
    const alias = join(world.dir, 'zone')
    await symlink(a, alias)
    const hosts = (...dirs: string[]) =>
      dirs.map((remote_dir) => `- ${JSON.stringify({ host: 'local', remote_dir })}`).join('\n')
    // Each is late for one lock, once: then both hold what the other waits for.
    const late = (dir: string, mark: string) => {
      const once = `if [ "$PWD" = '${dir}' ] && [ ! -e '${world.dir}/${mark}' ]; then : >'${world.dir}/${mark}'; sleep 4; fi`
      return toolbox({ fakes: { flock: `${once}\nPATH=$(echo "$PATH" | cut -d: -f2-) exec flock "$@"` } })
    }
    await using one = await late(b, 'one')
    await using two = await late(a, 'two')
    const ends = await Promise.all([
      world.deploy('one', { lock_timeout: '90', hosts: hosts(a, b) }, { env: { PATH: one.search } }),
      world.deploy('two', { lock_timeout: '90', hosts: hosts(b, alias) }, { env: { PATH: two.search } }),
    ])
    for (const { code, log } of ends) expect(code, log).toBe(0)
    expect(ends.map(({ log }) => log).join('')).toMatch(/waiting up to 90 s for the lock/)
    const [first, second] = await world.serving()
    expect(first).toBe(second)
    await world.expectSound()
  },
)

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
  const hidden = join(world.place.root, '.releases')
  await mkdir(hidden, { recursive: true, mode: 0o700 })
  await symlink('4711-1-dead.7', join(hidden, 'turn.1'))
  await writeFile(join(hidden, 'beat.4711-1-dead.7'), '')
  await utimes(join(hidden, 'beat.4711-1-dead.7'), 1_000_000_000, 1_000_000_000)
  await world.deployed('one', { lock_timeout: '10' })
  expect(await world.serving()).toEqual(['one'])
})

test.concurrent('a turn of one who had no flock and died is waited for once, and beside it lock_timeout is kept', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two']) await world.deployed(release)
  await symlink('4711-1-dead.7', join(world.place.root, '.releases/turn.1'))
  const held = await hold(world.place)
  const refused = await world.rollback({ lock_timeout: '12' })
  held[Symbol.dispose]()
  expect(refused.log).toContain('another run holds the lock')
  await world.deployed('three')
  // Whom it names now has left, and nobody has to be waited for.
  const hidden = join(world.place.root, '.releases')
  const last = async () => {
    const turns = (await readdir(hidden)).filter((name) => name.startsWith('turn.')).sort()
    return readlink(join(hidden, turns.at(-1) as string))
  }
  await until(async () => (await last()) === '-', 'the turn is let go')
})

for (const step of [3600, -3600]) {
  test.concurrent(`without flock, a clock that is set by ${step} s robs no holder`, async () => {
    await using world = await openWorld(['local'])
    const offset = `offset=$(cat '${world.dir}/offset' 2>/dev/null || echo 0)`
    const real = 'PATH=$(echo "$PATH" | cut -d: -f2-)'
    const now = '$(($(date +%s) + offset))'
    await using tools = await toolbox({
      without: ['flock'],
      fakes: {
        date: `${offset}; ${real}:/bin:/usr/bin; case "$*" in +%s) echo ${now} ;; *) exec date "$@" ;; esac`,
        touch: `${offset}; ${real}:/bin:/usr/bin; case $1 in -r) exec touch "$@" ;; esac; exec touch -d "@${now}" "$@"`,
      },
    })
    const way = { env: { PATH: tools.search } }
    await world.deployed('one', {}, way)
    const gate = `echo at the gate; while [ ! -e '${world.dir}/gate' ]; do sleep 0.2; done`
    const start = (release_name: string, more = {}) =>
      world.start({ mode: 'deploy', local_dir: world.build, release_name, ...more }, way)
    const holder = await start('two', { pre_symlink_command: gate })
    await holder.saw(/at the gate/, 60_000)
    const waiting = await start('three', { lock_timeout: '90' })
    await waiting.saw(/waiting up to/, 60_000)
    await writeFile(join(world.dir, 'offset'), `${step}\n`)
    // Longer than it takes to rob one.
    await new Promise((resolve) => setTimeout(resolve, 20_000))
    expect(await world.serving()).toEqual(['one'])
    await writeFile(join(world.dir, 'gate'), '')
    const ends = await Promise.all([holder.done, waiting.done])
    for (const { code, log } of ends) expect(code, log).toBe(0)
    expect(ends[1]?.log).not.toContain('took over')
    expect(await world.serving()).toEqual(['three'])
  })
}

test.concurrent('a lock whose holder left no record is told while a run waits for it', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  using _held = await hold(world.place)
  await writeFile(join(world.place.root, '.releases/lock'), '')
  const { code, log } = await world.deploy('two', { lock_timeout: '2' })
  expect(code).toBe(1)
  expect(log).toMatch(/waiting up to 2 s for the lock .*held by: a holder that left no record/)
})

test.concurrent('a look at the lock stops no deploy, and is told of no dead run', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  await writeFile(join(world.place.root, '.releases/lock'), '{"run":"a run that died"}\n')
  const real = 'PATH=$(echo "$PATH" | cut -d: -f2-); flock "$@"; code=$?'
  const looking = `: >'${world.dir}/reached'; while [ ! -e '${world.dir}/tried' ]; do sleep 0.1; done`
  await using slow = await toolbox({ fakes: { flock: `${real}; ${looking}; exit $code` } })
  await using telling = await toolbox({ fakes: { flock: `${real}; : >'${world.dir}/tried'; exit $code` } })
  const list = await world.start({ mode: 'list' }, { env: { PATH: slow.search } })
  await until(() => existsSync(join(world.dir, 'reached')), 'list looks at the lock', 60)
  await world.deployed('two', { lock_timeout: '0' }, { env: { PATH: telling.search } })
  expect((await list.done).log).not.toContain('a run that died')
})

test.concurrent('what a run leaves while a list looks is not taken for what a dead one left', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  await world.write(bulk(40, 50_000))
  const inputs = { mode: 'deploy', local_dir: world.build, release_name: 'two' }
  const run = await world.start({ ...inputs, rsync_flags: '--no-compress --bwlimit=500' })
  await until(async () => (await world.place.arrived('two')) > 0, 'files arrive', 60)
  const waits = `: >'${world.dir}/reached'; while [ ! -e '${world.dir}/go' ]; do sleep 0.2; done`
  const sed = `case "$*" in *manifest.json) ${waits} ;; esac\nPATH=$(echo "$PATH" | cut -d: -f2-) exec sed "$@"`
  await using tools = await toolbox({ fakes: { sed } })
  const list = await world.start({ mode: 'list' }, { env: { PATH: tools.search } })
  await until(() => existsSync(join(world.dir, 'reached')), 'list is at the manifest', 60)
  const { code } = await run.done
  await writeFile(join(world.dir, 'go'), '')
  const { log } = await list.done
  expect(code).toBe(0)
  expect(log).toContain('locked: deploy by octocat')
  expect(log).not.toContain('interrupted upload')
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
