// Values that are text: one line, a script kept as it is, a secret.

import { parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'

/** Any text; a YAML number or boolean has already lost its spelling (`0755` is 755), so it is refused. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new Problem(`must be text, not ${kindOf(value)}`, 'Put the value in quotes.')
}

/** One line, spaces around it trimmed. */
export const line = parser({ type: 'string', minLength: 1 }, (value): string => {
  const trimmed = text(value).trim()
  if (/\p{Cc}/u.test(trimmed)) {
    throw new Problem(
      `${show(trimmed)} holds a line break or another control character`,
      'Give one plain line.',
    )
  }
  return trimmed
})

/** Several lines kept as they are, but for CRLF, which becomes LF. */
export const script = parser({ type: 'string' }, (value): string => {
  const lines = text(value).replaceAll('\r\n', '\n')
  if (lines.includes('\0')) throw new Problem('holds a NUL character', 'Remove it: no shell can take it.')
  return lines
})

/** Text that no message shows; line breaks at its end, which pasting adds, are dropped. */
export const secret = parser({ type: 'string' }, (value) => text(value).replace(/[\r\n]+$/, ''))

/** known_hosts lines with LF; one at least must be more than a comment. */
export const knownHosts = parser({ type: 'string' }, (value): string => {
  const lines = script(value)
  if (lines.split('\n').some((each) => /^\s*[^#\s]/.test(each))) return lines
  throw new Problem('holds comments only, no host key', 'Paste what ssh-keyscan prints for the hosts.')
})

/** What a YAML value is, in words: `a number`, `a list`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`
}
