// Guarantee 1, seen by a reader: the link always leads to one whole release, in every instant of three hundred switches.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { onEveryBox, userlands } from './box.ts'
import { createSite, lockedSession } from './site.ts'

/** Reads a file through the link without pause; each of its reads must give what the link itself said, old or new. */
const reader = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { readFileSync, readlinkSync, readdirSync } = require('node:fs')
  const seen = { reads: 0, absent: 0, mixed: 0, releases: {} }
  let stop = false
  parentPort.on('message', () => { stop = true })
  const step = () => {
    for (let turn = 0; turn < 200; turn++) {
      seen.reads++
      try {
        readlinkSync(workerData)
        const [one, two] = readFileSync(workerData + '/both', 'latin1').split(' ')
        if (one !== two || readdirSync(workerData + '/').length !== 1) seen.mixed++
        seen.releases[one] = true
      } catch { seen.absent++ }
    }
    if (stop) parentPort.postMessage(seen)
    else setImmediate(step)
  }
  step()
`

onEveryBox(
  'a reader',
  (box) => {
    test('sees the old or the new release, never neither', async () => {
      using site = createSite(box)
      const [session] = await lockedSession(site)
      for (const release of ['a', 'b', 'c'])
        await site.deploy(session, release, { both: `${release} ${release}` })
      const worker = new Worker(reader, { eval: true, workerData: site.at('current') })
      for (let flip = 0; flip < 300; flip++) {
        const release = flip % 3 === 0 ? 'a' : flip % 3 === 1 ? 'b' : 'c'
        const link = flip % 2 === 0 ? `releases/${release}` : site.at('releases', release)
        await session.publish({ link, release, previous: '', manifest: '', event: '' })
      }
      worker.postMessage('stop')
      const [seen] = await once(worker, 'message')
      await worker.terminate()
      await session[Symbol.asyncDispose]()
      expect(seen).toMatchObject({ absent: 0, mixed: 0, releases: { a: true, b: true, c: true } })
      expect(seen.reads).toBeGreaterThan(1000)
    })
  },
  userlands,
)
