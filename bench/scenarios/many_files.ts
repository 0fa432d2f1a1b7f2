// P7: an artifact of very many files: the action's own memory, and whether ten times the files take more than ten times as long.

import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { performMeasured, type Run, type Usage } from '../deployment.ts'
import type { Bench, Figure, Scenario } from '../figure.ts'
import type { Site } from '../site.ts'

const NAMES = ['first deploy', 'next deploy']

async function deployTwice(bench: Bench, site: Site, files: number): Promise<readonly (Run & Usage)[]> {
  const build = await makeBuild(join(site.dir, `build-${files}`), { files, bytes: files * 1000 })
  const root = join(site.dir, `root-${files}`)
  const runs: (Run & Usage)[] = []
  for (const [index, name] of NAMES.entries()) {
    if (index > 0) await rebuild(build, index, 0.01)
    bench.tell(`${name} of ${files} files`)
    const inputs = { mode: 'deploy', local_dir: build.dir, remote_dir: root, release_name: `r${index}` }
    runs.push(await performMeasured(site, [root], inputs))
  }
  return runs
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 0 })
  const most = bench.quick ? 10_000 : 100_000
  const few = await deployTwice(bench, site, most / 10)
  const many = await deployTwice(bench, site, most)
  const count = most.toLocaleString('en')
  return NAMES.flatMap((name, at): Figure[] => {
    const { peak, seconds } = many[at] as Run & Usage
    const tenth = (few[at] as Run & Usage).seconds
    return [
      { name: `${name}: peak memory`, value: peak, unit: 'MB', target: { atMost: 200 } },
      {
        name: `${name}: ${count} files`,
        value: seconds,
        unit: 's',
        target: { atMost: 10 * tenth },
        remark: `${(most / 10).toLocaleString('en')} files: ${tenth.toFixed(2)} s`,
      },
    ]
  })
}

export const manyFiles: Scenario = { id: 'P7', title: '100,000 files', measure }
