// F33: more releases, more files and larger ones than anybody should have. Too long for every day.

import { execFileSync } from 'node:child_process'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type Servers, startServers } from '../scenarios/world.ts'
import { figure } from './measure.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const patient = { timeout: 1_800_000 }

test('5,000 releases are listed, deployed over, gone back to and pruned', async () => {
  await using world = await openWorld([servers.one], { inputs: { release_count: '10000' } })
  await world.deployed('first')
  const [first] = await world.place.manifest()
  const names = Array.from({ length: 5000 }, (_, at) => `old-${String(at).padStart(4, '0')}`)
  const entries = names.map((release, at) => ({
    release,
    deploy: { ...first.deploy, seq: at - 5000, activations: [at - 5000] },
  }))
  const { releaseDir, root } = world.place
  execFileSync('sh', ['-c', `cd '${releaseDir}' && for n in $(cat); do cp -a first "$n"; done`], {
    input: names.join('\n'),
  })
  for (const entry of entries)
    await writeFile(join(root, '.releases/records', `${entry.release}.json`), JSON.stringify(entry))
  await writeFile(join(root, 'manifest.json'), JSON.stringify([...entries, first]))

  const listed = await world.list()
  expect(listed.code, listed.log).toBe(0)
  // The log shows the newest 2,000, the output what makes a megabyte.
  expect(listed.log).toContain('3,001 more releases')
  expect(listed.result.releases[0]).toMatchObject({ release: 'first', state: 'live' })
  expect(listed.result.releases.length).toBeGreaterThan(2000)
  await world.deployed('second')
  expect((await world.rollback()).outputs.release).toBe('first')
  const third = await world.deployed('third')
  expect(await world.place.releases()).toHaveLength(5003)
  const pruned = await world.run({ mode: 'prune', release_count: '10' }, patient)
  expect(pruned.code, pruned.log.slice(-2000)).toBe(0)
  expect((await world.place.releases()).length).toBeLessThan(15)
  await world.expectSound()
  figure('5,000 releases', {
    'seconds to list': Math.round(listed.seconds),
    'seconds to deploy': Math.round(third.seconds),
    pruned: 5003 - (await world.place.releases()).length,
    'seconds to prune': Math.round(pruned.seconds),
    violations: 0,
  })
})

test('200,000 files are deployed, and again', async () => {
  await using world = await openWorld([servers.one])
  for (let dir = 0; dir < 200; dir++) {
    await mkdir(join(world.build, `d${dir}`), { recursive: true })
    for (let file = 0; file < 1000; file++)
      await writeFile(join(world.build, `d${dir}/f${file}`), `${dir}.${file}`)
  }
  const one = await world.deployed('one', {}, patient)
  await writeFile(join(world.build, 'd7/f7'), 'changed')
  const two = await world.deployed('two', {}, patient)
  expect(two.result.hosts[0].files_changed).toBe(1)
  expect((await world.rollback({}, patient)).outputs.release).toBe('one')
  figure('200,000 files', {
    'seconds at first': Math.round(one.seconds),
    'seconds again': Math.round(two.seconds),
  })
})

test('a file of 10 GB is deployed, and again without being sent', async () => {
  await using world = await openWorld([servers.one])
  const big = join(world.build, 'big.bin')
  await writeFile(big, '')
  execFileSync('truncate', ['-s', '10G', big])
  const sparse = { rsync_flags: '--sparse' }
  const one = await world.deployed('one', sparse, patient)
  expect((await stat(join(world.place.releaseDir, 'one/big.bin'))).size).toBe(10 * 2 ** 30)
  const two = await world.deployed('two', sparse, patient)
  expect(two.result.hosts[0].bytes_sent).toBeLessThan(1_000_000)
  expect(await world.place.inode('releases/two/big.bin')).toBe(
    await world.place.inode('releases/one/big.bin'),
  )
  await rm(big)
  figure('a file of 10 GB', {
    'seconds at first': Math.round(one.seconds),
    'seconds again': Math.round(two.seconds),
  })
})
