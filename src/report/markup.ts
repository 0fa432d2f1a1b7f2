// Untrusted text inside HTML, which is what a job summary is made of here: in an HTML block Markdown reads nothing,
// while no Markdown escape holds for every value inside a table.

import { capped, plain, plainLines } from './plain.ts'

const CELL_LIMIT = 400
/** Characters that fit in a block of a summary without a scroll bar. */
const BLOCK_WIDTH = 105

function entity(text: string): string {
  return [...text].map((character) => `&#${character.codePointAt(0)};`).join('')
}

/** Text that stays text in HTML and, should it ever get there, in Markdown: no tag, emphasis, link, mention or table cell. */
export function escaped(text: string): string {
  return text.replace(
    /[&<>"'`|@#[\]*~$\\{}^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=www)\.|(?<=mailto|xmpp):/gi,
    entity,
  )
}

/** A value that a host or a user gave, on one line. GitHub looks for no mentions, issues or links inside `code`. */
export function code(text: string, limit = CELL_LIMIT): string {
  const value = capped(plain(text), limit)
  return value.trim() === '' ? '' : `<code>${escaped(value)}</code>`
}

/** Text of several lines, long ones broken; needs a blank line before it, or else its own blank lines would end it. */
export function block(text: string): string {
  const lines = plainLines(text).flatMap((line) => wrapped(line, BLOCK_WIDTH))
  return `<pre>${lines.map(escaped).join('\n')}</pre>`
}

/** A line as several of at most about `width` characters, all but the first indented. */
function wrapped(line: string, width: number): string[] {
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width)
    if (at <= 2) break
    lines.push(rest.slice(0, at))
    rest = `  ${rest.slice(at + 1)}`
  }
  return [...lines, rest]
}

/** The first of `items` that fit into `budget` bytes, and a last item that counts the others. */
export function within(items: readonly string[], budget: number, rest: (count: number) => string): string[] {
  let bytes = 0
  const kept = items.findIndex((item) => {
    bytes += Buffer.byteLength(item) + 1
    return bytes > budget
  })
  return kept === -1 ? [...items] : [...items.slice(0, kept), rest(items.length - kept)]
}

/** A table of at most about `budget` bytes; cells are HTML already, without line breaks. A value in code breaks all the same. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  budget: number,
): string {
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td nowrap>${cell}</td>`).join('')}</tr>`)
  const more = (count: number) => `<tr><td colspan="${titles.length}">… ${count} more</td></tr>`
  const head = `<tr>${titles.map((title) => `<th>${title}</th>`).join('')}</tr>`
  return ['<table>', head, ...within(lines, budget, more), '</table>'].join('\n')
}
