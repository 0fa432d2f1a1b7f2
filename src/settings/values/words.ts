// A line cut into words at spaces, with quotes as in a shell and nothing else of a shell.

import { Problem } from '../problem.ts'

/** `--exclude='a b' -z` as `--exclude=a b` and `-z`. Backslashes and dollars are plain characters. */
export function words(text: string): readonly string[] {
  const found: string[] = []
  for (const [token] of text.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*"|['"])+/g)) {
    if (/['"]/.test(token.replace(/'[^']*'|"[^"]*"/g, ''))) {
      throw new Problem('has a quote that is never closed', 'Close it, or remove it.')
    }
    found.push(token.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double))
  }
  return found
}
