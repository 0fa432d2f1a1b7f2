// Filesystems of a test's own: small ones that run full, and images of a disk whose power can be cut. They take root.

import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'

const { uid, gid } = userInfo()
const prefix = uid === 0 ? [] : ['sudo', '-n']

/** Whether this machine lets a test mount; says so loudly when it does not. In CI nothing may be left out. */
export function mayMount(): boolean {
  try {
    asRoot('true')
    return true
  } catch {
    if (process.env.CI) throw new Error('the fault tests mount small filesystems: they need root, or sudo')
    process.stderr.write('NOT TESTED: full disks, read-only mounts, power cuts: neither root nor sudo\n')
    return false
  }
}

export function asRoot(...words: readonly string[]): string {
  const [command = '', ...args] = [...prefix, ...words]
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Mounts a filesystem in memory at `dir`, with these options, until disposed. */
export async function mountMemory(dir: string, options: string): Promise<Disposable> {
  await mkdir(dir, { recursive: true })
  asRoot('mount', '-t', 'tmpfs', '-o', `${options},mode=0755,uid=${uid},gid=${gid}`, 'faults', dir)
  return { [Symbol.dispose]: () => void asRoot('umount', '-l', dir) }
}

export type Filesystem = 'ext4' | 'xfs' | 'btrfs'

/** The smallest that its mkfs makes. */
const smallest: Readonly<Record<Filesystem, string>> = { ext4: '24M', xfs: '300M', btrfs: '110M' }

/** Whether this machine can make and mount such a disk; says so loudly when not. In CI nothing may be left out. */
export function mayImage(kind: Filesystem): boolean {
  if (!mayMount()) return false
  try {
    execFileSync(`mkfs.${kind}`, ['-V'], { stdio: 'ignore' })
    return true
  } catch {
    if (process.env.CI) throw new Error(`the fault tests need mkfs.${kind}`)
    process.stderr.write(`NOT TESTED: what needs a disk of ${kind}: no mkfs.${kind}\n`)
    return false
  }
}

/** An empty disk. */
export function makeImage(file: string, kind: Filesystem = 'ext4'): void {
  execFileSync('truncate', ['-s', smallest[kind], file])
  const options = { ext4: ['-F', '-E', `root_owner=${uid}:${gid}`], xfs: ['-f'], btrfs: ['-f'] }[kind]
  execFileSync(`mkfs.${kind}`, ['-q', ...options, file])
}

/** Mounts the image of a disk, replaying its journal as after a power cut. */
export async function mountImage(image: string, dir: string, options = ''): Promise<Disposable> {
  await mkdir(dir, { recursive: true })
  asRoot('mount', '-o', `loop${options && `,${options}`}`, image, dir)
  asRoot('chown', `${uid}:${gid}`, dir)
  return { [Symbol.dispose]: () => void asRoot('umount', dir) }
}
