// A fleet: what one deploy to 1, 10, 20, 50 and 100 hosts costs when nothing has changed, and how far apart the hosts are switched.

import { lstat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { type Meter, machineCpu, openMeter } from '../cpu.ts'
import { performMeasured } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import type { Site } from '../site.ts'

const ROUND_TRIP = 40
const SHAPE = { files: 500, bytes: 10e6 }
const COUNTS = [1, 10, 20, 50, 100]
/** The action's own default: beyond it, hosts take turns. */
const MAX_PARALLEL = 20
/** The share of the machine's time that others may have before a measurement is made again, and how often it is. */
const BUSY = 0.05
const TRIES = 3

interface Sample {
  readonly seconds: number
  readonly cpu: number
  readonly children: number
  /** NaN where it cannot be counted. */
  readonly servers: number
  readonly peak: number
  readonly spread: number
  /** The share of the machine's time that went into other work; NaN where it cannot be told. */
  readonly others: number
}

/** Milliseconds between the first link's change and the last one's: a rename sets the ctime of what it renames. */
async function spreadOf(dirs: readonly string[]): Promise<number> {
  const links = await Promise.all(dirs.map((dir) => lstat(join(dir, 'current'), { bigint: true })))
  const times = links.map(({ ctimeNs }) => ctimeNs).sort((a, b) => (a < b ? -1 : 1))
  return Number((times.at(-1) as bigint) - (times[0] as bigint)) / 1e6
}

async function sample(
  { site, meter }: { readonly site: Site; readonly meter: Meter | null },
  dirs: readonly string[],
  build: string,
  release: string,
): Promise<Sample> {
  const spent = async () => (await meter?.spent()) ?? Number.NaN
  await site.wire.take()
  const before = { servers: await spent(), machine: await machineCpu(), bench: process.cpuUsage() }
  const { seconds, cpu, children, peak } = await performMeasured(site, dirs, {
    mode: 'deploy',
    local_dir: build,
    remote_dir: dirs[0] as string,
    release_name: release,
  })
  const bench = process.cpuUsage(before.bench)
  const machine = (await machineCpu()) - before.machine
  const servers = (await spent()) - before.servers
  const wires = (await site.wire.take()).cpu
  const ours = cpu + children + servers + wires + (bench.user + bench.system) / 1e6
  const others = Math.max(0, machine - ours) / (seconds * availableParallelism())
  return { seconds, cpu, children, servers, peak, others, spread: await spreadOf(dirs) }
}

/** What others disturbed is measured again; the calmest counts. */
async function calm(left: number, take: (left: number) => Promise<Sample>): Promise<Sample> {
  const taken = await take(left)
  if (left === 0 || !(taken.others > BUSY)) return taken
  const other = await calm(left - 1, take)
  return other.others < taken.others ? other : taken
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  const counts = bench.quick ? COUNTS.slice(0, 2) : COUNTS
  const rounds = bench.quick ? 1 : Math.min(bench.rounds, 3)
  await using site = await bench.open({ roundTrip: ROUND_TRIP }, Math.max(...counts))
  await using meter = await openMeter(site.servers).catch((error) => {
    bench.leaveOut(`fleet: what the hosts themselves cost, which takes root and a cgroup (${error})`)
    return null
  })
  const build = await makeBuild(join(site.dir, 'build'), SHAPE)
  const samples = new Map(counts.map((count) => [count, [] as Sample[]]))
  for (let round = 0; round <= rounds; round++) {
    for (const count of counts) {
      const dirs = Array.from({ length: count }, (_, at) => join(site.dir, `of-${count}`, `host-${at}`))
      const taken = await calm(TRIES, async (left) => {
        await rebuild(build, round + 1, 0)
        const one = await sample({ site, meter }, dirs, build.dir, `r${round}-${left}`)
        const busy = meter ? `, ${Math.round(one.others * 100)} % other work` : ''
        bench.tell(`round ${round} of ${rounds}: ${count} hosts in ${one.seconds.toFixed(2)} s${busy}`)
        return one
      })
      // The first is the first deploy.
      if (round > 0) samples.get(count)?.push(taken)
    }
  }
  return counts.flatMap((count) => figuresOf(count, samples))
}

type Samples = ReadonlyMap<number, readonly Sample[]>

interface Column {
  readonly name: string
  readonly unit: Figure['unit']
  /** Title in the plot. */
  readonly panel?: string
  readonly of: (sample: Sample, hosts: number) => number
  /** The smallest fleet that has it. */
  readonly least?: number
  /** What it must not be more than. */
  readonly bound?: (hosts: number, samples: Samples) => number | false
}

const cpu = ({ cpu }: Sample, hosts: number) => (cpu * 1000) / hosts

const columns: readonly Column[] = [
  {
    name: 'wall time',
    unit: 's',
    panel: 'wall time, s',
    of: ({ seconds }) => seconds,
    bound: (hosts, samples) =>
      hosts === 50 && 4 * median((samples.get(1) ?? []).map(({ seconds }) => seconds)),
  },
  {
    name: 'CPU of the action a host',
    unit: 'ms',
    panel: 'CPU time of the action, ms a host',
    of: cpu,
    bound: (hosts, samples) =>
      hosts === 100 && 1.1 * median((samples.get(10) ?? []).map((each) => cpu(each, 10))),
  },
  { name: 'of its rsync and bridge', unit: 'ms', of: ({ children }, hosts) => (children * 1000) / hosts },
  { name: 'of the host itself', unit: 'ms', of: ({ servers }, hosts) => (servers * 1000) / hosts },
  {
    name: 'peak memory',
    unit: 'MB',
    panel: 'peak memory of the action, MB',
    of: ({ peak }) => peak,
    bound: (hosts) => 150 + 2 * hosts,
  },
  {
    name: 'first link to last',
    unit: 'ms',
    panel: 'first link to last, ms',
    least: 2,
    of: ({ spread }) => spread,
    bound: (hosts) => hosts <= MAX_PARALLEL && 1.5 * ROUND_TRIP,
  },
]

function figuresOf(hosts: number, samples: Samples): readonly Figure[] {
  return columns
    .filter(
      ({ least = 1, of }) =>
        hosts >= least && !samples.get(hosts)?.some((each) => Number.isNaN(of(each, hosts))),
    )
    .map(({ name, unit, panel, of, bound }) => {
      const atMost = bound?.(hosts, samples)
      const all = samples.get(hosts) ?? []
      const taken = all.map((each) => of(each, hosts))
      return medianOf(name, unit, taken, {
        hosts,
        ...(panel && { plot: { panel } }),
        ...(atMost && { target: { atMost } }),
      })
    })
}

export const fleet: Scenario = {
  id: 'fleet',
  title: '1 to 100 hosts, 500 files, 10 MB, nothing changed, 40 ms',
  measure,
}
