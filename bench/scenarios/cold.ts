// P5: a large artifact, of which little has changed, to a host that has none of its files in memory. 20,000 files and 1 GB, 0.5 % changed,
// a disk that gives 100 MB/s, 40 ms to the host. Beside it the same deploy without the hashes that the host keeps: rsync compares all.

import { spawnSync } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Build, makeBuild, rebuild } from '../artifact.ts'
import { contest } from '../contest.ts'
import { perform } from '../deployment.ts'
import { type Bench, type Figure, median, medianOf, type Scenario } from '../figure.ts'
import { measureFloor } from '../floor.ts'
import type { Site } from '../site.ts'
import { dropCaches, type SlowDisk, slowDisk } from '../slow_disk.ts'

const RATE = 100e6
const SHARE = 0.005
/** Each reads and writes gigabytes. */
const ROUNDS = 3
const TOOLS = [
  'rsync',
  'sh',
  'find',
  'stat',
  'sort',
  'awk',
  'gzip',
  'cp',
  'mv',
  'rm',
  'ln',
  'xargs',
  'sed',
  'sha256sum',
  'sync',
]

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 40 })
  await using disk = await slowed(site).catch((error) => {
    bench.leaveOut(
      `P5: the servers' disk cannot be slowed down here, which takes root and a cgroup (${error})`,
    )
    return null
  })
  return disk ? await compare({ ...bench, rounds: Math.min(bench.rounds, ROUNDS) }, site, disk) : []
}

async function slowed(site: Site): Promise<SlowDisk> {
  await dropCaches()
  return slowDisk(site.dir, site.servers, RATE)
}

async function compare(bench: Bench, site: Site, disk: SlowDisk): Promise<readonly Figure[]> {
  const build = await makeBuild(
    join(site.dir, 'build'),
    bench.quick ? { files: 2000, bytes: 1e8 } : { files: 20_000, bytes: 1e9 },
  )
  const reads = new Map<string, number[]>([
    ['kept', []],
    ['compared', []],
  ])
  const deploy = async (name: string, round: number) => {
    const root = join(site.dir, name)
    if (name === 'compared') await rm(join(root, '.releases/content'), { recursive: true, force: true })
    spawnSync('sync')
    await dropCaches()
    // On a runner, the build has just been made.
    await warm(build)
    await useTools(site)
    const before = await disk.read()
    const inputs = { mode: 'deploy', local_dir: build.dir, remote_dir: root }
    const { seconds } = await perform(site, [root], { ...inputs, release_name: `r${round}` })
    // What was written in the second of its proof is compared once more; of a first deploy that may be a lot.
    if (round === 0) await perform(site, [root], { ...inputs, release_name: 'again' })
    if (round > 0) reads.get(name)?.push(((await disk.read()) - before) / 1e6)
    return seconds
  }
  const samples = await contest(
    bench,
    { kept: (round) => deploy('kept', round), compared: (round) => deploy('compared', round) },
    (round) => rebuild(build, round + 1, SHARE),
  )
  const of = (name: string) => samples.get(name) ?? []
  const read = (name: string) => reads.get(name) ?? []
  const bar = { plot: { panel: 'seconds' } }
  return [
    medianOf('releases-deploy', 's', of('kept'), bar),
    medianOf('without kept hashes: --checksum', 's', of('compared'), bar),
    {
      name: 'times faster than with --checksum',
      value: median(of('compared')) / median(of('kept')),
      unit: 'x',
      target: { atLeast: 3 },
    },
    medianOf('read on the host', 'MB', read('kept')),
    medianOf('read on the host with --checksum', 'MB', read('compared')),
    {
      name: 'read, of what --checksum reads',
      value: (100 * median(read('kept'))) / median(read('compared')),
      unit: '%',
      target: { atMost: 2 },
    },
  ]
}

/** A host that people log in to has its programs in memory: they are no part of what a deploy reads. */
async function useTools({ login }: Site): Promise<void> {
  await measureFloor({ login, build: null, target: '', basis: null })
  for (const tool of TOOLS) spawnSync(tool, ['--version'])
}

async function warm({ dir, paths }: Build): Promise<void> {
  for (const path of paths) await readFile(join(dir, path))
}

export const cold: Scenario = {
  id: 'P5',
  title: '20,000 files, 1 GB, 0.5 % changed, cold disk of 100 MB/s, 40 ms',
  measure,
}
