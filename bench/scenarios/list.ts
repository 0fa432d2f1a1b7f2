// P6: what 20 hosts serve, asked at once, against one; 40 ms to each.

import { join } from 'node:path'
import { makeBuild } from '../artifact.ts'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'

const HOSTS = 20

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 40 }, HOSTS)
  const build = await makeBuild(join(site.dir, 'build'), { files: 50, bytes: 500_000 })
  const dirs = Array.from({ length: HOSTS }, (_, at) => join(site.dir, `host-${at}`))
  const remote = { remote_dir: dirs[0] as string }
  await perform(site, dirs, { ...remote, mode: 'deploy', local_dir: build.dir, release_name: 'one' })
  const list = async (hosts: readonly string[]) =>
    (await perform(site, hosts, { ...remote, mode: 'list' })).seconds
  const contenders = { one: () => list(dirs.slice(0, 1)), all: () => list(dirs) }
  const samples = await contest(bench, contenders, async () => undefined)
  const of = (name: string) => samples.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  return [
    medianOf(`${HOSTS} hosts`, 's', of('all'), bar),
    medianOf('one host', 's', of('one'), bar),
    {
      name: `${HOSTS} hosts / one`,
      value: median(of('all')) / median(of('one')),
      unit: 'x',
      target: { atMost: 1.5 },
    },
  ]
}

export const list: Scenario = { id: 'P6', title: `list over ${HOSTS} hosts, 40 ms`, measure }
