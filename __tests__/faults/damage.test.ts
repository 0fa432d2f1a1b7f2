// F16, F17, B11: hostile and damaged manifests, links and directories. Whatever runs, nothing is deleted that was not this tool's to delete.

import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTree } from '../scenarios/tree.ts'
import { openWorld, type Servers, startServers, type World, writeFiles } from '../scenarios/world.ts'
import { mayMount, mountMemory } from './filesystem.ts'
import { figure } from './measure.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

interface Damage {
  readonly what: string
  /** @param precious a directory outside of remote_dir, and what lies in it. */
  readonly harm: (world: World, precious: string) => Promise<void>
  /** What a deploy says when it refuses; null when it works all the same. */
  readonly refused: RegExp | null
}

const manifestOf = (world: World) => join(world.place.root, 'manifest.json')

/** Adds records in front of those that are there, as this tool would have written them. */
async function forge(world: World, names: readonly string[]): Promise<void> {
  const own = await world.place.manifest()
  const deploy = { ...own[0].deploy, state: 'live' }
  const forged = names.map((release, at) => ({ release, deploy: { ...deploy, seq: -names.length + at } }))
  await writeFile(manifestOf(world), JSON.stringify([...forged, ...own]))
}

async function relink(world: World, text: string): Promise<void> {
  await rm(world.place.link)
  await symlink(text, world.place.link)
}

const hostile = [
  '../..',
  '../../precious',
  '..',
  '.',
  '/etc',
  '',
  '-rf',
  'a\nb',
  'one/',
  './one',
  '$(touch pwned)',
  '*',
  '__proto__',
  'constructor',
  'x'.repeat(300),
]

const damages: readonly Damage[] = [
  {
    what: 'a manifest with names that lead elsewhere',
    harm: (world) => forge(world, hostile),
    refused: null,
  },
  {
    what: 'a manifest with a thousand such records',
    harm: (world) =>
      forge(
        world,
        Array.from({ length: 1000 }, (_, at) => `../../precious/${at}`),
      ),
    refused: null,
  },
  {
    what: 'a manifest that lists a release twice',
    harm: (world) => forge(world, ['one', 'two']),
    refused: null,
  },
  {
    what: 'a manifest that lists shared and current',
    harm: (world) => forge(world, ['shared', 'current']),
    refused: null,
  },
  {
    what: 'a release that is a symlink to somewhere else',
    harm: async (world, precious) => {
      await rm(join(world.place.releaseDir, 'one'), { recursive: true })
      await symlink(precious, join(world.place.releaseDir, 'one'))
    },
    refused: null,
  },
  {
    what: 'leftovers in the trash, in incoming and of a switch that are symlinks',
    harm: async (world, precious) => {
      const hidden = join(world.place.root, '.releases')
      await mkdir(join(hidden, 'trash/dead'))
      for (const place of ['trash/link', 'trash/dead/link', 'incoming/dead', 'stage.dead', 'probe.dead'])
        await symlink(precious, join(hidden, place))
    },
    refused: null,
  },
  {
    what: 'an upload in progress that is a symlink',
    harm: (world, precious) => symlink(precious, join(world.place.root, '.releases/incoming/new')),
    refused: /private place|incoming|upload/,
  },
  ...['incoming', 'trash', 'records', 'index'].map((room) => ({
    what: `.releases/${room} being a symlink`,
    harm: async (world: World, precious: string) => {
      await rm(join(world.place.root, '.releases', room), { recursive: true })
      await symlink(precious, join(world.place.root, '.releases', room))
    },
    refused: /is a symlink/,
  })),
  { what: 'a link that leads to itself', harm: (world) => relink(world, 'current'), refused: null },
  {
    what: 'links that lead to each other',
    harm: async (world) => {
      await relink(world, 'other')
      await symlink('current', join(world.place.root, 'other'))
    },
    refused: null,
  },
  { what: 'a link to releases/ itself', harm: (world) => relink(world, 'releases'), refused: null },
  { what: 'a link to a place outside', harm: (world, precious) => relink(world, precious), refused: null },
  {
    what: 'a link to a file',
    harm: (world, precious) => relink(world, join(precious, 'file')),
    refused: null,
  },
  { what: 'no link at all', harm: (world) => rm(world.place.link), refused: null },
]

let counted = 0

describe.concurrent('deploy, prune and list delete nothing with', () => {
  test.each(damages)('$what', async ({ harm, refused }) => {
    await using world = await openWorld([servers.one], { inputs: { release_count: '9' } })
    const precious = join(world.dir, 'precious')
    await writeFiles(precious, { file: 'x', 'one/file': 'y', 'deep/er/file': 'z' })
    for (const release of ['one', 'two', 'three']) await world.deployed(release)
    await writeFiles(world.place.root, { 'shared/upload': 'x' })
    await harm(world, precious)
    const outside = await readTree(precious)
    const before = await readTree(world.place.releaseDir)
    const shared = await readTree(join(world.place.root, 'shared'))

    const listed = await world.list()
    const done = await world.deploy('new')
    const pruned = await world.prune()
    for (const { signal, log } of [listed, pruned, done]) expect(signal, log).toBeNull()
    if (refused) {
      expect(done.code, done.log).toBe(1)
      expect(done.log).toMatch(refused)
    } else {
      expect(done.code, done.log).toBe(0)
      expect(await world.place.serves()).toBe('new')
      expect(await readFile(join(world.place.link, 'index.html'), 'utf8')).toContain('hello')
    }

    const after = await readTree(world.place.releaseDir)
    const gone = Object.keys(before).filter((path) => after[path] !== before[path])
    expect(gone, 'deletions in releases/').toEqual([])
    expect(await readTree(precious), 'what lies outside').toEqual(outside)
    expect(await readTree(join(world.place.root, 'shared')), 'what is shared').toEqual(shared)
    expect(Object.keys(await world.place.snapshot()).filter((path) => path.includes('pwned'))).toEqual([])
    counted++
    if (counted === damages.length)
      figure('damaged manifests, links and directories', { tried: counted, deletions: 0 })
  })
})

describe.skipIf(!mayMount())('what is mounted in a release', () => {
  test('is emptied by no prune', async () => {
    await using world = await openWorld([servers.one])
    await world.deployed('one')
    const uploads = join(world.place.releaseDir, 'one', 'up loads')
    using _ = await mountMemory(uploads, 'size=1m')
    await writeFile(join(uploads, 'precious'), 'precious')
    await world.deployed('two')
    const { log } = await world.deployed('three', { release_count: '1' })
    expect(log).toMatch(/could not remove one: something is mounted below .*one/)
    expect(await readFile(join(uploads, 'precious'), 'utf8')).toBe('precious')
    expect(await world.place.releases()).toContain('one')
    expect((await world.place.manifest()).map(({ release }) => release)).toContain('one')
  })
})
