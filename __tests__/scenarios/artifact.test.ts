import { appendFile, chmod, cp, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTree } from './tree.ts'
import {
  bulk,
  openWorld,
  program,
  type Servers,
  site,
  startServers,
  until,
  type World,
  writeFiles,
} from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

test.concurrent('a tree of odd names, links and modes arrives exactly, and again when nothing changed', async () => {
  await using world = await openWorld([servers.one])
  const { build } = world
  const odd = join(build, 'odd')
  await mkdir(odd, { recursive: true })
  const names = [
    'a\nb',
    'esc\x1b[2J',
    'with space ',
    ' leading',
    '-rf',
    'quo\'te"s',
    '$(touch pwned)`id`',
    'back\\slash\\#012',
    '*?[x]',
    '日本語🚀',
    '.hidden',
    '..double',
    'x'.repeat(255),
    'colon:name',
    '#012',
    'tab\there',
  ]
  for (const name of names) await writeFile(join(odd, name), name)
  const base = Buffer.from(`${odd}/`)
  await writeFile(bytes(base.toString(), 'latin', [0xe9, 0xff, 0x80]), 'not UTF-8')
  await mkdir(bytes(base.toString(), 'dir', [0xfe], '\n'))
  await writeFile(bytes(base.toString(), 'dir', [0xfe], '\n/file'), 'inside')
  const deep = join(build, ...Array.from({ length: 30 }, () => 'd'.repeat(60)))
  await mkdir(deep, { recursive: true })
  await writeFile(join(deep, 'file'), 'deep')
  await mkdir(join(build, 'empty/dir'), { recursive: true })
  await writeFile(join(build, 'empty file'), '')
  for (const [name, target] of [
    ['absolute', '/etc/hostname'],
    ['up', '../../../somewhere'],
    ['dangling', 'nowhere at all'],
    ['directory', 'odd'],
    ['line', 'a\nb'],
  ] as const)
    await symlink(target, join(build, `link ${name}`))
  for (const mode of [0o600, 0o644, 0o755, 0o555, 0o640, 0o711])
    await writeFile(join(build, `mode ${mode.toString(8)}`), 'x', { mode })
  for (const mode of [0o700, 0o755, 0o775]) {
    await mkdir(join(build, `dir ${mode.toString(8)}`))
    await chmod(join(build, `dir ${mode.toString(8)}`), mode)
  }

  await world.deployed('one')
  const expected = await readTree(build)
  expect(Object.keys(expected).length).toBeGreaterThan(60)
  expect(await readTree(join(world.place.releaseDir, 'one'))).toEqual(expected)
  await world.expectSound()

  const { result } = await world.deployed('two')
  expect(result.hosts[0].files_changed).toBe(0)
  expect(await readTree(join(world.place.releaseDir, 'two'))).toEqual(expected)
  expect((await world.rollback({ verify: 'strict' })).code).toBe(0)
  await world.expectSound()
})

test.concurrent('set-user-id bits come as rsync -p sends them', async () => {
  await using world = await openWorld([servers.one])
  await chmod(join(world.build, 'index.html'), 0o4755)
  await world.deployed('one')
  expect(await readTree(join(world.place.releaseDir, 'one'))).toEqual(await readTree(world.build))
})

test.concurrent('a FIFO is left out and named, and does not hang the run', async () => {
  await using world = await openWorld([servers.one])
  await program('mkfifo', [join(world.build, 'css/pipe')])
  const { annotations } = await world.deployed('one')
  expect(annotations.map(({ message }) => message).join()).toContain('css/pipe')
  const tree = await readTree(join(world.place.releaseDir, 'one'))
  expect(tree).not.toHaveProperty('css/pipe')
  expect(tree).toHaveProperty('index.html')
  await world.expectSound()
})

test.concurrent('a local_dir of its owner alone is warned about, unless the host gives directories a mode of their own', async () => {
  await using world = await openWorld([servers.one])
  await chmod(world.build, 0o700)
  const warned = (run: { annotations: readonly { message: string }[] }) =>
    run.annotations.some(({ message }) => message.includes('local_dir is open to its owner alone'))
  expect(warned(await world.deployed('one'))).toBe(true)
  expect(warned(await world.run({ mode: 'check', local_dir: world.build }))).toBe(true)
  expect(warned(await world.deployed('two', { dir_permissions: '0755' }))).toBe(false)
  await chmod(world.build, 0o750)
  expect(warned(await world.deployed('three'))).toBe(false)
})

