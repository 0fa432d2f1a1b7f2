// P10: a build that gives its files another name with each content. What is new has 5 MB, which nothing on the host is like.

import { randomFillSync } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'

const SHAPE = { files: 1000, bytes: 20e6 }
const CHUNKS = 100
const CHUNK = 50_000

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 40, rate: 20e6 })
  const build = await makeBuild(join(site.dir, 'build'), SHAPE)
  const root = join(site.dir, 'ours')
  const samples = await contest(
    bench,
    {
      ours: async (round) => {
        const inputs = {
          mode: 'deploy',
          local_dir: build.dir,
          remote_dir: root,
          release_name: `r${round}`,
        }
        return (await perform(site, [root], inputs)).seconds
      },
      script: (round) => site.script('script', join(site.dir, 'script'), build.dir, `r${round}`),
    },
    async (round) => {
      const chunks = join(build.dir, 'chunks')
      await rm(chunks, { recursive: true, force: true })
      await mkdir(chunks)
      const content = Buffer.alloc(CHUNK)
      for (let at = 0; at < CHUNKS; at++)
        await writeFile(join(chunks, `chunk-${at}.${round}.js`), randomFillSync(content))
      if (round > 0) await rebuild(build, round, 0.01)
    },
  )
  const of = (name: string) => samples.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  return [
    medianOf('releases-deploy', 's', of('ours'), bar),
    medianOf('hand-written script', 's', of('script'), bar),
    { name: 'times faster than the script', value: median(of('script')) / median(of('ours')), unit: 'x' },
  ]
}

export const hashedNames: Scenario = {
  id: 'P10',
  title: '1,100 files, 25 MB, of which 100 are new, 40 ms, 20 MB/s',
  measure,
}
