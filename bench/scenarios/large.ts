// P8 and P9: 256 MB that cannot be compressed, to a host that has none of it: what one connection can carry.

import { randomFillSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'

interface Wire {
  readonly roundTrip: number
  /** Bytes a second; unlimited when left out. */
  readonly rate?: number
  /** That the bytes are in. */
  readonly files: number
}

async function measure(bench: Bench, { files, ...wire }: Wire): Promise<readonly Figure[]> {
  const bytes = bench.quick ? 8e6 : 256e6
  await using site = await bench.open(wire)
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
    async () => {
      const content = Buffer.alloc(bytes / files)
      for (let file = 0; file < files; file++)
        await writeFile(join(build, `model-${file}.bin`), randomFillSync(content))
    },
  )
  const of = (name: string) => samples.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  const ours = median(of('ours'))
  const alone = wire.rate && bytes / wire.rate
  return [
    medianOf('releases-deploy', 's', of('ours'), bar),
    medianOf('rsync -az over ssh', 's', of('rsync'), bar),
    ...(alone ? [{ name: 'the wire alone', value: alone, unit: 's' } as const] : []),
    { name: 'times faster than rsync -az', value: median(of('rsync')) / ours, unit: 'x' },
    ...(alone
      ? [{ name: 'share of the wire that is used', value: (alone / ours) * 100, unit: '%' } as const]
      : []),
  ]
}

export const hugeFile: Scenario = {
  id: 'P8',
  title: 'one file of 256 MB, 40 ms, 50 MB/s',
  measure: (bench) => measure(bench, { roundTrip: 40, rate: 50e6, files: 1 }),
}

export const wideWire: Scenario = {
  id: 'P9',
  title: '64 files of 4 MB, 80 ms, no limit',
  measure: (bench) => measure(bench, { roundTrip: 80, files: 64 }),
}
