// Which part of docs/troubleshooting.md explains a message: it is looked up by words of the message that do not change.

import { explained } from './explained.ts'

const PAGE = 'https://github.com/org/releases-deploy/blob/v1/docs/troubleshooting.md'

/** Where a message goes that the page does not have. */
const REST = 'anything-else'

/** Several problems of the settings are one message; its own words then count more than those of one problem. */
const SETTINGS = 'attention; nothing was connected'

/** They say what was at stake; what they end in, a command's exit code or a connection that was lost, is explained there as well. */
const WEIGHTY: readonly (string | undefined)[] = ['not healthy after', 'could not be put back to']

/** "is not on" is no part of "is not one of". */
const LETTER = /[A-Za-z]/

interface Entry {
  readonly words: readonly string[]
  readonly length: number
  readonly anchor: string
}

let read: readonly Entry[] | undefined

/** Headings of the page with their anchors, and what else stands under each; most runs have nothing to explain. */
function entries(): readonly Entry[] {
  read ??= explained.split('\n\n').flatMap((section) => {
    const anchor = slug(section.split('\n')[0] ?? '')
    return section.split('\n').map((line) => {
      const words = line.split('…').map((part) => part.trim())
      return { words, length: line.length, anchor }
    })
  })
  return read
}

/** Address of the explanation; the most specific one. */
export function helpFor(message: string): string {
  return `${PAGE}#${anchorFor(message) ?? REST}`
}

/** The anchor for a message; undefined when no part of the page is about it. */
export function anchorFor(message: string): string | undefined {
  const several = message.includes(SETTINGS) && message.split('\n').length > 2
  const fitting = several
    ? entries().filter(({ words }) => words[0] === SETTINGS)
    : entries().filter((entry) => says(message, entry))
  return fitting.toSorted((a, b) => rank(b) - rank(a))[0]?.anchor
}

function rank({ words, length }: Entry): number {
  if (WEIGHTY.includes(words[0])) return Number.POSITIVE_INFINITY
  return words[0] === SETTINGS ? 0 : length
}

function says(message: string, { words }: Entry): boolean {
  let from = 0
  return words.every((word) => {
    const at = message.indexOf(word, from)
    from = at + word.length
    return (
      at >= 0 &&
      !LETTER.test(message.slice(from, from + 1)) &&
      !LETTER.test(message.slice(Math.max(0, at - 1), at))
    )
  })
}

/** The anchor that GitHub gives a heading. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')
}
