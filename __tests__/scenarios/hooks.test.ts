import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { points } from '../../src/settings/points.ts'
import { readTree } from './tree.ts'
import { readTrail, workspace } from './workspace.ts'
import { openWorld, type Servers, startServers, type World } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** Hooks before and after every point, which tell where they were and what they found. */
function everywhere(world: World): string {
  const told = `|$RELEASE_NAME|$PREVIOUS_RELEASE|$(pwd -P | sed "s,^$REMOTE_DIR,,")|\${REMOTE_DIR##*/}`
  const hook = (at: string) => ({ at, run: `echo "${at}${told}" >>'${world.dir}/trail'`, name: `tell ${at}` })
  const hooks = points.flatMap((point) => [hook(`before ${point}`), hook(`after ${point}`)])
  return JSON.stringify({ hooks })
}

/** Points in their order, both sides of each. */
const sides = (...names: readonly string[]) => names.flatMap((name) => [`before ${name}`, `after ${name}`])

const deployed = sides(
  'starting',
  'started',
  'updating',
  'updated',
  'publishing',
  'published',
  'finishing',
  'finished',
)
const rolledBack = sides(
  'starting',
  'started',
  'reverting',
  'reverted',
  'publishing',
  'published',
  'finishing_rollback',
  'finished',
)

/** The trail since the last call, as the points of the first host; both hosts must have been at each before the next began. */
async function pointsOf(world: World): Promise<readonly string[]> {
  const lines = await readTrail(world)
  await rm(join(world.dir, 'trail'), { force: true })
  const at = lines.map((line) => line.split('|')[0] as string)
  const hosts = lines.map((line) => line.split('|').at(-1))
  if (world.places.length === 2) {
    for (let index = 0; index < at.length; index += 2) {
      expect(at[index], `both hosts are at the same point: ${lines.join('\n')}`).toBe(at[index + 1])
      expect([hosts[index], hosts[index + 1]].sort()).toEqual(['host1', 'host2'])
    }
    return at.filter((_, index) => index % 2 === 0)
  }
  return at
}

test.concurrent('hooks at all points run in order on a deploy and a rollback, each on all hosts before the next', async () => {
  await using world = await openWorld([servers.one, 'local'])
  const { way } = await workspace(world, everywhere(world))
  const told = `echo "own $RELEASE_NAME"`
  const { log } = await world.deployed('one', { pre_symlink_command: told, post_deploy_command: told }, way)
  expect(await pointsOf(world)).toEqual(deployed)
  expect(log).toContain('own one')
  await world.deployed('two', {}, way)
  const lines = await readTrail(world)
  expect(lines.filter((line) => line.endsWith('|host1')).map((line) => line.slice(0, -6))).toEqual([
    'before starting||one|',
    'after starting|two|one|',
    'before started|two|one|',
    'after started|two|one|',
    'before updating|two|one|',
    'after updating|two|one|/releases/two',
    'before updated|two|one|/releases/two',
    'after updated|two|one|/releases/two',
    'before publishing|two|one|/releases/two',
    'after publishing|two|one|/releases/two',
    'before published|two|one|/releases/two',
    'after published|two|one|/releases/two',
    'before finishing|two|one|/releases/two',
    'after finishing|two|one|/releases/two',
    'before finished|two|one|/releases/two',
    'after finished|two|one|/releases/two',
  ])
  await pointsOf(world)

  const back = await world.rollback({}, way)
  expect(back.code, back.log).toBe(0)
  const after = (await readTrail(world)).filter((line) => line.endsWith('|host2'))
  expect(after.map((line) => line.slice(0, -6))).toEqual(
    [
      'before starting||two|/',
      'after starting|one|two|/',
      'before started|one|two|/',
      'after started|one|two|/',
      'before reverting|one|two|/',
      'after reverting|one|two|/releases/one',
      'before reverted|one|two|/releases/one',
      'after reverted|one|two|/releases/one',
      'before publishing|one|two|/releases/one',
      'after publishing|one|two|/releases/one',
      'before published|one|two|/releases/one',
      'after published|one|two|/releases/one',
      'before finishing_rollback|one|two|/releases/one',
      'after finishing_rollback|one|two|/releases/one',
      'before finished|one|two|/releases/one',
      'after finished|one|two|/releases/one',
    ].map((line) => line.replace(/\/$/, '')),
  )
  expect(await pointsOf(world)).toEqual(rolledBack)
  await world.expectSound()
})

