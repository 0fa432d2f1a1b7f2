// How far away a host is: some questions of no consequence, asked while the connection waits for others.

import type { Client } from 'ssh2'

/** What keeps a connection alive is such a question; no public way leads there, and without one nothing is known. */
interface Asking {
  readonly _protocol?: { ping?: () => void }
  readonly _callbacks?: ((answer: unknown) => void)[]
}

/** Enough that one of them finds both sides idle. */
const QUESTIONS = 4

/**
 * Asks one after another from now on.
 * @returns tells the shortest time in milliseconds so far; undefined before the first answer.
 */
export function measureRoundTrip(client: Client): () => number | undefined {
  let shortest: number | undefined
  const ask = (left: number) => {
    const { _protocol: protocol, _callbacks: callbacks } = client as unknown as Asking
    if (left === 0 || protocol?.ping === undefined || callbacks === undefined) return
    const asked = performance.now()
    callbacks.push((answer) => {
      // The end of a connection answers everything, too.
      if (answer instanceof Error) return
      shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, performance.now() - asked)
      ask(left - 1)
    })
    protocol.ping()
  }
  ask(QUESTIONS)
  return () => shortest
}
