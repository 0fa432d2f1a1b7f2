// P3: a deploy of what is there already, every date fresh. 3,000 files and 60 MB, 40 ms to the host.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import { measureFloor } from '../floor.ts'

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 40 })
  const build = await makeBuild(join(site.dir, 'build'), { files: 3000, bytes: 60e6 })
  const root = join(site.dir, 'ours')
  const bare = join(site.dir, 'bare')
  await mkdir(bare)
  const sent: number[] = []
  const samples = await contest(
    bench,
    {
      ours: async (round) => {
        const inputs = { mode: 'deploy', local_dir: build.dir, remote_dir: root, release_name: `r${round}` }
        await site.wire.take()
        const { seconds } = await perform(site, [root], inputs)
        // All that went over the wire, the session and SSH's own included.
        const { up } = await site.wire.take()
        if (round > 0) sent.push(up / 1000)
        return seconds
      },
      floor: async (round) => {
        const basis = round === 0 ? null : join(bare, `r${round - 1}`)
        const target = join(bare, `r${round}`)
        const floor = await measureFloor({ login: site.login, build: build.dir, target, basis })
        return (floor.command + floor.rsync) / 1000
      },
    },
    (round) => rebuild(build, round + 1, 0),
  )
  const of = (name: string) => samples.get(name) ?? []
  return [
    medianOf('releases-deploy', 's', of('ours'), { plot: { panel: 'seconds' } }),
    medianOf('floor', 's', of('floor'), { plot: { panel: 'seconds', line: true } }),
    {
      name: 'times the floor',
      value: median(of('ours')) / median(of('floor')),
      unit: 'x',
      target: { atMost: 1.3 },
    },
    medianOf('sent to the host', 'KB', sent, { target: { atMost: 64 } }),
  ]
}

export const unchanged: Scenario = { id: 'P3', title: 'nothing changed, 3,000 files, 60 MB, 40 ms', measure }
