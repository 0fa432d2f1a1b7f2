// The fingerprint's worker thread (fingerprint.ts says for which artifacts).

import { parentPort, workerData } from 'node:worker_threads'
import { digestOf, type Listed } from './transfer/digest.ts'

const fingerprint = digestOf(workerData as Listed)
parentPort?.postMessage(
  fingerprint,
  fingerprint.content === null ? [] : [fingerprint.content.buffer as ArrayBuffer],
)
