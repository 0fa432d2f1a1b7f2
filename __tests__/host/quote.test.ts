import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { call, encode, quote } from '../../src/host/quote.ts'
import { anyText } from '../release/arbitraries.ts'
import { runUnder, shells } from './shells.ts'

const nasty = [
  '',
  ' ',
  '\n',
  '\n\n',
  '\t',
  '\r\n',
  "'",
  "''",
  "'\\''",
  '"',
  '\\',
  '\\\\',
  '\\n',
  '\\0101',
  '\\c',
  '$HOME',
  '$(exit 9)',
  '`exit 9`',
  '!!',
  '*',
  '~',
  '-n',
  '-e',
  '%s%n',
  '#',
  ';exit 9',
  '&',
  'a b  c ',
  '=',
  '\u001b[31m',
  '\u007f',
  '\u0080\u00ff',
  '\u2028',
  '\u{1f600}',
  'x'.repeat(5000),
  "'".repeat(500),
  '\\'.repeat(500),
]

const text = fc.oneof(
  anyText,
  fc.string({ unit: fc.constantFrom(...'\'"\\$`!*?~ \t\n\r-%#=&;|<>(){}[]ab01') }),
)
/** As a program first on the PATH, it tells by a file that something ran it. */
const lures = [
  '$(canary)',
  '`canary`',
  ';canary;',
  '|canary',
  '&canary&',
  '\ncanary\n',
  "';canary;'",
  '";canary;"',
  '$IFS;canary',
]
const samples = [
  ...nasty,
  ...lures,
  ...fc
    .sample(fc.tuple(text, fc.constantFrom('', ...lures), text), { numRuns: 600, seed: 7 })
    .map((parts) => parts.join('').toWellFormed().replaceAll('\0', '')),
]
const joined = Buffer.from(samples.map((one) => `${one}\0`).join(''))

// A shell whose printf is no builtin starts a program for each text.
vi.setConfig({ testTimeout: 60_000 })

describe('quoting', () => {
  test.each(shells)('brings any text through %s as one word', (_, shell) => {
    const script = samples.map((one) => `printf '%s\\000' ${quote(one)}\n`).join('')
    expect(runUnder(shell, script).equals(joined)).toBe(true)
  })

  test.each(shells)('data that is not quoted would be run by %s, so the canary is one', (_, shell) => {
    expect(() => runUnder(shell, 'echo $(canary)\n')).toThrow('ran a part of its data')
  })

  test('refuses the one byte that no shell can carry', () => {
    expect(() => quote('a\0b')).toThrow(RangeError)
  })

  test('makes a call of words', () => {
    expect(call('run', 'a b', "it's", '')).toBe(`run 'a b' 'it'\\''s' ''`)
    expect(call('run')).toBe('run')
  })
})

describe('encoding', () => {
  test.each(shells)("brings any text through %s's printf", (_, shell) => {
    const script = samples
      .map((one) => `printf '%b\\000' '${encode(one).replaceAll("'", `'\\''`)}'\n`)
      .join('')
    expect(runUnder(shell, script).equals(joined)).toBe(true)
  })

  test.each(shells)('brings any text through %s as a message does: split, then decoded', (_, shell) => {
    const decode = `decode() {
      case $1 in
        *\\\\*) decoded=$(printf '%b.' "$1"); decoded=\${decoded%.} ;;
        *) decoded=$1 ;;
      esac
    }
    while IFS= read -r line; do
      set -f; IFS='^'
      set -- $line
      set +f; unset IFS
      for word do decode "\${word#=}"; printf '%s\\000' "$decoded"; done
    done`
    const words = samples.map((one) => `=${encode(one)}`)
    // The script comes first, so the message is read from a here-document.
    const script = `${decode} <<'END-OF-MESSAGE'\n${words.join('^')}\nEND-OF-MESSAGE\n`
    expect(runUnder(shell, script).equals(joined)).toBe(true)
  })

  test('has nothing in it but printable ASCII, and not what stands between pieces', () => {
    fc.assert(fc.property(text, (one) => /^[ -\]_-~]*$/.test(encode(one))))
  })
})
