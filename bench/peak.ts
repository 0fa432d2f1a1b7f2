// Loaded into the action before its own code (--import): leaves the process's peak memory, in KB, when it ends.

import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.BENCH_PEAK
if (file && isMainThread) {
  process.on('exit', () => writeFileSync(`${file}-${process.pid}`, String(process.resourceUsage().maxRSS)))
}