test.concurrent('on a failure of the gate, of what follows the switch, and of a rollback, the hooks of `failed` end the run', async () => {
  await using world = await openWorld(['local', 'local'])
  const { way } = await workspace(world, everywhere(world))
  await world.deployed('one', {}, way)
  await pointsOf(world)

  const gate = await world.deploy('two', { pre_symlink_command: 'exit 3' }, way)
  expect(gate.outputs.status).toBe('failed')
  expect(await pointsOf(world)).toEqual([
    ...sides('starting', 'started', 'updating'),
    'before updated',
    ...sides('failed'),
  ])

  // After the revert, what follows a switch runs once more, for the release that is served again.
  const gone = '[ "$RELEASE_NAME" != three ]'
  const post = await world.deploy('three', { post_deploy_command: gone }, way)
  expect(post.outputs.status).toBe('reverted')
  expect((await readTrail(world)).filter((line) => line.startsWith('after published'))).toEqual([
    expect.stringContaining('after published|one|three|'),
    expect.stringContaining('after published|one|three|'),
  ])
  expect(await pointsOf(world)).toEqual([
    ...sides('starting', 'started', 'updating', 'updated', 'publishing'),
    'before published',
    'after published',
    ...sides('failed'),
  ])

  await world.deployed('four', {}, way)
  await pointsOf(world)
  const rollback = await world.rollback({ post_deploy_command: '[ "$RELEASE_NAME" != one ]' }, way)
  expect(rollback.outputs.status).toBe('reverted')
  expect(await world.serving()).toEqual(['four', 'four'])
  expect(await pointsOf(world)).toEqual([
    ...sides('starting', 'started', 'reverting', 'reverted', 'publishing'),
    'before published',
    'after published',
    ...sides('failed'),
  ])

  const refused = await world.rollback({ release: 'nine' }, way)
  expect(refused.code).toBe(1)
  expect(await pointsOf(world)).toEqual(['before starting', ...sides('failed')])
  await world.expectSound()
})

test.concurrent('on a host that was put back, each command after the switch has its turn, told the commit of what is served', async () => {
  await using world = await openWorld([servers.one])
  const note = 'echo "$RELEASE_NAME $REVISION" >>"$REMOTE_DIR/trail"'
  const config = {
    hooks: [
      { at: 'after published', run: '[ "$RELEASE_NAME" != one ]' },
      { at: 'after published', run: `${note}; [ "$RELEASE_NAME" != one ]`, allow_failure: true },
      { at: 'after published', run: note },
    ],
  }
  const { way } = await workspace(world, JSON.stringify(config))
  const from = (letter: string) => ({ env: { GITHUB_SHA: letter.repeat(40) } })
  await world.deployed('one', {}, from('a'))
  await world.deployed('two', {}, from('b'))
  const post_deploy_command = '[ "$RELEASE_NAME" != one ]'
  const put = { release: 'one', post_deploy_command, on_failure: 'keep' }
  expect((await world.rollback(put, from('c'))).code).toBe(1)
  await rm(join(world.place.root, 'trail'), { force: true })

  const failing = { post_deploy_command, health_check_command: 'exit 1', health_check_attempts: '1' }
  const { outputs, log, annotations } = await world.deploy('three', failing, { ...way, ...from('d') })
  expect(outputs.status, log).toBe('reverted')
  const [a, d] = ['a', 'd'].map((letter) => letter.repeat(40))
  expect(await world.place.read('trail')).toBe(`three ${d}\nthree ${d}\none ${a}\none ${a}\n`)
  const warned = annotations.filter(({ message }) => message.includes('was put back, but a command'))
  expect(warned.length, log).toBe(3)
  await rm(join(world.place.root, 'trail'))
  expect((await world.rollback({ release: 'two' }, { ...way, ...from('e') })).code).toBe(0)
  expect(await world.place.read('trail')).toBe(`two ${'b'.repeat(40)}\n`.repeat(2))
})

