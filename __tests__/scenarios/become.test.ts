import { chmod, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeAccount, mayMakeAccounts } from './accounts.ts'
import { toolbox } from './toolbox.ts'
import { readTree } from './tree.ts'
import { openWorld, program, startServers, until, writeFiles } from './world.ts'

const possible = mayMakeAccounts()

/** A log-in that may run /bin/sh as the application's user, and a place that only that user may write in. */
async function setUp() {
  const stack = new AsyncDisposableStack()
  const login = stack.use(await makeAccount())
  const app = stack.use(await makeAccount())
  await login.allow(app.name, '/bin/sh')
  const servers = stack.use(await startServers(1, { users: [login.name] }))
  const server = { ...servers.one, user: login.name }
  const world = stack.use(await openWorld([server]))
  await mkdir(world.place.root)
  await program('chown', [`${app.name}:${app.name}`, world.place.root])
  await chmod(world.place.root, 0o750)
  const { uid } = await stat(world.place.root)
  return { login: login.name, app: app.name, uid, world, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test.runIf(possible)(
  'session, upload, commands and rollback all run as the other user, where the log-in may not even look',
  async () => {
    await using place = await setUp()
    const { world, app, login, uid } = place
    const inputs = { become: app, linked_dirs: 'storage', linked_files: '.env', on_rollback: 'archive' }
    const denied = await world.deploy('one')
    expect(denied.code).toBe(1)
    await writeFiles(world.place.root, { 'shared/.env': 'x' })
    await program('chown', ['-R', app, join(world.place.root, 'shared')])

    const ready = await world.run({ mode: 'check', ...inputs, on_rollback: '' })
    expect(ready.code, ready.log).toBe(0)
    const tell = 'echo "$(id -un) in $PWD: $RELEASE_NAME"'
    const { log } = await world.deployed('one', { ...inputs, on_rollback: '', pre_symlink_command: tell })
    expect(log).toContain(`${app} in ${world.place.root}/releases/one: one`)
    await writeFiles(world.build, { 'index.html': 'changed' })
    const second = await world.deployed('two', { become: app, post_deploy_command: tell })
    expect(second.log).toContain('1 of 3 files sent')
    expect(await world.place.inode('releases/two/js/app.js')).toBe(
      await world.place.inode('releases/one/js/app.js'),
    )
    const plan = await world.run({ dry_run: 'true', local_dir: world.build, become: app })
    expect(plan.log).toContain('would send 0 of 3 files')
    const back = await world.rollback({ become: app, on_rollback: 'archive', post_deploy_command: tell })
    expect(back.code, back.log).toBe(0)
    expect(back.log).toContain(`${app} in`)
    expect((await world.list({ become: app })).result.hosts[0].release).toBe('one')
    expect((await world.run({ mode: 'repair', become: app })).code).toBe(0)

    for (const path of Object.keys(await readTree(world.place.root))) {
      const { stdout } = await program('stat', ['-c', '%u', join(world.place.root, path)])
      expect(Number(stdout), path).toBe(uid)
    }
    expect(login).not.toBe(app)
    await world.expectSound({ changed: ['one'] })
  },
)

test.runIf(possible)(
  'a command that hangs is killed with its children, though another user’s, and the lock is free',
  async () => {
    await using place = await setUp()
    const { world, app } = place
    const { code, log } = await world.deploy('one', {
      become: app,
      pre_symlink_command: 'trap "" TERM; sleep 300 & sleep 300',
      command_timeout: '1',
    })
    expect(code).toBe(1)
    expect(log).toContain('was stopped after 1 s')
    await until(async () => (await world.place.processes()).length === 0, 'nothing of it runs on the host')
    await world.deployed('two', { become: app, lock_timeout: '0' })
    await world.expectSound()
  },
)

test.runIf(possible)(
  'what sudo does not allow is said in its own words, with the rule that would',
  async () => {
    await using place = await setUp()
    const { world } = place
    const before = await world.snapshots()
    for (const become of ['root', 'nosuchuser']) {
      const { code, log } = await world.deploy('one', { become })
      expect(code).toBe(1)
      expect(log).toContain('sudo refused on the host')
      expect(log).toContain('NOPASSWD: /bin/sh')
    }
    for (const become of ['root -i', '-u', '$(id)', 'a;b']) {
      const { code, log } = await world.deploy('one', { become })
      expect(code).toBe(1)
      expect(log).toContain('nothing was connected')
    }
    expect(await world.snapshots()).toEqual(before)
    await using bare = await toolbox({ without: ['sudo'] })
    await using server = await startServers(1, { config: [bare.path] })
    await using other = await openWorld([server.one])
    expect((await other.deploy('one', { become: 'daemon' })).log).toMatch(
      /sudo refused on the host.*not found/,
    )
  },
)