test.concurrent('a file that cannot be read fails the run before any host is switched, and is named', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await chmod(join(world.build, 'index.html'), 0)
  const { code, log } = await world.deploy('two', {}, await asNobody(world))
  expect(code).toBe(1)
  expect(log).toMatch(/local_dir.*index\.html/)
  expect(log).not.toContain('Give the ssh user write access')
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound({ leftovers: true })
})

/** Root may read anything: the action must be somebody else then. What it cannot write to as such is left out. */
async function asNobody(world: World): Promise<{ dist?: string; env?: Record<string, string> }> {
  if (process.getuid?.() !== 0) return {}
  const dist = join(world.dir, 'dist')
  await cp(join(import.meta.dirname, '../../dist'), dist, { recursive: true })
  await chmod(dist, 0o755)
  await rename(join(dist, 'main.js'), join(dist, 'action.js'))
  const drop =
    'process.setgroups([]); process.setgid(65534); process.setuid(65534); await import("./action.js")'
  await writeFile(join(dist, 'main.js'), drop)
  return {
    dist,
    env: {
      GITHUB_WORKSPACE: dist,
      GITHUB_OUTPUT: '',
      GITHUB_STATE: '',
      GITHUB_STEP_SUMMARY: '',
      PATH: '/usr/local/bin:/usr/bin:/bin',
    },
  }
}

test.concurrent('what is excluded is neither sent nor kept from the release before', async () => {
  await using world = await openWorld([servers.one])
  await writeFiles(world.build, { 'node_modules/x/index.js': 'x', 'debug.log': 'log', '.env': 'SECRET=1' })
  await world.deployed('one')
  await world.deployed('two', { exclude: 'node_modules\n*.log\n/.env\n' })
  expect(Object.keys(await readTree(join(world.place.releaseDir, 'two'))).sort()).toEqual(
    Object.keys(await readTree(join(world.place.releaseDir, 'one')))
      .filter((path) => !/node_modules|\.log|\.env/.test(path))
      .sort(),
  )
  await world.expectSound()
})

test.concurrent('extra rsync flags are used', async () => {
  await using world = await openWorld([servers.one])
  await writeFiles(world.build, { 'large.bin': 'x'.repeat(200_000), 'with space.tmp': 'x' })
  const { result } = await world.deployed('one', {
    rsync_flags: `--compress --max-size=100k --exclude='with space.tmp'`,
  })
  expect(Object.keys(await readTree(join(world.place.releaseDir, 'one'))).sort()).toEqual([
    'css',
    'css/app.css',
    'index.html',
    'js',
    'js/app.js',
  ])
  expect(result.hosts[0].files_changed).toBe(3)
  await world.expectSound()
})

test.concurrent('dedupe copy shares no inode and still sends only what changed; off sends all', async () => {
  await using world = await openWorld([servers.one])
  await world.write({ ...site, ...bulk(20, 20_000) })
  await world.deployed('one')
  const copy = await world.deployed('two', { dedupe: 'copy' })
  expect(copy.result.hosts[0].bytes_sent).toBeLessThan(20_000)
  const off = await world.deployed('three', { dedupe: 'off' })
  expect(off.result.hosts[0].files_changed).toBe(23)
  const inode = (release: string) => world.place.inode(`releases/${release}/part/0`)
  expect(new Set([await inode('one'), await inode('two'), await inode('three')]).size).toBe(3)

  await appendFile(join(world.place.releaseDir, 'two/part/0'), 'written by the application')
  expect(await world.place.read('releases/one/part/0')).toBe(await world.place.read('releases/three/part/0'))
  await world.expectSound({ changed: ['two'] })
})

