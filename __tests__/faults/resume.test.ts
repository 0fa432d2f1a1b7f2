// F25 and resume: an upload that was cut goes on from what arrived, and litter never becomes part of a release.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTree } from '../scenarios/tree.ts'
import { bulk, openWorld, type Servers, startServers, until } from '../scenarios/world.ts'
import { figure } from './measure.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

test.concurrent('a second try after nine tenths have arrived sends at most 15 % of it', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const files = 100
  await world.write(bulk(files, 40_000))
  const whole = files * 40_000
  const run = await world.start({
    mode: 'deploy',
    local_dir: world.build,
    release_name: 'two',
    rsync_flags: '--no-compress --bwlimit=2000',
  })
  await until(async () => (await world.place.arrived('two')) >= files * 0.9, 'nine tenths arrive', 60)
  run.killAll()
  await run.done

  const { result } = await world.deployed('two')
  const sent = result.hosts[0].bytes_sent
  expect(sent).toBeLessThanOrEqual(whole * 0.15)
  await world.expectSound({ artifacts: new Map([['two', await readTree(world.build)]]) })
  figure('resume after 90 %', { 'bytes sent again': sent, 'bytes in all': whole })
})

test.concurrent.each([1, 30, 60])(
  'a remote rsync that is killed after %s files is started again, and goes on',
  async (files) => {
    await using world = await openWorld([servers.one])
    await world.deployed('one')
    await world.write(bulk(80, 40_000))
    const run = await world.start({
      mode: 'deploy',
      local_dir: world.build,
      release_name: 'two',
      rsync_flags: '--no-compress --bwlimit=500',
    })
    await until(async () => (await world.place.arrived('two')) >= files, 'files arrive', 60)
    const receivers = (await world.place.processes()).filter((line) => /^\d+ rsync --server/.test(line))
    expect(receivers.length).toBeGreaterThan(0)
    for (const line of receivers) process.kill(Number.parseInt(line, 10), 'SIGKILL')
    const { code, log, result } = await run.done
    expect(code, log).toBe(0)
    expect(log.match(/goes on from what arrived/g)).toHaveLength(1)
    expect(result.hosts[0].files_changed).toBeLessThanOrEqual(81 - files)
    await world.expectSound({ artifacts: new Map([['two', await readTree(world.build)]]) })
  },
)

test.concurrent('what dead runs left in incoming, stage, trash and between the files is not shipped', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one')
  const litter = [
    'incoming/two/.index.html.x8Kq2P',
    'incoming/two/css/.app.css.Zz19aB',
    'incoming/two/css/app.css',
    'incoming/two/left/over/file',
    'incoming/other/index.html',
    'stage.dead-run/current',
    'trash/dead-run/old/index.html',
    'index/two',
    'records/two.json~',
    'manifest.json.dead~',
  ]
  for (const path of litter) {
    const file = join(world.place.root, '.releases', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'litter')
  }
  await world.deployed('two')
  await world.expectSound({
    artifacts: new Map([
      ['one', await readTree(world.build)],
      ['two', await readTree(world.build)],
    ]),
  })
})
