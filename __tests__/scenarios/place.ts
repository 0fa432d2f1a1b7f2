// One remote_dir as a test sees it: its link, its releases, its records, and whether all of it is as it must always be.

import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { type Exceptions, expectSound } from './soundness.ts'
import { readTree } from './tree.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects there, and fails when it is not
type Record = any

export interface Place {
  readonly root: string
  readonly releaseDir: string
  readonly link: string
  /** Text of the public link; null when there is none. */
  linkText(): Promise<string | null>
  /** Name of the release that the public link serves; null when it serves none. */
  serves(): Promise<string | null>
  releases(): Promise<readonly string[]>
  manifest(): Promise<readonly Record[]>
  /** The record of one release in the manifest. */
  record(release: string): Promise<Record>
  /** Lines of the log, parsed. */
  events(): Promise<readonly Record[]>
  read(path: string): Promise<string>
  inode(path: string): Promise<number>
  /** Everything there, with times and inodes: what "changes nothing" is measured by. */
  snapshot(): Promise<Readonly<{ [path: string]: string }>>
  /** Files of `part/` (see bulk) that an upload in progress has brought so far. */
  arrived(release: string): Promise<number>
  /** Checks what must be so after every run, whatever happened. */
  expectSound(exceptions?: Exceptions): Promise<void>
  /** Processes that work there, e.g. `1234 rsync`: the directory they are in, an argument or a variable is inside it. */
  processes(): Promise<readonly string[]>
}

const missing = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

const listed = async (dir: string) => ((await readdir(dir).catch(missing)) ?? []).sort()

export function placeAt(root: string, { releaseDir = 'releases', publicDir = 'current' } = {}): Place {
  const link = resolve(root, publicDir)
  const releasesAt = join(root, releaseDir)
  const place: Place = {
    root,
    releaseDir: releasesAt,
    link,
    linkText: () => readlink(link).catch(missing),
    async serves() {
      const target = await realpath(link).catch(missing)
      return target?.startsWith(`${await realpath(releasesAt)}/`) ? basename(target) : null
    },
    releases: () => listed(releasesAt),
    manifest: async () => JSON.parse(await place.read('manifest.json')),
    record: async (release) => (await place.manifest()).find((record) => record.release === release),
    async events() {
      const text = (await readFile(join(root, 'releases.log'), 'utf8').catch(missing)) ?? ''
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
    read: (path) => readFile(join(root, path), 'utf8'),
    inode: async (path) => (await lstat(join(root, path))).ino,
    snapshot: async () => ((await lstat(root).catch(missing)) ? readTree(root, { identity: true }) : {}),
    async arrived(release) {
      const names = await listed(join(root, '.releases/incoming', release, 'part'))
      return names.filter((name) => !name.startsWith('.')).length
    },
    expectSound: (exceptions = {}) => expectSound(place, exceptions),
    processes: () => processesIn(root),
  }
  return place
}

/** By /proc, so on Linux only; elsewhere it throws, since a test must not pass for want of a look. */
async function processesIn(root: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  )) {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')
    const [cwd, argv, environment, status] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      read('cmdline'),
      read('environ'),
      read('status'),
    ])
    const zombie = /^State:\s+Z/m.test(status)
    if (!zombie && (cwd === root || [cwd, argv, environment].some((text) => text.includes(`${root}/`)))) {
      found.push(`${pid} ${argv.replaceAll('\0', ' ').trim().slice(0, 80)}`)
    }
  }
  return found
}
