// The action's own peak memory with an artifact of very many files.

import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { performMeasured } from '../deployment.ts'
import type { Bench, Figure, Scenario } from '../figure.ts'

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 0 })
  const files = bench.quick ? 10_000 : 100_000
  const build = await makeBuild(join(site.dir, 'build'), { files, bytes: files * 1000 })
  const root = join(site.dir, 'root')
  const figures: Figure[] = []
  for (const [index, name] of ['first deploy', 'next deploy'].entries()) {
    if (index > 0) await rebuild(build, index, 0.01)
    bench.tell(`${name} of ${files} files`)
    const inputs = { mode: 'deploy', local_dir: build.dir, remote_dir: root, release_name: `r${index}` }
    const { peak, seconds } = await performMeasured(site, [root], inputs)
    figures.push({
      name: `${name}: peak memory`,
      value: peak,
      unit: 'MB',
      target: { atMost: 200 },
      remark: `${files.toLocaleString('en')} files, ${seconds.toFixed(1)} s`,
    })
  }
  return figures
}

export const memory: Scenario = { id: 'memory', title: '100,000 files', measure }
