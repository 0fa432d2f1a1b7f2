// A look at a host that holds nothing there: one question by a channel of its own, answered by what `list` needs to know.

import type { Connection } from '../connection/connection.ts'
import type { Answer } from './dialogue.ts'
import { openMessages } from './messages.ts'
import { call } from './quote.ts'
import { randomMark } from './script.ts'

/**
 * @param words what `glance` in sh/glance.sh takes behind the mark.
 * @returns also what came before the answer, from the login; and when the host is done with it.
 * @throws Failure when there is no answer within `seconds`, or after `patience` seconds not even the first word of one.
 */
export async function glance(
  connection: Connection,
  host: {
    readonly label: string
    readonly become: string | undefined
    readonly patience?: number | undefined
  },
  words: readonly string[],
  seconds: number,
): Promise<Answer & { readonly early: string; readonly gone: Promise<void> }> {
  const mark = randomMark()
  const invocation = call('glance', mark, ...words)
  const messages = openMessages(connection, { ...host, mark, invocation, kind: 'look' })
  try {
    const answer = await messages.ask('glance', [], seconds)
    return { ...answer, early: messages.early, gone: messages.end(true) }
  } catch (error) {
    void messages.end(false)
    throw error
  }
}
