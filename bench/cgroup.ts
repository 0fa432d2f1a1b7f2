// Processes and all that they start, in a group by which Linux limits and counts: cgroups(7). Takes root.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const ROOT = '/sys/fs/cgroup'

/** Whether there is one tree of groups for all that is limited and counted, not one for each. */
export const unified = existsSync(join(ROOT, 'cgroup.controllers'))

export interface Cgroup extends AsyncDisposable {
  /** @throws Error when there is no such file. */
  read(file: string): Promise<string>
  write(file: string, text: string): Promise<void>
  /** Resolves once nobody is left in it but those it was opened for. */
  settled(): Promise<void>
}

/**
 * @param tree where groups of one kind are when there is a tree for each, e.g. `cpuacct`.
 * @throws Error when none can be made here; nothing is changed then.
 */
export async function openCgroup(tree: string, pids: readonly number[]): Promise<Cgroup> {
  const parent = unified ? ROOT : join(ROOT, tree)
  const group = await mkdtemp(join(parent, 'bench-'))
  const read = (file: string) => readFile(join(group, file), 'latin1')
  const members = async () => (await read('cgroup.procs')).split('\n').filter(Boolean).map(Number)
  const free = async () => {
    for (const pid of await members()) {
      // Some end meanwhile.
      await writeFile(join(parent, 'cgroup.procs'), String(pid)).catch(() => {})
    }
    await rmdir(group)
  }
  try {
    for (const pid of pids) await writeFile(join(group, 'cgroup.procs'), String(pid))
  } catch (error) {
    await free()
    throw error
  }
  return {
    read,
    write: (file, text) => writeFile(join(group, file), text),
    async settled() {
      while ((await members()).some((pid) => !pids.includes(pid)))
        await new Promise((done) => setTimeout(done, 20))
    },
    [Symbol.asyncDispose]: free,
  }
}
