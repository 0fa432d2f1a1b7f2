import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPlain, nameAt } from '../../src/release/name.ts'
import { anyText, hostile, plain } from './arbitraries.ts'

describe('a name', () => {
  test.each(hostile)('%j is not plain', (name) => {
    expect(isPlain(name)).toBe(false)
  })

  test.each([undefined, null, 1, true, {}, [], ['a'], new String('a')])('%j is not plain', (name) => {
    expect(isPlain(name)).toBe(false)
  })

  test('that is plain says the same to a shell, a path and a pattern', () => {
    fc.assert(fc.property(fc.oneof(plain, anyText), onlyHarmless))
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ0._-/ \n~*'), maxLength: 140 }), onlyHarmless),
    )
  })

  function onlyHarmless(text: string) {
    if (!isPlain(text)) return
    expect(text.length).toBeLessThanOrEqual(128)
    expect(text).not.toMatch(/[^A-Za-z0-9._-]|^[^A-Za-z0-9]/)
  }
})

describe('the default name', () => {
  test.each([
    ['2026-11-21T18:43:58.999Z', '20261121184358'],
    ['1999-12-31T23:59:59Z', '19991231235959'],
    ['2026-11-21T23:30:00+05:30', '20261121180000'],
  ])('of %s is %s', (time, name) => {
    expect(nameAt(new Date(time))).toBe(name)
  })

  test('is plain at any time that will come', () => {
    const range = { min: new Date('1970-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }
    fc.assert(fc.property(fc.date(range), (time) => isPlain(nameAt(time))))
  })
})
