// F13: readers without pause through a thousand switches, forwards and back.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { connectLocal } from '../../src/connection/local.ts'
import { startSession } from '../../src/host/session.ts'
import { layoutOf } from '../../src/release/layout.ts'
import { openWorld } from '../scenarios/world.ts'
import { holder } from '../shells/site.ts'
import { count, figure } from './measure.ts'
import { stampedSite } from './siege.ts'

/** As a web server does it: resolves the link anew for each request, and reads two files of one release by what it found. */
const reader = `
  const { parentPort, workerData: link } = require('node:worker_threads')
  const { readFileSync, realpathSync, readdirSync } = require('node:fs')
  const seen = { reads: 0, absent: 0, mixed: 0, errors: [], releases: {} }
  let stop = false
  parentPort.on('message', () => { stop = true })
  const step = () => {
    for (let turn = 0; turn < 100; turn++) {
      seen.reads++
      try {
        const here = realpathSync(link)
        const name = readFileSync(here + '/index.html', 'latin1').trim()
        const below = readFileSync(here + '/deep/er/page.html', 'latin1').trim()
        if (below !== name + ' below' || !here.endsWith('/' + name)) seen.mixed++
        if (readFileSync(link + '/index.html', 'latin1').trim() === '') seen.mixed++
        if (!readdirSync(link + '/').includes('index.html')) seen.mixed++
        seen.releases[name] = true
      } catch (error) { seen.absent++; if (seen.errors.length < 3) seen.errors.push(String(error)) }
    }
    if (stop) parentPort.postMessage(seen)
    else setImmediate(step)
  }
  step()
`

test('a thousand switches: every read finds one whole release', async () => {
  await using world = await openWorld(['local'])
  const names = ['a', 'b', 'c']
  for (const name of names) {
    await world.write(stampedSite(name))
    await world.deployed(name)
  }
  const layout = layoutOf({ remote_dir: world.place.root, release_dir: 'releases', public_dir: 'current' })
  await using connection = connectLocal('here')
  const host = { label: 'here', logFile: 'releases.log', become: undefined }
  await using session = startSession(connection, host, layout, 'readers')
  await session.open({
    access: 'lock',
    wait: 0,
    holder,
    verify: '',
    uploads: false,
    contentKey: '',
    shared: [],
    onHeld: () => {},
  })
  // A reader takes a core for itself.
  const workers = Array.from(
    { length: count('READERS', 1, 2) },
    () => new Worker(reader, { eval: true, workerData: world.place.link }),
  )
  const flips = count('FLIPS', 1000, 20_000)
  for (let flip = 0; flip < flips; flip++) {
    const release = names[flip % 3] as string
    await session.publish({ link: `releases/${release}`, release, previous: '', manifest: '', event: '' })
  }
  const all = await Promise.all(
    workers.map(async (worker) => {
      worker.postMessage('stop')
      const [seen] = await once(worker, 'message')
      await worker.terminate()
      return seen
    }),
  )
  for (const seen of all) {
    expect(seen).toMatchObject({ absent: 0, mixed: 0, errors: [], releases: { a: true, b: true, c: true } })
  }
  const reads = all.reduce((sum, seen) => sum + seen.reads, 0)
  expect(reads).toBeGreaterThan(flips)
  figure('readers', { flips, reads, absent: 0, mixed: 0 })
})
