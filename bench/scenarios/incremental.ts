// P1: the deploy of every day. A build of 3,000 files and 60 MB, one in a hundred changed, every timestamp fresh, 40 ms to the host.

import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import { measureFloor } from '../floor.ts'

const SHAPE = { files: 3000, bytes: 60e6 }
const SHARE = 0.01
const OURS = 'ours'
const SCRIPT = 'script'
const FLOOR = 'floor'

async function measure(bench: Bench, roundTrip: number): Promise<Map<string, number[]>> {
  await using site = await bench.open({ roundTrip })
  const build = await makeBuild(join(site.dir, 'build'), SHAPE)
  const place = (name: string) => join(site.dir, name)
  await mkdir(place(FLOOR))
  const floors: { command: number; rsync: number }[] = []
  const contenders: Record<string, (round: number) => Promise<number>> = {
    [OURS]: async (round) => {
      const inputs = {
        mode: 'deploy',
        local_dir: build.dir,
        remote_dir: place(OURS),
        release_name: `r${round}`,
      }
      return (await perform(site, [place(OURS)], inputs)).seconds
    },
    [FLOOR]: async (round) => {
      const basis = round === 0 ? null : `${place(FLOOR)}/r${round - 1}`
      const target = `${place(FLOOR)}/r${round}`
      const floor = await measureFloor({ login: site.login, build: build.dir, target, basis })
      floors.push(floor)
      return (floor.command + floor.rsync) / 1000
    },
  }
  for (const name of [SCRIPT, ...bench.variants])
    contenders[name] = (round) => site.script(name, place(name), build.dir, `r${round}`)

  const samples = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]))
  for (let round = 0; round <= bench.rounds; round++) {
    if (round > 0) await rebuild(build, round, SHARE)
    const order = Object.keys(contenders)
    // Whoever goes second finds the build in the same cache; nobody is always second.
    if (round % 2) order.reverse()
    for (const name of order) {
      // One contender's unwritten pages must not be the next one's wait.
      spawnSync('sync')
      const seconds = await (contenders[name] as (round: number) => Promise<number>)(round)
      // The first is the first deploy, which makes what the second builds upon.
      if (round > 0) samples.get(name)?.push(seconds)
    }
    bench.tell(`round ${round} of ${bench.rounds}`)
  }
  const later = floors.slice(1)
  samples.set(
    'command',
    later.map(({ command }) => command / 1000),
  )
  samples.set(
    'rsync',
    later.map(({ rsync }) => rsync / 1000),
  )
  return samples
}

function figures(
  samples: ReadonlyMap<string, number[]>,
  bench: Bench,
  target?: Figure['target'],
): readonly Figure[] {
  const of = (name: string) => samples.get(name) ?? []
  const against = (name: string) => median(of(name)) / median(of(OURS))
  return [
    medianOf('releases-deploy', 's', of(OURS)),
    medianOf('hand-written script', 's', of(SCRIPT)),
    { name: 'times faster than the script', value: against(SCRIPT), unit: 'x', ...(target && { target }) },
    ...bench.variants.flatMap((name) => [
      medianOf(`baselines/${name}.sh`, 's', of(name)),
      { name: `times faster than ${name}.sh`, value: against(name), unit: 'x' } as const,
    ]),
    medianOf('floor: connect, one command', 's', of('command')),
    medianOf('floor: bare rsync, connected', 's', of('rsync')),
    { name: 'times the floor', value: 1 / against(FLOOR), unit: 'x', remark: '≤ 1.4 later' },
  ]
}

export const incremental: Scenario = {
  id: 'P1',
  title: '3,000 files, 60 MB, 1 % changed, 40 ms',
  measure: async (bench) => figures(await measure(bench, 40), bench, { atLeast: 2 }),
}

export const undelayed: Scenario = {
  id: 'P1-near',
  title: 'the same without delay',
  measure: async (bench) => figures(await measure(bench, 0), bench),
}
