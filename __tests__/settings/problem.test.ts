import { describe, expect, test } from 'vitest'
import { attempt, Problem, show, some } from '../../src/settings/problem.ts'

describe('a problem', () => {
  test('says on one line where it is, what is wrong and what to do', () => {
    expect(new Problem('is bad', 'Mend it.', 'port').in('hosts, entry 2').line).toBe(
      'hosts, entry 2, port: is bad. Mend it.',
    )
    expect(new Problem('is bad').line).toBe('is bad.')
    expect(new Problem('is bad', '').in('x').line).toBe('x: is bad.')
  })

  test('is gathered, while a defect of ours is not', () => {
    const problems: Problem[] = []
    expect(attempt(problems, 'x', () => 1)).toBe(1)
    expect(
      attempt(problems, 'x', () => {
        throw new Problem('is bad')
      }),
    ).toBeUndefined()
    expect(problems.map(({ line }) => line)).toEqual(['x: is bad.'])
    expect(() =>
      attempt(problems, 'x', () => {
        throw new TypeError('defect')
      }),
    ).toThrow('defect')
  })
})

test.each([
  ['a "b"', '"a \\"b\\""'],
  [7, '7'],
  [undefined, 'undefined'],
  ['a\u2028\u0085\u200f', '"a\\u{2028}\\u{85}\\u{200f}"'],
  ['x'.repeat(100), `"${'x'.repeat(78)}…`],
])('%j is shown as %s', (value, text) => {
  expect(show(value)).toBe(text)
})

test('a long list is cut', () => {
  expect(some(['a', 'b'], 2)).toBe('a, b')
  expect(some(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
})
