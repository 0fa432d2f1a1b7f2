// How often a run goes there and back: connections a host, and messages of its session.

import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { perform } from '../deployment.ts'
import type { Bench, Figure, Scenario } from '../figure.ts'

const HOSTS = 2

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 0 })
  const build = await makeBuild(join(site.dir, 'build'), { files: 50, bytes: 500_000 })
  const dirs = Array.from({ length: HOSTS }, (_, index) => join(site.dir, `host-${index}`))
  const deploy = { mode: 'deploy', local_dir: build.dir, remote_dir: dirs[0] as string }
  const steps = [
    { name: 'deploy', inputs: { ...deploy, release_name: 'first' }, trips: 4 },
    { name: 'next deploy', inputs: { ...deploy, release_name: 'second' }, trips: 4 },
    { name: 'list', inputs: { mode: 'list', remote_dir: dirs[0] as string }, trips: 2 },
    { name: 'rollback', inputs: { mode: 'rollback', remote_dir: dirs[0] as string }, trips: 2 },
  ]
  const figures: Figure[] = []
  for (const [index, { name, inputs, trips }] of steps.entries()) {
    await rebuild(build, index + 1, 0.1)
    await site.wire.take()
    const { hosts } = await perform(site, dirs, inputs)
    const { connections } = await site.wire.take()
    const told = Math.max(...hosts.map((host) => host.connections))
    const remark = told * HOSTS === connections ? `${HOSTS} hosts` : `the action says ${told} a host`
    figures.push(
      {
        name: `${name}: connections a host`,
        value: connections / HOSTS,
        unit: '',
        target: { atMost: 1 },
        remark,
      },
      {
        name: `${name}: session round trips`,
        value: Math.max(...hosts.map((host) => host.round_trips)),
        unit: '',
        target: { atMost: trips },
      },
    )
  }
  return figures
}

export const connections: Scenario = { id: 'trips', title: 'connections and round trips', measure }
