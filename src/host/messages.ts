// The wire of a session: one line out, marked lines back. Knows nothing of what the messages mean.

import type { Channel, Connection } from '../connection/connection.ts'
import { Failure } from '../failure.ts'
import { frame } from './frame.ts'
import { type Line, splitOnce } from './line.ts'
import { readLines, readToEnd } from './lines.ts'
import { HEARTBEAT } from './lock.ts'
import { sessionEnded, unanswered } from './loss.ts'
import { quote } from './quote.ts'
import { carried, start } from './script.ts'

export interface Answer {
  /** 0: done. 3: refused, the reason is a `refuse` line. 4: passed over. Anything else: the host's own error, told in `noise`. */
  readonly status: number
  readonly lines: readonly Line[]
  /** What tools on the host printed meanwhile, mostly their error messages: untrusted. */
  readonly noise: string
}

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

/** Characters of all lines of one answer, and how many lines. */
const ANSWER_CAP = 80 * 1024 * 1024
const ANSWER_LINES = 250_000
const NOISE_CAP = 16 * 1024

/** Hears each line of an answer as it comes; what it returns true for it has taken, and the answer is without it. */
export type Hearing = (line: Line) => boolean

interface Question {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Failure) => void
  readonly onLine: Hearing | undefined
  /** Starts the time it has for its answer. */
  readonly limit: () => NodeJS.Timeout
  readonly lines: Line[]
  size: number
  noise: string
}

/**
 * A session that starts with its first question, by `invocation` (a call of `session` in session.sh) whose answers carry `mark`; or a look,
 * where the call itself is the only question (glance.sh).
 * @param patience seconds until its first word; a shell that takes longer counts as a host that does not answer.
 */
export function openMessages(
  connection: Connection,
  host: string,
  mark: string,
  invocation: string,
  become: string | undefined,
  patience = 60,
  kind: 'session' | 'look' = 'session',
): Messages {
  let channel: Channel | undefined
  let begun: Promise<void> | undefined
  /** Those without an answer, in their order; the first is the one that is being answered. */
  const questions: Question[] = []
  let timer: NodeJS.Timeout | undefined
  let roundTrips = 0
  let early = ''
  let greeted = false
  let ended: Failure | undefined
  let waiting: NodeJS.Timeout | undefined
  let beat: NodeJS.Timeout | undefined
  const looks = kind === 'look'
  /** The first question as it is written, and those that were asked before it could be. */
  let first = ''
  const soon: string[] = []

  const turn = () => {
    clearTimeout(timer)
    timer = questions[0]?.limit()
  }
  const end = (failure: Failure) => {
    ended ??= failure
    clearTimeout(waiting)
    const left = questions.splice(0)
    turn()
    for (const { reject } of left) reject(ended)
  }
  const hangUp = (failure: Failure) => {
    end(failure)
    channel?.close()
  }
  const hear = (text: string) => {
    if (text === '') return
    const [question] = questions
    if (!text.startsWith(`${mark} `)) {
      const words = text.slice(0, NOISE_CAP)
      if (question && greeted && question.noise.length < NOISE_CAP) question.noise += `${words}\n`
      else if (!greeted && early.length < NOISE_CAP) early += `${words}\n`
      return
    }
    const [key, rest] = splitOnce(text.slice(mark.length + 1))
    greeted = true
    if (key === 'hello' || !question) return
    if (key === 'end') {
      questions.shift()
      turn()
      return question.resolve({ status: Number(rest), lines: question.lines, noise: question.noise })
    }
    question.size += text.length
    if (question.size > ANSWER_CAP || question.lines.length >= ANSWER_LINES) {
      return hangUp(new Failure('the host sent an answer without end', { host }))
    }
    if (question.onLine?.({ key, rest })) return
    question.lines.push({ key, rest })
  }
  const begin = async (whole: string | undefined): Promise<void> => {
    const { command, input } =
      whole === undefined ? start(kind, invocation, become) : { command: whole, input: '' }
    const opened = await connection.exec(command)
    channel = opened
    if (ended) return opened.close()
    // Who has not even said hello is no host that answers.
    const endless = () =>
      hangUp(new Failure('the host sent a line without end', { host, unreachable: !greeted }))
    readLines(opened.stdout, hear, endless)
    opened.stderr.on('data', (data: Buffer) => {
      if (early.length < NOISE_CAP) early += data.toString('utf8', 0, NOISE_CAP)
    })
    void opened.exit.then(async ({ code }) => {
      // Its last words may come after its end.
      await readToEnd(opened.stdout)
      if (!greeted && code !== null && whole !== undefined && !ended) {
        // Something on the way did not take a command as long as that, and nothing of it was run.
        early = ''
        return begin(undefined).catch(end)
      }
      const said = questions[0]?.noise ?? ''
      end(sessionEnded(host, code, greeted, greeted ? said : early + said))
    })
    if (whole === undefined) opened.stdin.write(input + first)
    for (const line of soon) opened.stdin.write(line)
    if (!looks) beat ??= setInterval(() => channel?.stdin.write('beat\n'), HEARTBEAT * 1000).unref()
  }

  return {
    get roundTrips() {
      return roundTrips
    },
    get early() {
      return early
    },
    ask(verb, args, seconds, onLine, follows = false) {
      if (ended) return Promise.reject(ended)
      if (!follows) roundTrips += 1
      return new Promise((resolve, reject) => {
        const late = () =>
          hangUp(new Failure(`the host gave no answer to "${verb}" within ${seconds} s`, { host }))
        const limit = () => setTimeout(late, seconds * 1000)
        questions.push({ resolve, reject, onLine, limit, lines: [], size: 0, noise: '' })
        if (questions.length === 1) turn()
        const message = looks ? [] : frame([verb, ...args], follows)
        if (begun) {
          for (const line of message) channel ? channel.stdin.write(line) : soon.push(line)
          return
        }
        waiting = setTimeout(() => greeted || hangUp(unanswered(host, patience)), patience * 1000).unref()
        first = [...message].join('')
        const roomy = connection.longCommands && become === undefined
        begun = begin(
          roomy ? carried(kind, looks ? invocation : `${invocation} ${quote(first)}`) : undefined,
        ).catch(end)
      })
    },
    stop: () => void channel?.stdin.write('stop\n'),
    [Symbol.asyncDispose]: () => goodbye(true),
    end: goodbye,
  }

  async function goodbye(wait: boolean): Promise<void> {
    clearInterval(beat)
    clearTimeout(waiting)
    ended ??= new Failure('the session is over', { host })
    channel?.stdin.end()
    // The host frees its lock as soon as it sees the end of its stdin.
    const heard = begun?.then(() => channel?.exit)
    if (wait) await Promise.race([heard, new Promise((resolve) => setTimeout(resolve, 3000).unref())])
    channel?.close()
  }
}
