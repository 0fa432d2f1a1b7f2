import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, makeAccount, mayMakeAccounts } from './accounts.ts'
import { readTree } from './tree.ts'
import { openWorld, program, type Servers, startServers, type World } from './world.ts'

const possible = mayMakeAccounts()
let servers: Servers
let ann: Account
let bob: Account
let eve: Account

beforeAll(async () => {
  if (!possible) return
  ann = await makeAccount()
  bob = await makeAccount()
  eve = await makeAccount()
  servers = await startServers(1, { users: [ann.name, bob.name] })
})
afterAll(async () => {
  await servers?.[Symbol.asyncDispose]()
  for (const account of [ann, bob, eve]) await account?.[Symbol.asyncDispose]()
})

/** A place that ann may write in. */
async function openPlace(mode: number, owner = ann.name): Promise<World> {
  const world = await openWorld([{ ...servers.one, user: ann.name }])
  await mkdir(world.place.root)
  await program('chown', [owner, world.place.root])
  await chmod(world.place.root, mode)
  return world
}

const asUser = (name: string, script: string) => program('sudo', ['-n', '-u', name, '/bin/sh', '-c', script])

test
  .runIf(possible)
  .concurrent('what is on its way, the lock and the records are nobody else’s', async () => {
    await using world = await openPlace(0o755)
    const { root } = world.place
    const look =
      'find "$REMOTE_DIR/.releases" -exec stat -c "%A %n" {} +; echo "secret words" >"$REMOTE_DIR/.releases/mine"'
    await world.deployed('one', { pre_symlink_command: look })
    await world.deployed('two')
    // Whatever the permissions inside, nobody else comes past the door; and a door left open is shut again.
    for (const reopened of [false, true]) {
      if (reopened) {
        await chmod(join(root, '.releases'), 0o755)
        await world.deployed('three')
      }
      const seen = await asUser(eve.name, `ls -a '${root}/.releases' || echo denied`)
      expect(seen.stdout).toBe('denied\n')
      for (const file of ['lock', 'records/two.json', 'index/two', 'manifest.json.previous']) {
        await expect(asUser(eve.name, `cat '${root}/.releases/${file}'`)).rejects.toThrow()
        await expect(asUser(eve.name, `flock -n '${root}/.releases/lock' true`)).rejects.toThrow()
      }
    }
    expect((await asUser(eve.name, `cat '${root}/current/index.html'`)).stdout).toContain('hello')
  })

test
  .runIf(possible)
  .concurrent(
    'no secret, command or value is ever in the list of processes that another user sees',
    async () => {
      await using world = await openPlace(0o755)
      const marker = 'c0mmand-s3cret'
      const run = await world.start({
        mode: 'deploy',
        local_dir: world.build,
        release_name: 'one',
        metadata: `token: metadata-${marker}`,
        pre_symlink_command: `printf '%s\\n' gate-${marker}; while [ ! -e "$REMOTE_DIR/go" ]; do sleep 0.05; done`,
      })
      const seen = new Set<string>()
      let polls = 0
      let waiting = false
      const watch = async () => {
        const { stdout } = await asUser(
          eve.name,
          'ps -e -ww -o args=; cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"; :',
        )
        polls++
        for (const line of stdout.split('\n')) seen.add(line)
      }
      const { done } = run
      let over = false
      void done.then(() => {
        over = true
      })
      while (!over) {
        await watch()
        if (!waiting && run.log().includes(`gate-${marker}`)) {
          waiting = true
          await watch()
          await asUser(ann.name, `: >'${world.place.root}/go'`)
        }
      }
      const { code, log } = await done
      expect(code, log).toBe(0)
      expect(waiting && polls > 3).toBe(true)
      const all = [...seen].join('\n')
      expect(all, 'the session itself was seen').toContain('/bin/sh')
      expect(all).not.toContain(marker)
      for (const line of servers.one.privateKey.trim().split('\n').slice(1, -1))
        expect(all).not.toContain(line)
    },
  )

const everybody = /everybody on the host may write in (\S+), and could put/

test
  .runIf(possible)
  .concurrent(
    'a remote_dir that everybody may write in is refused before anything is made there, sticky or not',
    async () => {
      for (const mode of [0o777, 0o1777]) {
        await using world = await openPlace(mode)
        const { root } = world.place
        const { code, log } = await world.deploy('one')
        expect(code).toBe(1)
        expect(everybody.exec(log)?.[1]).toBe(root)
        expect(log).toContain(`chmod o-w '${root}'`)
        expect(Object.keys(await world.place.snapshot()).filter((path) => path !== '')).toEqual([])
        if (mode !== 0o777) continue
        await chmod(root, 0o755)
        for (const release of ['one', 'two']) await world.deployed(release)
        await chmod(root, mode)
        const pruned = await world.prune()
        expect(pruned.code).toBe(1)
        expect(pruned.log).toMatch(everybody)
        // At night a rollback must work: it says what it saw.
        const back = await world.rollback()
        expect(back.code, back.log).toBe(0)
        expect(back.annotations.map(({ message }) => message).join()).toMatch(everybody)
      }
    },
  )

