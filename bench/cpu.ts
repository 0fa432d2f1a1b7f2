// CPU time, as Linux counts it: of processes that others started, and of the whole machine.

import { readFile } from 'node:fs/promises'
import { openCgroup, unified } from './cgroup.ts'

/** A tick is a hundredth of a second for everyone who asks (sysconf(_SC_CLK_TCK)). */
const TICKS = 100

/** Seconds that the children of a process, and theirs, had spent when they ended: fields 16 and 17 of its proc_pid_stat(5). */
export function childrenCpu(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS
}

export interface Meter extends AsyncDisposable {
  /** Seconds that the processes and all that they started have spent so far; waits until what they started has ended. */
  spent(): Promise<number>
}

/** Counts also what nobody has waited for. @throws Error when it cannot be done here. */
export async function openMeter(pids: readonly number[]): Promise<Meter> {
  const group = await openCgroup('cpuacct', pids)
  return {
    async spent() {
      await group.settled()
      if (!unified) return Number(await group.read('cpuacct.usage')) / 1e9
      return Number(/^usage_usec (\d+)$/m.exec(await group.read('cpu.stat'))?.[1]) / 1e6
    },
    [Symbol.asyncDispose]: () => group[Symbol.asyncDispose](),
  }
}

/** Seconds that all CPUs together have worked, here or for other guests of the same machine: all but idle and iowait of proc_stat(5). */
export async function machineCpu(): Promise<number> {
  const [first = ''] = (await readFile('/proc/stat', 'latin1')).split('\n')
  const fields = first.split(/ +/).slice(1).map(Number)
  return [0, 1, 2, 5, 6, 7].reduce((sum, field) => sum + (fields[field] ?? 0), 0) / TICKS
}
