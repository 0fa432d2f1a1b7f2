// docs/recipes.md, "Roll back without GitHub": its commands, as they stand there.

import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText } from '../docs/workflows.ts'
import { openWorld } from './world.ts'

function recipe(): string {
  const [, section = ''] = readText('docs/recipes.md').split('\n## Roll back without GitHub\n')
  const block = section.split('```sh\n').find((each) => each.startsWith('flock '))
  return block?.split('```')[0] as string
}

test.concurrent('a rollback by hand switches once, leaves nothing behind, and the next runs go by it', async () => {
  await using world = await openWorld(['local'])
  for (const release of ['one', 'two', 'three']) await world.deployed(release)
  const { root } = world.place
  const said = execFileSync('sh', ['-c', recipe().replaceAll('NAME', 'two')], { cwd: root, encoding: 'utf8' })
  expect(said).toBe('releases/two\n')
  expect(await world.serving()).toEqual(['two'])
  await world.expectSound()
  const { result } = await world.list()
  expect(
    result.releases.find(({ current }: { current: readonly string[] }) => current.length > 0),
  ).toMatchObject({
    release: 'two',
  })
  expect((await world.rollback({ release: 'one' })).outputs.release).toBe('one')
  await world.deployed('four')
  await world.expectSound()
})

test.concurrent.each(['deploy', 'prune', 'repair'])(
  'what it leaves where it ends half way goes with the next %s',
  async (mode) => {
    await using world = await openWorld(['local'])
    await world.deployed('one')
    await mkdir(join(world.place.root, '.releases/stage.by-hand'))
    const { code, log } = await world.run({ mode, ...(mode === 'deploy' ? { local_dir: world.build } : {}) })
    expect(code, log).toBe(0)
    await world.expectSound()
  },
)

test.concurrent('a name that is not there switches nothing', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const before = await world.place.inode('current')
  expect(() => execFileSync('sh', ['-c', recipe()], { cwd: world.place.root })).toThrow()
  expect(await world.place.inode('current')).toBe(before)
  await world.expectSound()
})
