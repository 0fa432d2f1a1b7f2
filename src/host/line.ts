// A line of what a host answers, and what it is made of.

/** A line of an answer: its first word, and the rest. */
export interface Line {
  readonly key: string
  readonly rest: string
}

/** What all lines of a key say. */
export function restsOf(lines: readonly Line[], key: string): readonly string[] {
  return lines.filter((line) => line.key === key).map((line) => line.rest)
}

/** Its first word, and the rest. */
export function splitOnce(text: string): [first: string, rest: string] {
  const at = text.indexOf(' ')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** A path or name as `tell` in answer.sh has it: bytes in hex, or plain after a `=`. */
export function readWord(text: string): string {
  return text.startsWith('=') ? text.slice(1) : Buffer.from(text, 'hex').toString()
}
