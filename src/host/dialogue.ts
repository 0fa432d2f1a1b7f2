// The questions that wait for their answers, in their order, and which of them a line of the host belongs to.

import { Failure } from '../failure.ts'
import { type Line, splitOnce } from './line.ts'

export interface Answer {
  /** 0: done. 3: refused, the reason is a `refuse` line. 4: passed over. Anything else: the host's own error, told in `noise`. */
  readonly status: number
  readonly lines: readonly Line[]
  /** What tools on the host printed meanwhile, mostly their error messages: untrusted. */
  readonly noise: string
}

/** Hears each line of an answer as it comes; what it returns true for it has taken, and the answer is without it. */
export type Hearing = (line: Line) => boolean

export interface Dialogue {
  /**
   * What comes of a question that is asked now.
   * @throws Failure when the dialogue ends first, or `seconds` pass once it is its turn.
   */
  expect(verb: string, seconds: number, onLine?: Hearing): Promise<Answer>
  /** A line of the host, whoever wrote it. */
  hear(text: string): void
  /** What the host complains of before its first word. */
  overhear(text: string): void
  /** From now on nothing can be asked; answers that are on their way still come. */
  close(failure: Failure): void
  /** The same, and no answer comes any more: whoever waits for one fails. */
  end(failure: Failure): void
  /** The same, and the host need not go on. */
  hangUp(failure: Failure): void
  /** What came before the host's first word is of a start that came to nothing. */
  forget(): void
  /** Why nothing can be asked any more. */
  readonly ended: Failure | undefined
  /** Whether the host has said its first word. */
  readonly greeted: boolean
  /** What came before it. */
  readonly early: string
  /** What was said besides the answer that is still coming. */
  readonly noise: string
}

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

/** Characters of all lines of one answer, and how many lines. */
const ANSWER_CAP = 80 * 1024 * 1024
const ANSWER_LINES = 250_000
const NOISE_CAP = 16 * 1024

/**
 * @param mark what each line of an answer begins with.
 * @param onHangUp the host need not go on: it is late, or talks without end.
 */
export function openDialogue(host: string, mark: string, onHangUp: () => void): Dialogue {
  /** The first is the one that is being answered. */
  const questions: Question[] = []
  let timer: NodeJS.Timeout | undefined
  let greeted = false
  let early = ''
  let ended: Failure | undefined

  const turn = () => {
    clearTimeout(timer)
    timer = questions[0]?.limit()
  }
  const close = (failure: Failure) => {
    ended ??= failure
  }
  const end = (failure: Failure) => {
    close(failure)
    const left = questions.splice(0)
    turn()
    for (const { reject } of left) reject(ended as Failure)
  }
  const hangUp = (failure: Failure) => {
    end(failure)
    onHangUp()
  }
  const overhear = (text: string) => {
    if (early.length < NOISE_CAP) early += text.slice(0, NOISE_CAP)
  }
  const mishear = (text: string) => {
    const [question] = questions
    if (!greeted) return overhear(`${text}\n`)
    if (question && question.noise.length < NOISE_CAP) question.noise += `${text.slice(0, NOISE_CAP)}\n`
  }

  return {
    expect(verb, seconds, onLine) {
      if (ended) return Promise.reject(ended)
      return new Promise((resolve, reject) => {
        const late = () =>
          hangUp(new Failure(`the host gave no answer to "${verb}" within ${seconds} s`, { host }))
        const limit = () => setTimeout(late, seconds * 1000)
        questions.push({ resolve, reject, onLine, limit, lines: [], size: 0, noise: '' })
        if (questions.length === 1) turn()
      })
    },
    hear(text) {
      if (text === '') return
      if (!text.startsWith(`${mark} `)) return mishear(text)
      const [key, rest] = splitOnce(text.slice(mark.length + 1))
      const [question] = questions
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
    },
    overhear,
    close,
    end,
    hangUp,
    forget() {
      early = ''
    },
    get ended() {
      return ended
    },
    get greeted() {
      return greeted
    },
    get early() {
      return early
    },
    get noise() {
      return questions[0]?.noise ?? ''
    },
  }
}
