// From the start of the process to the first line that a person sees.

import { join } from 'node:path'
import { makeBuild } from '../artifact.ts'
import { type Bench, type Figure, medianOf, type Scenario } from '../figure.ts'

const ROUNDS = 10

/** Commands to the runner are no lines for people. */
const visible = /^(?!::(?:add-mask|debug|save-state|set-output)\b).+\n/m

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 0 })
  const build = await makeBuild(join(site.dir, 'build'), { files: 50, bytes: 500_000 })
  const root = join(site.dir, 'root')
  const samples: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    let log = ''
    let first: number | undefined
    const onLog = (text: string) => {
      log += text
      if (first === undefined && visible.test(log)) first = performance.now()
    }
    const inputs = { mode: 'deploy', local_dir: build.dir, remote_dir: root, release_name: `r${round}` }
    const action = await site.act([root], inputs, { onLog })
    const began = performance.now()
    const { code } = await action.done
    if (code !== 0 || first === undefined) throw new Error(`the action failed:\n${log}`)
    samples.push(first - began)
  }
  return [medianOf('process start to first line', 'ms', samples, { target: { atMost: 200 } })]
}

export const startup: Scenario = { id: 'startup', title: 'start-up', measure }
