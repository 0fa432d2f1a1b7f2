// A fleet: what one deploy to 1, 10, 20, 50 and 100 hosts costs when nothing has changed, and how far apart the hosts are switched.

import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { performMeasured } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import type { Site } from '../site.ts'

const ROUND_TRIP = 40
const SHAPE = { files: 500, bytes: 10e6 }
const COUNTS = [1, 10, 20, 50, 100]
/** The action's own default: beyond it, hosts take turns. */
const MAX_PARALLEL = 20

interface Sample {
  readonly seconds: number
  readonly cpu: number
  readonly children: number
  readonly servers: number
  readonly peak: number
  readonly spread: number
}

/** Milliseconds between the first link's change and the last one's: a rename sets the ctime of what it renames. */
async function spreadOf(dirs: readonly string[]): Promise<number> {
  const links = await Promise.all(dirs.map((dir) => lstat(join(dir, 'current'), { bigint: true })))
  const times = links.map(({ ctimeNs }) => ctimeNs).sort((a, b) => (a < b ? -1 : 1))
  return Number((times.at(-1) as bigint) - (times[0] as bigint)) / 1e6
}

async function sample(site: Site, dirs: readonly string[], build: string, release: string): Promise<Sample> {
  const before = await site.serverCpu()
  const { seconds, cpu, children, peak } = await performMeasured(site, dirs, {
    mode: 'deploy',
    local_dir: build,
    remote_dir: dirs[0] as string,
    release_name: release,
  })
  const servers = (await site.serverCpu()) - before
  return { seconds, cpu, children, servers, peak, spread: await spreadOf(dirs) }
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const counts = bench.quick ? COUNTS.slice(0, 2) : COUNTS
  const rounds = bench.quick ? 1 : Math.min(bench.rounds, 3)
  await using site = await bench.open({ roundTrip: ROUND_TRIP }, Math.max(...counts))
  const build = await makeBuild(join(site.dir, 'build'), SHAPE)
  const samples = new Map(counts.map((count) => [count, [] as Sample[]]))
  for (let round = 0; round <= rounds; round++) {
    await rebuild(build, round + 1, 0)
    for (const count of counts) {
      const dirs = Array.from({ length: count }, (_, at) => join(site.dir, `of-${count}`, `host-${at}`))
      const taken = await sample(site, dirs, build.dir, `r${round}`)
      // The first is the first deploy.
      if (round > 0) samples.get(count)?.push(taken)
      bench.tell(`round ${round} of ${rounds}: ${count} hosts in ${taken.seconds.toFixed(2)} s`)
    }
  }
  return counts.flatMap((count) => figuresOf(count, samples))
}

function figuresOf(count: number, samples: ReadonlyMap<number, readonly Sample[]>): readonly Figure[] {
  const all = (hosts: number, of: (sample: Sample) => number) => (samples.get(hosts) ?? []).map(of)
  const mine = (of: (sample: Sample) => number) => all(count, of)
  const perHost = (hosts: number) => all(hosts, ({ cpu }) => (cpu * 1000) / hosts)
  const name = (what: string) => `${count} ${count === 1 ? 'host' : 'hosts'}: ${what}`
  const on = (panel: string) => ({ plot: { panel, x: count } })
  const alone = median(all(1, ({ seconds }) => seconds))
  const ten = median(perHost(10))
  return [
    medianOf(
      name('wall time'),
      's',
      mine(({ seconds }) => seconds),
      {
        ...on('wall time, s'),
        ...(count === 50 && { target: { atMost: 4 * alone }, remark: 'target: 4 × one host' }),
      },
    ),
    medianOf(name('CPU of the action, a host'), 'ms', perHost(count), {
      ...on('CPU time of the action, ms a host'),
      ...(count === 100 && { target: { atMost: 1.1 * ten }, remark: 'target: 1.1 × that of ten hosts' }),
    }),
    medianOf(
      name('CPU of rsync and bridges, a host'),
      'ms',
      mine(({ children }) => (children * 1000) / count),
    ),
    medianOf(
      name('CPU of the hosts themselves, each'),
      'ms',
      mine(({ servers }) => (servers * 1000) / count),
    ),
    medianOf(
      name('peak memory'),
      'MB',
      mine(({ peak }) => peak),
      {
        ...on('peak memory of the action, MB'),
        target: { atMost: 150 + 2 * count },
      },
    ),
    ...(count === 1
      ? []
      : [
          medianOf(
            name('first link to last'),
            'ms',
            mine(({ spread }) => spread),
            {
              ...on('switch spread, ms'),
              ...(count <= MAX_PARALLEL && { target: { atMost: 1.5 * ROUND_TRIP } }),
            },
          ),
        ]),
  ]
}

export const fleet: Scenario = {
  id: 'fleet',
  title: '1 to 100 hosts, 500 files, 10 MB, nothing changed, 40 ms',
  measure,
}
