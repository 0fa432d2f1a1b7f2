// P2: the first deploy, when the host has nothing to share files with. 3,000 files and 60 MB, 40 ms and 20 MB/s to the host.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 40, rate: 20e6 })
  const build = await makeBuild(join(site.dir, 'build'), { files: 3000, bytes: 60e6 })
  const bare = join(site.dir, 'bare')
  await mkdir(bare)
  const samples = await contest(
    bench,
    {
      ours: async (round) => {
        const root = join(site.dir, `ours-${round}`)
        const inputs = { mode: 'deploy', local_dir: build.dir, remote_dir: root, release_name: 'first' }
        return (await perform(site, [root], inputs)).seconds
      },
      rsync: (round) => site.script('rsync', bare, build.dir, `r${round}`),
    },
    (round) => rebuild(build, round + 1, 0),
  )
  const of = (name: string) => samples.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  return [
    medianOf('releases-deploy', 's', of('ours'), bar),
    medianOf('rsync -az over ssh', 's', of('rsync'), bar),
    {
      name: 'times faster than rsync -az',
      value: median(of('rsync')) / median(of('ours')),
      unit: 'x',
      target: { atLeast: 1 },
    },
  ]
}

export const first: Scenario = {
  id: 'P2',
  title: 'first deploy, 3,000 files, 60 MB, 40 ms, 20 MB/s',
  measure,
}
