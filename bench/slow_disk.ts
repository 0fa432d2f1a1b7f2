// A disk of a given speed, and a count of what is read from it: the servers in a cgroup of their own. Takes root, and a disk to limit.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface SlowDisk extends AsyncDisposable {
  /** Bytes that the servers and all that they started have read from the disk so far. */
  read(): Promise<number>
}

const ROOT = '/sys/fs/cgroup'

/** How the two kinds of cgroups are told, and tell: cgroups(7), the kernel's blkio-controller.rst and cgroup-v2.rst. */
const kinds = [
  {
    parent: join(ROOT, 'blkio'),
    limit: 'blkio.throttle.read_bps_device',
    rule: (device: string, rate: number) => `${device} ${rate}`,
    count: 'blkio.throttle.io_service_bytes_recursive',
    read: (device: string) => new RegExp(`^${device} Read (\\d+)$`, 'm'),
  },
  {
    parent: ROOT,
    limit: 'io.max',
    rule: (device: string, rate: number) => `${device} rbps=${rate}`,
    count: 'io.stat',
    read: (device: string) => new RegExp(`^${device} .*\\brbytes=(\\d+)`, 'm'),
  },
] as const

/**
 * @param dir a directory on the disk.
 * @param pids of the servers.
 * @param rate bytes a second that they may read.
 * @throws Error when there is no way to do so here; nothing is changed then.
 */
export async function slowDisk(dir: string, pids: readonly number[], rate: number): Promise<SlowDisk> {
  const device = await deviceOf(dir)
  const kind = existsSync(join(ROOT, 'cgroup.controllers')) ? kinds[1] : kinds[0]
  if (kind === kinds[1]) await writeFile(join(ROOT, 'cgroup.subtree_control'), '+io')
  const group = await mkdtemp(join(kind.parent, 'bench-'))
  const free = async () => {
    for (const pid of (await readFile(join(group, 'cgroup.procs'), 'latin1')).split('\n').filter(Boolean)) {
      // Some end meanwhile.
      await writeFile(join(kind.parent, 'cgroup.procs'), pid).catch(() => {})
    }
    await rmdir(group)
  }
  try {
    await writeFile(join(group, kind.limit), kind.rule(device, rate))
    for (const pid of pids) await writeFile(join(group, 'cgroup.procs'), String(pid))
  } catch (error) {
    await free()
    throw error
  }
  return {
    async read() {
      return Number(kind.read(device).exec(await readFile(join(group, kind.count), 'latin1'))?.[1] ?? 0)
    },
    [Symbol.asyncDispose]: free,
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
