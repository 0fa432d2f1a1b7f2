// P1: the deploy of every day. A build of 3,000 files and 60 MB, one in a hundred changed, every timestamp fresh, 40 ms to the host.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { NO_CAPISTRANO, openCapistrano } from '../capistrano.ts'
import { contest, type Samples } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import { type Floor, measureFloor } from '../floor.ts'

const SHAPE = { files: 3000, bytes: 60e6 }
const SHARE = 0.01
const OURS = 'ours'
const SCRIPT = 'script'
const FLOOR = 'floor'
const CAPISTRANO = 'capistrano'

async function measure(bench: Bench, roundTrip: number): Promise<Samples> {
  await using site = await bench.open({ roundTrip })
  const build = await makeBuild(join(site.dir, 'build'), SHAPE)
  const place = (name: string) => join(site.dir, name)
  await mkdir(place(FLOOR))
  const floors: Floor[] = []
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

  const capistrano = await openCapistrano(site)
  if (capistrano) contenders[CAPISTRANO] = capistrano.deploy
  else bench.leaveOut(NO_CAPISTRANO)

  const samples = await contest(bench, contenders, async (round) => {
    if (round > 0) await rebuild(build, round, SHARE)
    await capistrano?.commit(build.dir)
  })
  const part = (name: keyof Floor) => floors.slice(1).map((floor) => floor[name] / 1000)
  return new Map([...samples, ['command', part('command')], ['rsync', part('rsync')]])
}

function figures(
  samples: Samples,
  bench: Bench,
  targets?: Readonly<Record<'script' | 'capistrano' | 'floor', NonNullable<Figure['target']>>>,
): readonly Figure[] {
  const of = (name: string) => samples.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  const against = (name: string) => median(of(name)) / median(of(OURS))
  return [
    medianOf('releases-deploy', 's', of(OURS), bar),
    medianOf('hand-written script', 's', of(SCRIPT), bar),
    {
      name: 'times faster than the script',
      value: against(SCRIPT),
      unit: 'x',
      ...(targets && { target: targets.script }),
    },
    ...(samples.has(CAPISTRANO)
      ? [
          medianOf('Capistrano', 's', of(CAPISTRANO), bar),
          {
            name: 'times faster than Capistrano',
            value: against(CAPISTRANO),
            unit: 'x',
            ...(targets && { target: targets.capistrano }),
          } as const,
        ]
      : []),
    ...bench.variants.flatMap((name) => [
      medianOf(`baselines/${name}.sh`, 's', of(name), bar),
      { name: `times faster than ${name}.sh`, value: against(name), unit: 'x' } as const,
    ]),
    medianOf('floor', 's', of(FLOOR), { plot: { panel: 'seconds', line: true } }),
    medianOf('floor: connect, one command', 's', of('command')),
    medianOf('floor: bare rsync, connected', 's', of('rsync')),
    {
      name: 'times the floor',
      value: 1 / against(FLOOR),
      unit: 'x',
      ...(targets && { target: targets.floor }),
    },
  ]
}

export const incremental: Scenario = {
  id: 'P1',
  title: '3,000 files, 60 MB, 1 % changed, 40 ms',
  measure: async (bench) =>
    figures(await measure(bench, 40), bench, {
      script: { atLeast: 3 },
      capistrano: { atLeast: 4.5 },
      floor: { atMost: 1.4 },
    }),
}

export const undelayed: Scenario = {
  id: 'P1-near',
  title: 'the same without delay',
  measure: async (bench) => figures(await measure(bench, 0), bench),
}