test.concurrent('stage and publish are the two halves', async () => {
  await using world = await openWorld(['local'])
  const { way } = await workspace(world, everywhere(world))
  const staged = await world.run({ mode: 'stage', local_dir: world.build, release_name: 'one' }, way)
  expect(staged.code, staged.log).toBe(0)
  expect(await pointsOf(world)).toEqual(sides('starting', 'started', 'updating', 'updated', 'finished'))
  const published = await world.run({ mode: 'publish' }, way)
  expect(published.code, published.log).toBe(0)
  expect(await pointsOf(world)).toEqual(
    sides('starting', 'started', 'publishing', 'published', 'finishing', 'finished'),
  )
  for (const mode of ['prune', 'list', 'check', 'repair']) {
    expect((await world.run({ mode }, way)).code).toBe(0)
    expect(await pointsOf(world), mode).toEqual([])
  }
})

test.concurrent('what a hook on the runner makes before the start is deployed', async () => {
  await using world = await openWorld(['local'])
  const hooks = [
    {
      at: 'before starting',
      on: 'runner',
      run: `sleep 1; rm '${world.build}/index.html'; echo made >'${world.build}/made'`,
    },
  ]
  const { way } = await workspace(world, JSON.stringify({ hooks }))
  await world.write({ 'index.html': 'old\n' })
  const { code, log } = await world.deploy('one', {}, way)
  expect(code, log).toBe(0)
  const released = await readdir(join(world.place.root, 'releases/one'))
  expect(released).toContain('made')
  expect(released).not.toContain('index.html')
  await world.expectSound()
})

test.concurrent('`on` says where: the first host of the list, those of a role, all, or the runner', async () => {
  await using world = await openWorld(['local', 'local', 'local'])
  const tell = `echo "$NAME \${REMOTE_DIR##*/}" >>'${world.dir}/trail'`
  const hook = (name: string, more: object) => ({ run: tell.replace('$NAME', name), name, ...more })
  const config = {
    waves: '1, 100%',
    hooks: [
      hook('gate', { at: 'after updated', on: 'first' }),
      hook('workers', { at: 'after updated', on: 'role:worker' }),
      hook('once', { at: 'after published', on: 'first' }),
      hook('each', { at: 'after published' }),
      { at: 'before publishing', on: 'runner', run: `echo "runner before $PWD" >>'${world.dir}/trail'` },
      {
        at: 'after published',
        on: 'runner',
        run: `echo "runner after $RELEASE_NAME" >>'${world.dir}/trail'`,
      },
    ],
  }
  const { way, dir } = await workspace(world, JSON.stringify(config))
  const hosts = world.hosts((at) => (at > 0 ? { roles: ['worker', `n${at}`] } : { roles: ['web'] }))
  await world.deployed('one', { hosts }, way)
  const lines = await readTrail(world)
  expect(lines[0]).toBe('gate host1')
  expect(lines.slice(1, 3).sort()).toEqual(['workers host2', 'workers host3'])
  expect(lines.slice(3, 6)).toEqual([`runner before ${dir}`, 'once host1', 'each host1'])
  expect(lines.slice(6, 8).sort()).toEqual(['each host2', 'each host3'])
  expect(lines.slice(8)).toEqual(['runner after one'])
})

