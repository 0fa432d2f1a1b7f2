// What the runner and a host must agree on before an upload gets its name (host.sh, `proof`).

import { createHash } from 'node:crypto'

/**
 * SHA-256, hex, over the sorted lines of kind, size and path of an artifact's `list`. A name with a newline makes two lines on the
 * host, so it does here before they are sorted.
 * @param list each line followed by NUL; one character a byte.
 */
export function proofOf(list: string): string {
  const lines = list.replaceAll('\0', '\n').split('\n').slice(0, -1).sort()
  const hash = createHash('sha256')
  for (const line of lines) hash.update(`${line}\n`, 'latin1')
  return hash.digest('hex')
}

/** Paths of the regular files in an artifact's list, sorted; one character a byte. */
export function filesIn(list: string): readonly string[] {
  return list
    .split('\0')
    .flatMap((line) => (line.startsWith('8 ') ? [line.slice(line.indexOf('./') + 2)] : []))
    .sort()
}

/** Paths of its directories and links, `./` before each and NUL after; one character a byte. */
export function othersIn(list: string): string {
  return list
    .split('\0')
    .flatMap((line) => (line === '' || line.startsWith('8 ') ? [] : [`${line.slice(line.indexOf('./'))}\0`]))
    .join('')
}
