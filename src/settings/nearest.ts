// Which known word a misspelt one was meant to be.

import { some } from './problem.ts'

/** The word of `words` that takes the fewest changes to reach, if it is near enough to be meant. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((each) => ({ each, distance: distance(word.toLowerCase(), each) }))
    .filter(({ each, distance }) => distance <= Math.max(2, Math.floor(each.length / 3)))
    .filter(({ each, distance }) => distance < Math.min(each.length, word.length))
    .sort((one, other) => one.distance - other.distance)
  return best?.each
}

/** What to tell someone who wrote `word`: the word of `words` that was meant, or all of them, which are of this `kind`. */
export function suggestion(word: string, words: readonly string[], kind: string): string {
  const meant = nearest(word, words)
  return meant === undefined ? `The ${kind} are ${some(words, 50)}.` : `Did you mean ${meant}?`
}

/** Levenshtein's: insertions, deletions and substitutions of one character. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [line, character] of [...from.slice(0, 100)].entries()) {
    const next = [line + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const substituted = (row[column - 1] ?? 0) + (character === to[column - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