test.concurrent('dedupe reflink works where the filesystem can, and else says so before any host is switched', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const able = await program('cp', [
    '--reflink=always',
    join(world.build, 'index.html'),
    join(world.dir, 'clone'),
  ]).then(
    () => true,
    () => false,
  )
  await world.write({ ...site, 'index.html': 'two' })
  const { code, log } = await world.deploy('two', { dedupe: 'reflink' })
  if (able) {
    expect(code, log).toBe(0)
    expect(await readTree(join(world.place.releaseDir, 'two'))).toEqual(await readTree(world.build))
  } else {
    expect(code, log).toBe(1)
    expect(log).toContain('the host cannot clone files')
    expect(log).toContain('dedupe: hardlink')
    expect(await world.serving()).toEqual(['one'])
  }
  await world.deployed('two')
  await world.expectSound()
})

test.concurrent('permissions can be set for all; execute bits of files survive', async () => {
  await using world = await openWorld([servers.one])
  await writeFile(join(world.build, 'run.sh'), '#!/bin/sh\n')
  await chmod(join(world.build, 'run.sh'), 0o700)
  await chmod(join(world.build, 'css'), 0o700)
  await chmod(join(world.build, 'index.html'), 0o600)
  await world.deployed('one', { dir_permissions: '0755', file_permissions: '644' })
  expect(await readTree(join(world.place.releaseDir, 'one'))).toMatchObject({
    css: expect.stringContaining(' 755'),
    'index.html': expect.stringContaining(' 644'),
    'run.sh': expect.stringContaining(' 755'),
  })
  const { result } = await world.deployed('two', { dir_permissions: '0750', file_permissions: '0640' })
  expect(result.hosts[0].release).toBe('two')
  const [one, two] = await Promise.all(
    ['one', 'two'].map((name) => readTree(join(world.place.releaseDir, name))),
  )
  expect(two).toMatchObject({
    css: expect.stringContaining(' 750'),
    'index.html': expect.stringContaining(' 640'),
    'run.sh': expect.stringContaining(' 750'),
  })
  // New permissions are new files: the release before keeps its own.
  expect(one).toMatchObject({ 'index.html': expect.stringContaining(' 644') })
  await world.expectSound()
})

test.concurrent('an application that changed modes and times in its release does no harm to the next', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const app = join(world.place.releaseDir, 'one')
  await chmod(join(app, 'index.html'), 0o600)
  await utimes(join(app, 'css/app.css'), 1, 1)
  await writeFile(join(app, 'cache.tmp'), 'left by the application')
  await world.deployed('two')
  expect(await readTree(join(world.place.releaseDir, 'two'))).toEqual(await readTree(world.build))
  await world.expectSound({ changed: ['one'] })
})

test.concurrent('a file written into by the application is not taken for the artifact', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await appendFile(join(world.place.releaseDir, 'one/js/app.js'), 'evil()')
  await world.deployed('two')
  expect(await readTree(join(world.place.releaseDir, 'two'))).toEqual(await readTree(world.build))
})

test.concurrent('a build that still writes while it is sent is not published', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  await world.write(bulk(40, 50_000))
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    rsync_flags: '--no-compress --bwlimit=600',
  })
  await until(async () => (await world.place.arrived('two')) > 0, 'files arrive')
  await rm(join(world.build, 'part/39'))
  await writeFile(join(world.build, 'part/38'), 'shorter now')
  await writeFile(join(world.build, 'part/9'), 'shorter now')
  const { code, outputs, log } = await run.done
  expect(code, log).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(log).toMatch(/changed|not whole/)
  expect(await world.serving()).toEqual(['one'])
  await world.expectSound({ leftovers: true })

  await world.deployed('two')
  expect(await readTree(join(world.place.releaseDir, 'two'))).toEqual(await readTree(world.build))
  await world.expectSound()
})

test.concurrent('an artifact with nothing to send is refused, and says why', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const { code, log } = await world.deploy('two', { exclude: '*' })
  expect(code).toBe(1)
  expect(log).toContain('local_dir')
  expect(await world.serving()).toEqual(['one'])
})

test.concurrent('local_dir may be relative to the workspace, start with a dash or hold a colon', async () => {
  await using world = await openWorld([servers.one])
  for (const [at, dir] of ['dist', '-x', 'with:colon', "it's here"].entries()) {
    await writeFiles(join(world.dir, dir), { 'index.html': dir })
    await world.deployed(`r${at}`, { local_dir: dir }, { cwd: world.dir })
    expect(await world.place.read('current/index.html')).toBe(dir)
  }
})
