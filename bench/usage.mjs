// Loaded into the action before its own code (--import): leaves what the process cost when it ends. No TypeScript, which would cost
// 20 MB and 40 ms itself; and nothing that the action starts gets it too.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.BENCH_USAGE

if (file && isMainThread) {
  delete process.env.NODE_OPTIONS
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    const read = (name) =>
      existsSync(`/proc/self/${name}`) ? readFileSync(`/proc/self/${name}`, 'latin1') : ''
    const stat = read('stat')
    // Of this program alone; maxRSS begins with what the process had that started it (proc_pid_status(5), getrusage(2)).
    const own = /^VmHWM:\s+(\d+) kB/m.exec(read('status'))
    const usage = { peak: Number(own?.[1] ?? maxRSS) / 1024, cpu: (userCPUTime + systemCPUTime) / 1e6, stat }
    writeFileSync(file, JSON.stringify(usage))
  })
}
