// Filesystems of a test's own: small ones that run full, and images of a disk whose power can be cut. They take root.

import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'

/** Whether this machine lets a test mount; says so loudly when it does not. In CI nothing may be left out. */
export function mayMount(): boolean {
  if (process.getuid?.() === 0) return true
  if (process.env.CI) throw new Error('the fault tests must be root in CI: they mount small filesystems')
  process.stderr.write('NOT TESTED: full disks, read-only mounts, power cuts: only root may mount\n')
  return false
}

export function asRoot(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Mounts a filesystem in memory at `dir`, with these options, until disposed. */
export async function mountMemory(dir: string, options: string): Promise<Disposable> {
  await mkdir(dir, { recursive: true })
  asRoot('mount', '-t', 'tmpfs', '-o', `${options},mode=0755`, 'faults', dir)
  return { [Symbol.dispose]: () => void asRoot('umount', '-l', dir) }
}

/** Mounts the image of a disk, replaying its journal as after a power cut. */
export async function mountImage(image: string, dir: string, options = ''): Promise<Disposable> {
  await mkdir(dir, { recursive: true })
  asRoot('mount', '-o', `loop${options && `,${options}`}`, image, dir)
  return { [Symbol.dispose]: () => void asRoot('umount', dir) }
}
