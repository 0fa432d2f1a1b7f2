import { appendFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Files, openWorld, program, site, type World, writeFiles } from './world.ts'

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']

async function repository(world: World, files: Files) {
  const dir = join(world.dir, 'repository')
  await writeFiles(dir, files)
  const git = (...args: readonly string[]) => program('git', ['-C', dir, ...identity, ...args])
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all')
  await git('commit', '--quiet', '--message=all')
  return { dir, git, way: { cwd: dir } }
}

const built: Files = Object.fromEntries(Object.entries(site).map(([path, text]) => [`dist/${path}`, text]))
const gate = { check_git: 'true', local_dir: 'dist' }

test.concurrent('a clean work tree passes, the artifact and ignored files aside', async () => {
  await using world = await openWorld(['local'])
  const { dir, way } = await repository(world, { 'src/a.ts': 'a', '.gitignore': 'node_modules/\n*.log\n' })
  await writeFiles(dir, { ...built, 'node_modules/x/index.js': 'x', 'build.log': 'x' })
  await world.deployed('one', gate, way)
  // Of an absolute path, too.
  await world.deployed('two', { ...gate, local_dir: join(dir, 'dist') }, way)
})

test.concurrent('an artifact that is committed, or has a name that looks like a pattern, is aside as well', async () => {
  await using world = await openWorld(['local'])
  const odd = 'out [1] *?'
  const files = Object.fromEntries(Object.entries(site).map(([path, text]) => [`${odd}/${path}`, text]))
  const { dir, way } = await repository(world, { ...files, 'out 1 xx/a': 'a' })
  await writeFile(join(dir, odd, 'index.html'), 'built anew')
  await writeFile(join(dir, odd, 'new.html'), 'new')
  await world.deployed('one', { ...gate, local_dir: odd }, way)
  await writeFile(join(dir, 'out 1 xx/a'), 'changed')
  expect((await world.deploy('two', { ...gate, local_dir: odd }, way)).log).toContain('out 1 xx/a')
})

test.concurrent('a change, a new file, a deletion each stop the run, by name, before anything is sent', async () => {
  await using world = await openWorld(['local'])
  const { dir, git, way } = await repository(world, { 'src/a.ts': 'a', 'b.txt': 'b', 'dist.txt': 'd' })
  await writeFiles(dir, built)
  await appendFile(join(dir, 'src/a.ts'), 'changed')
  await rm(join(dir, 'b.txt'))
  await writeFiles(dir, { 'sp ace/new.ts': 'n', 'distant/x': 'x' })
  await appendFile(join(dir, 'dist.txt'), 'changed')
  const { code, log, outputs } = await world.deploy('one', gate, way)
  expect(code).toBe(1)
  expect(outputs.status).toBe('failed')
  expect(log).toContain('the work tree is not clean (check_git)')
  for (const path of ['src/a.ts', 'b.txt', 'sp ace/', 'distant/', 'dist.txt']) expect(log).toContain(path)
  expect(log).not.toMatch(/check_git\): .*dist\//)
  expect(await world.place.linkText()).toBeNull()
  expect(await world.place.releases()).toEqual([])
  const check = await world.run({ mode: 'check', ...gate }, way)
  expect(check.code).toBe(1)
  expect(check.log).toContain('the work tree is not clean')

  await git('add', '--all', '--', ':!dist')
  expect((await world.deploy('one', gate, way)).log, 'staged is not committed').toContain('not clean')
  await git('commit', '--quiet', '--message=more')
  await world.deployed('one', gate, way)
})

test.concurrent('a work tree that is dirty and on another branch is told of both at once', async () => {
  await using world = await openWorld(['local'])
  const { dir, way } = await repository(world, { 'src/a.ts': 'a' })
  await writeFiles(dir, { ...built, 'src/b.ts': 'b' })
  const both = { ...gate, git_branch: 'release' }
  const { code, log } = await world.deploy('one', both, way)
  expect(code).toBe(1)
  expect(log).toContain('the work tree is not clean (check_git)')
  expect(log).toContain('not on release (git_branch)')
})

test.concurrent('git_branch goes by the event, also on a detached HEAD as Actions leaves it', async () => {
  await using world = await openWorld(['local'])
  const { dir, git, way } = await repository(world, { 'src/a.ts': 'a' })
  await writeFiles(dir, built)
  await git('checkout', '--quiet', '--detach')
  const on = (ref: string) => ({ ...way, env: { GITHUB_REF: ref } })
  const inputs = { local_dir: 'dist', git_branch: 'main' }
  await world.deployed('one', inputs, on('refs/heads/main'))
  for (const [ref, words] of [
    ['refs/heads/feature/main', 'this run is on feature/main, not on main (git_branch)'],
    ['refs/tags/main', 'this run is on no branch, not on main'],
    ['refs/pull/7/merge', 'this run is on no branch, not on main'],
  ] as const) {
    const { code, log } = await world.deploy('two', inputs, on(ref))
    expect(code).toBe(1)
    expect(log).toContain(words)
  }
  // Outside of GitHub, the work tree tells.
  expect((await world.deploy('two', inputs, on(''))).log).toContain('this run is on no branch')
  await git('checkout', '--quiet', 'main')
  await world.deployed('two', inputs, on(''))
  await git('checkout', '--quiet', '-b', 'release/1.2')
  expect((await world.deploy('three', inputs, on(''))).log).toContain(
    'this run is on release/1.2, not on main',
  )
  await world.deployed('three', { ...inputs, git_branch: 'release/1.2' }, on(''))
})

test.concurrent('no repository, and a workspace that is only a part of one', async () => {
  await using world = await openWorld(['local'])
  const { dir } = await repository(world, { 'apps/web/a': 'a', 'apps/api/b': 'b' })
  const part = { cwd: join(dir, 'apps/web') }
  await writeFiles(join(dir, 'apps/web'), built)
  await appendFile(join(dir, 'apps/api/b'), 'not ours')
  await world.deployed('one', gate, part)
  const bare = join(world.dir, 'bare')
  await writeFiles(bare, built)
  const { code, log } = await world.deploy('two', gate, {
    cwd: bare,
    env: { GIT_CEILING_DIRECTORIES: world.dir },
  })
  expect(code).toBe(1)
  expect(log).toContain('git cannot tell')
  expect(log).toContain('actions/checkout')
  // A rollback asks no git.
  await world.deployed('two')
  await symlink('nowhere', join(bare, '.git'))
  expect((await world.rollback({}, { cwd: bare })).code).toBe(0)
})
