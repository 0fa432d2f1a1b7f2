import { describe, expect, test } from 'vitest'
import { openYaml, readYaml } from '../../../src/settings/values/yaml.ts'
import { faultOf } from '../faults.ts'

describe('a YAML document', () => {
  const source = '\r\na: &x\r\n  - b: 1\r\n  - c: 2\r\n\r\nd: *x\r\n'

  test('knows the lines of keys and items, also by way of an alias', () => {
    const { fault, value, lineOf } = openYaml(source)
    expect(fault).toBeUndefined()
    expect(value(20)).toEqual({ a: [{ b: 1 }, { c: 2 }], d: [{ b: 1 }, { c: 2 }] })
    expect(lineOf([])).toBe(2)
    expect(lineOf(['a'])).toBe(2)
    expect(lineOf(['a', 1])).toBe(4)
    expect(lineOf(['a', 1, 'c'])).toBe(4)
    expect(lineOf(['d'])).toBe(6)
    expect(lineOf(['d', 0, 'b'])).toBe(3)
    expect(lineOf(['a', 1, 'nothing', 'there'])).toBe(4)
  })

  test('may be empty', () => {
    expect(openYaml('').value(20)).toBeNull()
    expect(openYaml('# nothing\n').lineOf(['a'])).toBe(1)
  })

  test('may define an anchor again', () => {
    expect(readYaml('- &x 1\n- *x\n- &x 2\n- *x')).toEqual([1, 1, 2, 2])
  })
})

test.each([
  ['a: 1\n\tb: 2', 'tab as indent', 2],
  ['a: 1\nb: 2\na: 3', 'duplicate key', 3],
  ['a: 1\n---\nb: 2', 'multiple docs', 2],
  ['a: !!js/function x', 'tag resolve failed', 1],
  ['a: *x\nb: &x 1', 'alias without an anchor', 1],
  ['a: 1\nb: &x\n  - [*x]', 'alias inside of what it names', 3],
  ['a: &x\n  b: {c: [*x]}', 'alias inside of what it names', 2],
  ['{', 'missing char', 1],
])('%j has a fault', (source, name, line) => {
  expect(openYaml(source).fault).toMatchObject({ name, line })
})

test('a host that holds itself is refused before anything looks at it', () => {
  expect(faultOf(() => readYaml('- &x {host: web1, release_count: [*x]}'))).toBe(
    'is not plain YAML: alias inside of what it names at line 1, column 35. Correct it there.',
  )
})

describe('a megabyte is read in seconds, not minutes, be it', () => {
  const many = (line: (n: number) => string): string =>
    Array.from({ length: 30_000 }, (_, n) => line(n)).join('\n')
  test.each([
    ['keys', many((n) => `key${n}: 1`), undefined],
    ['anchors', many((n) => `- &a${n} x`), undefined],
    ['anchors and aliases', many((n) => `- &a${n} x\n- *a${n}`), 'too many aliases'],
  ])(
    '%s',
    (_, source, fault) => {
      expect(openYaml(source).fault?.name).toBe(fault)
    },
    10_000,
  )
})
