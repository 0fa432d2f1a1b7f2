// Numbers, times and lists in words, the same everywhere in a report.

import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'

/** `3.2 s`, `1 m 15.3 s`; takes seconds. */
export function duration(seconds: number): string {
  return prettyMilliseconds(seconds * 1_000).replace(/(\d)([a-z])/g, '$1 $2')
}

/** `64.8 MB`; takes bytes. */
export function size(bytes: number): string {
  return prettyBytes(bytes)
}

/** `2,000`. Not by toLocaleString, whose first call loads all locales: 20 ms in the middle of a run. */
export function figure(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 host`, `2,000 hosts`. */
export function count(n: number, noun: string): string {
  return `${figure(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c`, and past `limit` names `a, b and 40 more`. */
export function series(names: readonly string[], limit = 10): string {
  const shown =
    names.length > limit ? [...names.slice(0, limit), `${figure(names.length - limit)} more`] : names
  if (shown.length < 2) return shown.join('')
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
