// A disk of a given speed, and a count of what is read from it: the servers in a cgroup of their own. Takes root, and a disk to limit.

import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCgroup, unified } from './cgroup.ts'

export interface SlowDisk extends AsyncDisposable {
  /** Bytes that the servers and all that they started have read from the disk so far. */
  read(): Promise<number>
}

/** How the two kinds of cgroups are told, and tell: the kernel's cgroup-v2.rst and blkio-controller.rst. */
const kind = unified
  ? {
      limit: 'io.max',
      rule: (device: string, rate: number) => `${device} rbps=${rate}`,
      count: 'io.stat',
      read: (device: string) => new RegExp(`^${device} .*\\brbytes=(\\d+)`, 'm'),
    }
  : {
      limit: 'blkio.throttle.read_bps_device',
      rule: (device: string, rate: number) => `${device} ${rate}`,
      count: 'blkio.throttle.io_service_bytes_recursive',
      read: (device: string) => new RegExp(`^${device} Read (\\d+)$`, 'm'),
    }

/**
 * @param dir a directory on the disk.
 * @param pids of the servers.
 * @param rate bytes a second that they may read.
 * @throws Error when there is no way to do so here; nothing is changed then.
 */
export async function slowDisk(dir: string, pids: readonly number[], rate: number): Promise<SlowDisk> {
  const device = await deviceOf(dir)
  if (unified) await writeFile('/sys/fs/cgroup/cgroup.subtree_control', '+io')
  const group = await openCgroup('blkio', pids)
  try {
    await group.write(kind.limit, kind.rule(device, rate))
  } catch (error) {
    await group[Symbol.asyncDispose]()
    throw error
  }
  return {
    async read() {
      return Number(kind.read(device).exec(await group.read(kind.count))?.[1] ?? 0)
    },
    [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
  }
}

/** `major:minor` of the whole disk. @throws Error for what is none, such as a tmpfs. */
async function deviceOf(dir: string): Promise<string> {
  const { dev } = await stat(dir, { bigint: true })
  // As glibc's gnu_dev_major and gnu_dev_minor have it.
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn)
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn)
  const place = `/sys/dev/block/${major}:${minor}`
  if (!existsSync(place)) throw new Error(`${dir} is on no disk of its own`)
  const disk = existsSync(join(place, 'partition')) ? `${place}/..` : place
  return (await readFile(join(disk, 'dev'), 'latin1')).trim()
}

/** The kernel forgets every file that it has in memory. */
export async function dropCaches(): Promise<void> {
  await writeFile('/proc/sys/vm/drop_caches', '3')
}