test.concurrent('`first` is the same host in a second attempt, which finishes what the first left', async () => {
  await using world = await openWorld(['local', 'local'])
  const config = {
    on_failure: 'keep',
    hooks: [
      { at: 'after updated', on: 'first', run: `echo "migrate \${REMOTE_DIR##*/}" >>'${world.dir}/trail'` },
      { at: 'after published', on: 'first', run: `echo "once \${REMOTE_DIR##*/}" >>'${world.dir}/trail'` },
    ],
  }
  const { way } = await workspace(world, JSON.stringify(config))
  const post = `[ -e '${world.dir}/mended' ]`
  const failed = await world.run({ local_dir: world.build, post_deploy_command: post }, way)
  expect(failed.outputs.status).toBe('failed')
  const [release] = await world.serving()
  await writeFile(join(world.dir, 'mended'), '')
  const again = { ...way, env: { GITHUB_RUN_ATTEMPT: '2' } }
  const second = await world.run({ local_dir: world.build, post_deploy_command: post }, again)
  expect(second.code, second.log).toBe(0)
  expect(second.outputs.release).toBe(release)
  expect(await readTrail(world)).toEqual(['migrate host1', 'migrate host1', 'once host1'])
  await world.expectSound()
})

test.concurrent('what the second attempt finds still broken fails it too', async () => {
  await using world = await openWorld(['local', 'local'])
  const inputs = { local_dir: world.build, on_failure: 'keep', health_check_attempts: '1' }
  const sick = { ...inputs, health_check_command: `[ "$REMOTE_DIR" != '${world.place.root}' ]` }
  expect((await world.run(sick)).outputs.status).toBe('failed')
  const second = await world.run(sick, { env: { GITHUB_RUN_ATTEMPT: '2' } })
  expect(second.code).toBe(1)
  expect(second.log).toMatch(/not healthy after 1 attempts?:/)
})

test.concurrent('a hook that may fail is a warning, one that may not stops the run, and time is up for either', async () => {
  await using world = await openWorld(['local'])
  const config = (allow: boolean) =>
    JSON.stringify({
      hooks: [
        { at: 'after updated', name: 'soft gate', run: 'echo tried; exit 4', allow_failure: true },
        { at: 'before published', name: 'warm "up"', run: 'sleep 60', timeout: 1, allow_failure: allow },
        { at: 'after finishing', name: 'tidy', run: 'exit 5' },
        { at: 'after failed', name: 'sigh', run: 'exit 6' },
      ],
    })
  const { way } = await workspace(world, config(true))
  const soft = await world.deployed('one', {}, way)
  const warnings = soft.annotations.map(({ message }) => message).join('\n')
  expect(warnings).toContain('soft gate failed with exit code 4 (allow_failure)')
  expect(warnings).toMatch(/warm "up" was stopped after 1 s \(its `timeout`\), .*\(allow_failure\)/)
  expect(warnings).toContain('deployed, but not cleaned up: tidy failed with exit code 5')
  expect(soft.result.hosts).toMatchObject([{ status: 'deployed', error: null }])

  await workspace(world, config(false))
  const hard = await world.deploy('two', {}, way)
  expect(hard.outputs.status).toBe('reverted')
  expect(hard.log).toContain('warm "up" was stopped after 1 s')
  expect(hard.annotations.map(({ message }) => message).join('\n')).toContain('sigh failed with exit code 6')
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound({ leftovers: true })
})

test.concurrent('a hook on the runner that fails stops the run like any other, and finds no secrets', async () => {
  await using world = await openWorld([servers.one])
  const config = {
    hooks: [
      { at: 'before starting', on: 'runner', run: `env >'${world.dir}/environment'` },
      { at: 'after updated', on: 'runner', run: './approve.sh' },
      { at: 'after failed', on: 'runner', run: `echo "$DEPLOY_MODE $DEPLOY_HOST" >>'${world.dir}/trail'` },
    ],
  }
  const { way } = await workspace(world, JSON.stringify(config), { 'approve.sh': '#!/bin/sh\nexit 9\n' })
  const { code, log, outputs } = await world.deploy('one', {}, way)
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(log).toMatch(/\[runner\].*approve\.sh/)
  expect(await world.place.linkText()).toBeNull()
  expect(await readTrail(world)).toEqual(['deploy 127.0.0.1'])
  const environment = await readFile(join(world.dir, 'environment'), 'utf8')
  expect(environment).not.toMatch(/INPUT_|PRIVATE KEY/)
})

