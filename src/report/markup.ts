// Untrusted text inside HTML, which is what a job summary is made of here: in an HTML block Markdown reads nothing,
// while no Markdown escape holds for every value inside a table.

import { capped, plain, plainLines } from './plain.ts'

const CELL_LIMIT = 400

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

/** Text of several lines, as it stands; needs a blank line before it, or else its own blank lines would end it. */
export function block(text: string): string {
  return `<pre>${plainLines(text).map(escaped).join('\n')}</pre>`
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

/** A table of at most about `budget` bytes; cells are HTML already, without line breaks. */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  budget: number,
): string {
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
  const more = (count: number) => `<tr><td colspan="${titles.length}">… ${count} more</td></tr>`
  const head = `<tr>${titles.map((title) => `<th>${title}</th>`).join('')}</tr>`
  return ['<table>', head, ...within(lines, budget, more), '</table>'].join('\n')
}
