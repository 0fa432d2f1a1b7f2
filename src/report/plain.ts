// The one way for untrusted text into a log: the runner takes commands from stdout, and a terminal takes worse.

import { figure } from '../wording.ts'

const LINE_LIMIT = 2_000

const BREAKS = /\r\n|[\r\n\u0085\u2028\u2029]/

// OSC, DCS, SOS, PM and APC run to their terminator or, unterminated, to the end of the line; then CSI; then short ones.
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?/g

// Invisible characters reorder or hide text, and the runner's comparison, being linguistic, looks through them.
// The joiner of emoji is one of them: a family shows as its members, which is a fair price.
const INVISIBLE = /[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

const NOTE = 20

/** `text` in at most `limit` UTF-16 units, saying how many more there were; never cut through a surrogate pair. */
export function capped(text: string, limit: number): string {
  if (text.length <= limit) return text
  const kept = text.slice(0, Math.max(0, limit - NOTE)).replace(/[\ud800-\udbff]$/, '')
  return `${kept}… (${figure(text.length - kept.length)} more)`
}

function clean(line: string): string {
  const visible = line.replace(SEQUENCES, '').replace(/\t/g, '  ').toWellFormed().replace(INVISIBLE, '')
  const inert = visible.replace(/##\[/g, '# #[').replace(/^(\s*)::/, '$1: :')
  return capped(inert, LINE_LIMIT)
}

/**
 * Any text as one line that is safe to print: no control or invisible characters, no escape sequences, nothing that the
 * runner takes for a command (`##[` becomes `# #[`, a leading `::` becomes `: :`). Line breaks become spaces; at most
 * 2,000 characters, with a note of what was cut.
 */
export function plain(text: string): string {
  return clean(text.split(BREAKS).join(' '))
}

/** The lines of `text`, each as `plain` would have it. A final line break adds no empty line. */
export function plainLines(text: string): string[] {
  const lines = text.split(BREAKS)
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines.map(clean)
}