test.concurrent('a hook on the runner knows its run, also where no host can be reached', async () => {
  await using world = await openWorld([servers.one])
  const tell = `echo "$RELEASE_NAME $REVISION $DEPLOY_MODE $DEPLOY_HOST $REMOTE_DIR"`
  const config = {
    hooks: [
      { at: 'before starting', on: 'runner', run: `${tell} >>'${world.dir}/trail'` },
      { at: 'after failed', on: 'runner', run: `${tell} >>'${world.dir}/trail'` },
    ],
  }
  const { way } = await workspace(world, JSON.stringify(config))
  const hosts = JSON.stringify([{ host: '127.0.0.1', port: 9, user: 'deploy', remote_dir: world.place.root }])
  const env = { GITHUB_SHA: 'abc' }
  const { code } = await world.deploy('one', { hosts, connect_timeout: '2' }, { ...way, env })
  expect(code).toBe(1)
  const told = `abc deploy 127.0.0.1 ${world.place.root}`
  expect(await readTrail(world)).toEqual([` ${told}`, `one ${told}`])
})

test.concurrent('values are data to a hook: quotes and $() in them meet no shell', async () => {
  await using world = await openWorld([servers.one])
  const odd = `it's "odd" $(touch pwned) \`touch pwned\` ; touch pwned`
  const variables = [
    'RELEASE_NAME',
    'RELEASE_PATH',
    'PREVIOUS_RELEASE',
    'CURRENT_PATH',
    'SHARED_PATH',
    'REMOTE_DIR',
    'REVISION',
    'DEPLOY_HOST',
    'DEPLOY_MODE',
  ]
  const tell = `printf '%s\\n' ${variables.map((name) => `"$${name}"`).join(' ')}`
  const config = {
    linked_dirs: [`var/${odd}`],
    revision_file: `meta/${odd}`,
    metadata: { note: odd },
    hooks: [
      { at: 'after updated', name: odd, run: `${tell} >'${world.dir}/host'` },
      { at: 'after published', on: 'runner', run: `${tell} >'${world.dir}/runner'` },
    ],
  }
  const { way } = await workspace(world, JSON.stringify(config))
  const root = join(world.dir, odd.replaceAll('/', ''))
  const hosts = world.hosts(() => ({ remote_dir: root }))
  const env = { GITHUB_SHA: odd, GITHUB_ACTOR: odd, GITHUB_REF: `refs/heads/${odd}` }
  for (const release of ['one', 'two']) await world.deployed(release, { hosts }, { ...way, env })
  const expected = [
    'two',
    `${root}/releases/two`,
    'one',
    `${root}/current`,
    `${root}/shared`,
    root,
    odd,
    '127.0.0.1',
    'deploy',
  ]
  for (const file of ['host', 'runner']) {
    expect((await readFile(join(world.dir, file), 'utf8')).split('\n').slice(0, -1)).toEqual(expected)
  }
  expect(await readFile(join(root, 'releases/two/meta', odd), 'utf8')).toBe(`${odd}\n`)
  const manifest = JSON.parse(await readFile(join(root, 'manifest.json'), 'utf8'))
  expect(manifest[1]).toMatchObject({ note: odd, deploy: { revision: odd, actor: odd } })
  expect(Object.keys(await readTree(world.dir)).filter((path) => path.split('/').at(-1) === 'pwned')).toEqual(
    [],
  )
})
