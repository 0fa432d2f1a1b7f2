// Secrets must not show in a log; the runner masks what it is told, line by line.

import type { Sink } from './sink.ts'

/** Shorter ones would blank out half of every log. */
const SHORTEST = 4

/**
 * Has every line of every value masked. A key is taken apart at any white space or literal `\n`, since it is repaired
 * before it is used and its body could then show in another shape than it was given in; its armour stays readable.
 */
export function maskSecrets(values: readonly string[], sink: Sink): void {
  const masked = new Set(values.flatMap(secretLines).filter((line) => line.length >= SHORTEST))
  for (const line of masked) sink.setSecret(line)
}

function secretLines(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim())
  if (!value.includes('-----BEGIN ')) return lines
  const body = value.replace(/-----(?:BEGIN|END) [A-Z0-9 ]+-----/g, '\n')
  return body.split(/\s|\\r|\\n/)
}
