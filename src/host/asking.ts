// The way of a question to a host: a glance for who only looks, its session for all else; what the host refuses is thrown.

import { setTimeout } from 'node:timers/promises'
import type { Connection } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { type Layout, linkText } from '../release/layout.ts'
import type { Answer, Hearing } from './dialogue.ts'
import { glance } from './glance.ts'
import { LEASE } from './lock.ts'
import { openMessages } from './messages.ts'
import { PassedOver } from './questions.ts'
import { call } from './quote.ts'
import { type Refusing, refusal } from './refusal.ts'
import { randomMark } from './script.ts'

export interface Asked extends Refusing {
  readonly logFile: string
  /** Seconds for the shell's first word. */
  readonly patience?: number | undefined
  /** An event could not be written to the log. */
  readonly onUnlogged?: () => void
}

export interface Asking {
  /** @throws Failure in words about the host, when it refuses or fails. */
  ask(verb: string, args: readonly string[], how?: How): Promise<Answer>
  /** What is asked of a host that is only looked at; in a session that has not looked itself, together with that. */
  inspect(verb: string, args?: readonly string[]): Promise<Answer>
  /** What the host tells of itself without a session, and what came before that; undefined where a session works already. */
  look(shared: readonly string[]): Promise<(Answer & { readonly early: string }) | undefined>
  stop(): void
  readonly roundTrips: number
  end(wait: boolean): Promise<void>
  /** What came before the session's first word. */
  readonly early: string
}

interface How {
  /** For the answer; WORK when left out. */
  readonly seconds?: number
  readonly onLine?: Hearing
  /** Sent before the question before it is answered, and only meant if that ends well. */
  readonly follows?: boolean
}

/** Seconds: disk work on a large release is slow, but never this slow; a hung disk must not hang the fleet. */
const WORK = 900

/** Seconds to look at a host. */
export const LOOK = 120

/** Milliseconds in which a server has taken note that a channel is no longer there. */
const AFTERMATH = 50

export function openAsking(connection: Connection, host: Asked, layout: Layout, run: string): Asking {
  const mark = randomMark()
  const { root, releases, linkDir, linkName } = layout
  const places = [root, releases, linkDir, linkName, linkText(layout, 'x').slice(0, -1)]
  const invocation = call('session', mark, String(LEASE), ...places, host.logFile, run)
  const messages = openMessages(connection, { ...host, mark, invocation, kind: 'session' })
  let glances = 0
  let glanced: Promise<void> | undefined
  /** Whether the session itself has looked: it works where that has led it. */
  let opened = false

  const ask = async (
    verb: string,
    args: readonly string[],
    { seconds = WORK, onLine, follows }: How = {},
  ) => {
    if (verb === 'open') opened = true
    const answer = await messages.ask(verb, args, seconds, onLine, follows)
    if (answer.lines.some((line) => line.key === 'unlogged')) host.onUnlogged?.()
    if (follows && answer.status === 4) {
      throw new Failure(`"${verb}" was not begun with`, { host: host.label, cause: new PassedOver() })
    }
    return accepted(answer, verb)
  }
  const accepted = <A extends Answer>(answer: A, verb: string): A => {
    if (answer.status !== 0) throw refusal(answer, verb, host, layout)
    return answer
  }
  return {
    ask,
    async inspect(verb, args = []) {
      if (opened) return ask(verb, args)
      opened = true
      // A server that allows one channel would else have to be logged in to once more.
      await glanced?.then(() => setTimeout(AFTERMATH))
      const [, answer] = await Promise.all([
        ask('open', ['', '', '0', '', '', ''], { seconds: LOOK }),
        ask(verb, args, { follows: true }),
      ])
      return answer
    },
    async look(shared) {
      if (opened) return undefined
      glances += 1
      const answer = await glance(connection, host, [String(LEASE), ...places, run, ...shared], LOOK)
      glanced = answer.gone
      return accepted(answer, 'open')
    },
    stop: () => messages.stop(),
    get roundTrips() {
      return messages.roundTrips + glances
    },
    end: (wait) => messages.end(wait),
    get early() {
      return messages.early
    },
  }
}
