// What a second release adds to the host's disk, and whether anything is sent that is there already.

import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeBuild, rebuild } from '../artifact.ts'
import { perform } from '../deployment.ts'
import type { Bench, Figure, Scenario } from '../figure.ts'

/** Bytes on disk, every inode once. */
interface Usage {
  readonly all: number
  readonly directories: number
  readonly inodes: ReadonlySet<number>
}

/** @param known inodes that count as free: they were there before. */
async function usage(dir: string, known: ReadonlySet<number> = new Set()): Promise<Usage> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const inodes = new Set<number>()
  let all = 0
  let directories = 0
  for (const path of [dir, ...entries.map((entry) => join(entry.parentPath, entry.name))]) {
    const stats = await lstat(path)
    if (inodes.has(stats.ino) || known.has(stats.ino)) continue
    inodes.add(stats.ino)
    all += stats.blocks * 512
    if (stats.isDirectory()) directories += stats.blocks * 512
  }
  return { all, directories, inodes }
}

async function blocksOf(dir: string, paths: readonly string[]): Promise<number> {
  const stats = await Promise.all(paths.map((path) => lstat(join(dir, path))))
  return stats.reduce((total, { blocks }) => total + blocks * 512, 0)
}

async function measure(bench: Bench): Promise<readonly Figure[]> {
  await using site = await bench.open({ roundTrip: 0 })
  const build = await makeBuild(join(site.dir, 'build'), { files: 3000, bytes: 60e6 })
  const root = join(site.dir, 'root')
  const deploy = (release: string) =>
    perform(site, [root], {
      mode: 'deploy',
      local_dir: build.dir,
      remote_dir: root,
      release_name: release,
    })
  await deploy('first')
  const before = await usage(root)
  const change = await rebuild(build, 1, 0.01)
  const { hosts } = await deploy('second')
  const after = await usage(root)
  const release = await usage(join(root, 'releases/second'), before.inodes)
  const needed = (await blocksOf(build.dir, change.paths)) + release.directories
  const grown = after.all - before.all
  const sent = hosts[0]?.files_changed ?? Number.NaN
  const kibibytes = (bytes: number) => `${Math.round(bytes / 1024)} KiB`
  return [
    {
      name: 'growth / (changed + directories)',
      value: grown / needed,
      unit: 'x',
      target: { atMost: 1.1 },
      remark: `${kibibytes(grown)}; needed ${kibibytes(needed)}; records and index ${kibibytes(grown - release.all)}`,
    },
    { name: 'the release without records', value: release.all / needed, unit: 'x' },
    { name: 'unchanged files sent again', value: sent - change.files, unit: '', target: { atMost: 0 } },
    {
      name: 'bytes sent / bytes changed',
      value: (hosts[0]?.bytes_sent ?? Number.NaN) / change.bytes,
      unit: 'x',
    },
  ]
}

export const disk: Scenario = { id: 'disk', title: 'a second release, 1 % changed', measure }
