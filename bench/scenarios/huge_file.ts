// P8: one file of 256 MB that cannot be compressed, 40 ms and 50 MB/s to the host: what one stream can carry.

import { randomFillSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'

const RATE = 50e6

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const bytes = bench.quick ? 8e6 : 256e6
  await using site = await bench.open({ roundTrip: 40, rate: RATE })
  const build = join(site.dir, 'build')
  const bare = join(site.dir, 'bare')
  for (const dir of [build, bare]) await mkdir(dir)
  const samples = await contest(
    bench,
    {
      ours: async (round) => {
        const root = join(site.dir, `ours-${round}`)
        const inputs = { mode: 'deploy', local_dir: build, remote_dir: root, release_name: 'first' }
        return (await perform(site, [root], inputs)).seconds
      },
      rsync: (round) => site.script('rsync', bare, build, `r${round}`),
    },
    () => writeFile(join(build, 'model.bin'), randomFillSync(Buffer.alloc(bytes))),
  )
  const of = (name: string) => samples.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  const ours = median(of('ours'))
  return [
    medianOf('releases-deploy', 's', of('ours'), bar),
    medianOf('rsync -az over ssh', 's', of('rsync'), bar),
    { name: 'the wire alone', value: bytes / RATE, unit: 's' },
    { name: 'times faster than rsync -az', value: median(of('rsync')) / ours, unit: 'x' },
    { name: 'share of the wire that is used', value: (bytes / RATE / ours) * 100, unit: '%' },
  ]
}

export const hugeFile: Scenario = {
  id: 'P8',
  title: 'one file of 256 MB, 40 ms, 50 MB/s',
  measure,
}
