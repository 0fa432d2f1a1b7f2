// Tells that a service has stopped getting on, whatever its client still hopes for: for a process with one errand on the network.

import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

/** Seconds in which at least LEAST bytes must pass, both ways together: one attempt after another is less, any useful transfer more. */
const WINDOW = 15
const LEAST = 32_768

/** @param act called once, after WINDOW seconds in which too little passed; time in which a program of ours works is not counted. */
export function onStall(act: () => void): void {
  const sockets = new Set<Socket>()
  subscribe('http.client.request.start', (message) => {
    const { socket } = (message as { request: ClientRequest }).request
    if (socket) sockets.add(socket)
  })
  let passed: number[] = []
  const timer = setInterval(() => {
    if (process.getActiveResourcesInfo().includes('ProcessWrap')) passed = []
    passed.push([...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0))
    if (!isStalled(passed)) return
    clearInterval(timer)
    act()
  }, 1000)
  timer.unref()
}

/** @param passed bytes that had passed, second by second. */
export function isStalled(passed: readonly number[]): boolean {
  const before = passed.at(-1 - WINDOW)
  return before !== undefined && (passed.at(-1) ?? 0) - before < LEAST
}
