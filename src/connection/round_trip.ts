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
    if (left === 0) return
    const asked = performance.now()
    question(client, (answered) => {
      if (!answered) return
      shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, performance.now() - asked)
      ask(left - 1)
    })
  }
  ask(QUESTIONS)
  return () => shortest
}

/** Settles when the host has answered a question that was asked just now, or never will. */
export function answered(client: Client): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  question(client, () => resolve())
  return promise
}

function question(client: Client, then: (answered: boolean) => void): void {
  const { _protocol: protocol, _callbacks: callbacks } = client as unknown as Asking
  if (protocol?.ping === undefined || callbacks === undefined) {
    then(false)
    return
  }
  // The end of a connection answers everything, too.
  callbacks.push((answer) => then(!(answer instanceof Error)))
  protocol.ping()
}
