// The wire of a session: how it is started, one line out for a question, marked lines back. Knows nothing of what the messages mean.

import type { Channel, Connection } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { type Answer, type Hearing, openDialogue } from './dialogue.ts'
import { frame } from './frame.ts'
import { readLines, readToEnd } from './lines.ts'
import { HEARTBEAT } from './lock.ts'
import { sessionEnded, unanswered } from './loss.ts'
import { quote } from './quote.ts'
import { carried, start } from './script.ts'

export interface Messages extends AsyncDisposable {
  /**
   * Asks and waits.
   * @param follows it is sent before the question before it is answered, and only meant if that ends well.
   * @throws Failure when the session ends first, or `seconds` pass once it is its turn.
   */
  ask(
    verb: string,
    args: readonly string[],
    seconds: number,
    onLine?: Hearing,
    follows?: boolean,
  ): Promise<Answer>
  /** Of what follows on another question, what the host has not begun with is not done any more. */
  stop(): void
  readonly roundTrips: number
  /** Says goodbye, which frees the lock. Waits for the host to have heard it only when asked to. */
  end(wait: boolean): Promise<void>
  /** What came before the session's first word. */
  readonly early: string
}

export interface Start {
  /** What people call the host. */
  readonly label: string
  /** What each line of its answers begins with (randomMark). */
  readonly mark: string
  /** A call of `session` in session.sh; or of `glance` in glance.sh, which is itself the only question. */
  readonly invocation: string
  readonly kind: 'session' | 'look'
  /** Another user of the host to run as. */
  readonly become: string | undefined
  /** Seconds until its first word, 60 when left out; a shell that takes longer counts as a host that does not answer. */
  readonly patience?: number | undefined
}

/** Milliseconds for a host to hear a goodbye. */
const GOODBYE = 3000

/** Starts with the first question. */
export function openMessages(
  connection: Connection,
  { label: host, mark, invocation, kind, become, patience = 60 }: Start,
): Messages {
  let channel: Channel | undefined
  let begun: Promise<void> | undefined
  let waiting: NodeJS.Timeout | undefined
  let beat: NodeJS.Timeout | undefined
  let roundTrips = 0
  const looks = kind === 'look'
  /** The first question as it is written, and those that were asked before it could be. */
  let first = ''
  const soon: string[] = []
  const dialogue = openDialogue(host, mark, () => channel?.close())

  /** As one command that brings the first question along where there is room for that. */
  const begin = (): Promise<void> => {
    const roomy = connection.longCommands && become === undefined
    const whole = roomy ? carried(kind, looks ? invocation : `${invocation} ${quote(first)}`) : undefined
    return whole === undefined ? beginByInput() : beginBy(whole, beginByInput)
  }
  const beginByInput = () => {
    const { command, input } = start(kind, invocation, become)
    return beginBy(command, undefined, input + first)
  }
  /** @param instead what to do when something on the way did not take a command as long as that, and nothing of it was run. */
  const beginBy = async (command: string, instead?: () => Promise<void>, input = '') => {
    const opened = await connection.exec(command)
    channel = opened
    if (dialogue.ended) return opened.close()
    // Who has not even said hello is no host that answers.
    const endless = () =>
      dialogue.hangUp(
        new Failure('the host sent a line without end', { host, unreachable: !dialogue.greeted }),
      )
    readLines(opened.stdout, dialogue.hear, endless)
    opened.stderr.on('data', (data: Buffer) => dialogue.overhear(data.toString()))
    void opened.exit.then(async ({ code }) => {
      // Its last words may come after its end.
      await readToEnd(opened.stdout)
      const { greeted, early, noise, ended } = dialogue
      if (!greeted && code !== null && instead && !ended) {
        dialogue.forget()
        return instead().catch(dialogue.end)
      }
      dialogue.end(sessionEnded(host, code, greeted, greeted ? noise : early + noise))
    })
    for (const line of [input, ...soon]) if (line !== '') opened.stdin.write(line)
    if (!looks) beat ??= setInterval(() => channel?.stdin.write('beat\n'), HEARTBEAT * 1000).unref()
  }
  const goodbye = async (wait: boolean): Promise<void> => {
    clearInterval(beat)
    clearTimeout(waiting)
    dialogue.close(new Failure('the session is over', { host }))
    channel?.stdin.end()
    // The host frees its lock as soon as it sees the end of its stdin.
    const heard = begun?.then(() => channel?.exit)
    if (wait) await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, GOODBYE).unref())])
    channel?.close()
  }

  return {
    get roundTrips() {
      return roundTrips
    },
    get early() {
      return dialogue.early
    },
    ask(verb, args, seconds, onLine, follows = false) {
      const answer = dialogue.expect(verb, seconds, onLine)
      if (dialogue.ended) return answer
      if (!follows) roundTrips += 1
      const message = looks ? [] : frame([verb, ...args], follows)
      if (begun) {
        for (const line of message) channel ? channel.stdin.write(line) : soon.push(line)
        return answer
      }
      waiting = setTimeout(
        () => dialogue.greeted || dialogue.hangUp(unanswered(host, patience)),
        patience * 1000,
      ).unref()
      first = [...message].join('')
      begun = begin().catch(dialogue.end)
      return answer
    },
    stop: () => void channel?.stdin.write('stop\n'),
    end: goodbye,
    [Symbol.asyncDispose]: () => goodbye(true),
  }
}
