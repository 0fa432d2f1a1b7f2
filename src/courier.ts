// The program that brings an artifact to the Actions cache and back: a process of its own, which can be ended when the service hangs.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Errand } from './transfer/artifact_cache.ts'
import { onStall } from './transfer/stall.ts'

/** Relative, in the same words both ways: the cache keeps what is restored apart by them. */
const PATHS = ['artifact.tar', 'record.json']

const errand = JSON.parse(process.argv[2] as string) as Errand
const cache = await import('@actions/cache')
// The action holds the other end: when it dies, nobody waits for this any more.
process.stdin.on('end', () => process.exit(1)).resume()
onStall(() => process.exit(1))
writeFileSync('found', JSON.stringify(cache.isFeatureAvailable() ? await run(errand) : []))
process.exit()

/** @returns the keys that were saved, found or restored. */
async function run({ verb, keys, ...task }: Errand): Promise<readonly string[]> {
  const [key = '', ...others] = keys
  if (verb === 'save') {
    if (task.dir === undefined) return []
    pack(task.dir, task.selection ?? [], task.record ?? '')
    if ((await cache.saveCache([...PATHS], key)) >= 0) return [key]
    // What an earlier attempt of the same job saved is refused.
    return (await holds(key)) ? [key] : []
  }
  if (verb === 'restore') {
    const found = await cache.restoreCache([...PATHS], key, others)
    if (found === undefined || !existsSync('artifact.tar')) return []
    mkdirSync('tree')
    execFileSync('tar', ['-xpf', 'artifact.tar', '-C', 'tree'])
    rmSync('artifact.tar')
    return [found]
  }
  const found: string[] = []
  for (const each of keys) {
    if (await holds(each)) found.push(each)
    writeFileSync('found', JSON.stringify(found))
  }
  return found
}

async function holds(key: string): Promise<boolean> {
  return (await cache.restoreCache([...PATHS], key, [], { lookupOnly: true })) === key
}

/** What rsync would send, as a tar file: the cache's own would lose permissions. Files are linked, not copied, where that can be. */
function pack(dir: string, selection: readonly string[], record: string): void {
  mkdirSync('tree')
  const tree = join(process.cwd(), 'tree')
  execFileSync('rsync', ['-rlpt', '-s', `--link-dest=${dir}`, ...selection, './', `${tree}/`], { cwd: dir })
  execFileSync('tar', ['-cf', 'artifact.tar', '-C', 'tree', '.'])
  rmSync('tree', { recursive: true })
  writeFileSync('record.json', record)
}