test
  .runIf(possible)
  .concurrent('above remote_dir, a directory of everybody’s is refused unless it is sticky', async () => {
    await using world = await openWorld([{ ...servers.one, user: ann.name }])
    const above = join(world.dir, 'shelf')
    await mkdir(above)
    const at = (name: string) => world.hosts(() => ({ remote_dir: join(above, name) }))
    for (const mode of [0o777, 0o1777]) {
      await chmod(above, mode)
      const { code, log } = await world.deploy('one', { hosts: at('app') })
      expect(code, log).toBe(mode === 0o777 ? 1 : 0)
      if (mode === 0o777) expect(everybody.exec(log)?.[1]).toBe(above)
      expect(Object.keys(await readTree(above)).includes('app')).toBe(mode === 0o1777)
    }
    await chmod(above, 0o777)
    expect((await world.deploy('two', { hosts: at('app') })).log).toMatch(everybody)
    // The way there counts as the place itself does.
    await chmod(above, 0o1777)
    await mkdir(join(world.dir, 'open'))
    await chmod(join(world.dir, 'open'), 0o777)
    await program('ln', ['-s', join(above, 'app'), join(world.dir, 'open/link')])
    const through = world.hosts(() => ({ remote_dir: join(world.dir, 'open/link') }))
    expect(everybody.exec((await world.deploy('two', { hosts: through })).log)?.[1]).toBe(
      join(world.dir, 'open'),
    )
  })

test.runIf(possible).each([
  ['whose group it is by setgid', true],
  ['who share their first group', false],
])('people of one group %s deploy, roll back and prune in turns', async (_, setgid) => {
  const group = `${ann.name}g`
  await program('groupadd', [group])
  try {
    for (const { name } of [ann, bob])
      await program('usermod', setgid ? ['-aG', group, name] : ['-g', group, name])
    await using world = await openPlace(0o755)
    const { root } = world.place
    await program('chgrp', [group, root])
    await chmod(root, setgid ? 0o2775 : 0o775)
    const by = (account: Account, more: Readonly<Record<string, string>> = {}) => ({
      hosts: world.hosts(() => ({ user: account.name })),
      dir_permissions: '775',
      file_permissions: '664',
      release_count: '2',
      ...more,
    })
    for (const [release, account] of [
      ['one', ann],
      ['two', bob],
      ['three', bob],
    ] as const) {
      const { annotations, log, result } = await world.deployed(release, by(account))
      expect(annotations, log).toEqual([])
      const sent = release === 'one' ? 3 : 0
      expect(result.hosts[0].files_changed, 'unchanged files are shared, a colleague’s too').toBe(sent)
    }
    expect(await world.place.releases()).toEqual(['three', 'two'])
    const file = 'js/app.js'
    expect(await world.place.inode(`releases/three/${file}`)).toBe(
      await world.place.inode(`releases/two/${file}`),
    )
    const back = await world.rollback({ hosts: by(ann).hosts, on_rollback: 'remove' })
    expect(back.outputs, back.log).toMatchObject({ status: 'rolled_back', release: 'two' })
    expect(back.annotations).toEqual([])

    // One who died on the way leaves nothing in the others' way.
    const cut = await world.deploy('seven', by(ann, { pre_symlink_command: 'exit 1' }))
    expect(cut.code).toBe(1)
    const { annotations } = await world.deployed('eight', by(bob))
    expect(annotations).toEqual([])
    expect(await world.place.releases()).toEqual(['eight', 'two'])
    await world.expectSound()

    // It is the group's and nobody else's.
    for (const path of ['.releases', '.releases/records', '.releases/incoming', '.releases/trash']) {
      const { mode } = await stat(join(root, path))
      expect((mode & 0o7077).toString(8), path).toBe('2070')
    }
    const { stdout } = await asUser(eve.name, `ls '${root}/.releases' 2>/dev/null || echo denied`)
    expect(stdout).toBe('denied\n')
    for (const path of Object.keys(await readTree(root))) {
      const told = await program('stat', ['-c', '%G', join(root, path)])
      expect(told.stdout.trim(), path).toBe(group)
    }
    expect(dirname(root)).toBe(world.dir)
  } finally {
    for (const { name } of [ann, bob]) await program('usermod', ['-g', name, '-G', '', name])
    await program('groupdel', [group])
  }
})
