// What lies on a disk, byte for byte: names need not be text, so paths are kept one character a byte (latin1).

import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'

interface Options {
  /** Adds what no copy keeps: inode, link count and times. */
  readonly identity?: boolean
  /** Leaves the permissions out. */
  readonly bare?: boolean
}

/** Path below `dir` to what is there: kind, permissions, size, content or link text. */
export async function readTree(dir: string, options: Options = {}): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const walk = async (at: Buffer, below: string): Promise<void> => {
    for (const name of (await readdir(at, { encoding: 'buffer' })).sort(Buffer.compare)) {
      const path = Buffer.concat([at, Buffer.from('/'), name])
      const shown = `${below}${name.toString('latin1')}`
      const stat = await lstat(path, { bigint: true })
      const mode = options.bare || stat.isSymbolicLink() ? '' : ` ${(stat.mode & 0o7777n).toString(8)}`
      const identity = options.identity ? ` ${stat.ino} ${stat.nlink} ${stat.mtimeNs} ${stat.ctimeNs}` : ''
      found[shown] = `${await describe(path, stat)}${mode}${identity}`
      if (stat.isDirectory()) await walk(path, `${shown}/`)
    }
  }
  await walk(Buffer.from(dir), '')
  return found
}

async function describe(path: Buffer, stat: Awaited<ReturnType<typeof lstat>>): Promise<string> {
  if (stat.isSymbolicLink())
    return `link to ${(await readlink(path, { encoding: 'buffer' })).toString('latin1')}`
  if (stat.isDirectory()) return 'directory'
  if (!stat.isFile()) return 'special'
  const content = await readFile(path)
  return `file ${stat.size} ${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
}
