// The fingerprint's worker thread, for artifacts of some size.

import { parentPort, workerData } from 'node:worker_threads'
import { digestOf, type Listed } from './transfer/digest.ts'

const fingerprint = digestOf(workerData as Listed)
parentPort?.postMessage(
  fingerprint,
  fingerprint.content === null ? [] : [fingerprint.content.buffer as ArrayBuffer],
)
