// The action's own peak memory with an artifact of very many files.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeBuild, rebuild } from '../artifact.ts'
import { perform } from '../deployment.ts'
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
    const env = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../peak.ts'))}`,
      BENCH_PEAK: join(site.dir, 'peak'),
    }
    const { pid, seconds } = await perform(site, [root], inputs, { env })
    const kilobytes = Number(await readFile(`${env.BENCH_PEAK}-${pid}`, 'utf8'))
    figures.push({
      name: `${name}: peak memory`,
      value: kilobytes / 1024,
      unit: 'MB',
      target: { atMost: 200 },
      remark: `${files.toLocaleString('en')} files, ${seconds.toFixed(1)} s`,
    })
  }
  return figures
}

export const memory: Scenario = { id: 'memory', title: '100,000 files', measure }
