// P4: a rollback of a release of 3,000 files, 40 ms to the host. Its floor is one connection and one command.

import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { NO_CAPISTRANO, openCapistrano } from '../capistrano.ts'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import { measureFloor } from '../floor.ts'

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 40 })
  const build = await makeBuild(join(site.dir, 'build'), { files: 3000, bytes: 60e6 })
  const root = join(site.dir, 'root')
  const deploy = (release: string) =>
    perform(site, [root], {
      mode: 'deploy',
      local_dir: build.dir,
      remote_dir: root,
      release_name: release,
    })
  const capistrano = await openCapistrano(site)
  if (!capistrano) bench.leaveOut(NO_CAPISTRANO)
  const deployAll = async (release: string) => {
    await deploy(release)
    await capistrano?.commit(build.dir)
    await capistrano?.deploy()
  }
  await deployAll('good')
  const samples = await contest(
    bench,
    {
      ...(capistrano ? { capistrano: capistrano.rollback } : {}),
      ours: async () => (await perform(site, [root], { mode: 'rollback', remote_dir: root })).seconds,
      floor: async () => {
        const errand = { login: site.login, build: null, target: '', basis: null }
        return (await measureFloor(errand)).command / 1000
      },
    },
    async (round) => {
      await rebuild(build, round + 1, 0.01)
      await deployAll(`r${round}`)
    },
  )
  const of = (name: string) => samples.get(name) ?? []
  return [
    medianOf('releases-deploy', 's', of('ours'), { plot: { panel: 'seconds' } }),
    ...(capistrano
      ? [
          medianOf('Capistrano', 's', of('capistrano'), { plot: { panel: 'seconds' } }),
          {
            name: 'times faster than Capistrano',
            value: median(of('capistrano')) / median(of('ours')),
            unit: 'x',
            target: { atLeast: 6 },
          } as const,
        ]
      : []),
    medianOf('floor', 's', of('floor'), { plot: { panel: 'seconds', line: true } }),
    {
      name: 'times the floor',
      value: median(of('ours')) / median(of('floor')),
      unit: 'x',
      target: { atMost: 1.3 },
    },
  ]
}

export const rollback: Scenario = { id: 'P4', title: 'rollback, 3,000 files, 40 ms', measure }
