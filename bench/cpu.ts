// CPU time, as Linux counts it: of processes that others started, and of the whole machine.

import { readFile } from 'node:fs/promises'

/** A tick is a hundredth of a second for everyone who asks (sysconf(_SC_CLK_TCK)). */
const TICKS = 100

/** Seconds that the children of a process, and theirs, had spent when they ended: fields 16 and 17 of its proc_pid_stat(5). */
export function childrenCpu(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / TICKS
}

/** The same for all of some processes, once no child of theirs is left. */
export async function settledCpu(pids: readonly number[]): Promise<number> {
  const read = (pid: number, name: string) => readFile(`/proc/${pid}/${name}`, 'latin1')
  let sum = 0
  for (const pid of pids) {
    while ((await read(pid, `task/${pid}/children`)) !== '') await new Promise((done) => setTimeout(done, 20))
    sum += childrenCpu(await read(pid, 'stat'))
  }
  return sum
}

/** Seconds that all CPUs together have worked: user, nice, system, irq and softirq of proc_stat(5). */
export async function machineCpu(): Promise<number> {
  const [first = ''] = (await readFile('/proc/stat', 'latin1')).split('\n')
  const fields = first.split(/ +/).slice(1).map(Number)
  return [0, 1, 2, 5, 6].reduce((sum, field) => sum + (fields[field] ?? 0), 0) / TICKS
}
