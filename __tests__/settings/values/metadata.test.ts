import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { metadata } from '../../../src/settings/values/metadata.ts'
import { faultOf } from '../faults.ts'

describe('metadata takes', () => {
  test.each([
    ['time: 62\ncss: 142kb', { time: 62, css: '142kb' }],
    ['{"a": [1, true, null, 0.5]}', { a: [1, true, null, 0.5] }],
    ['{\n\t"a": "\\u0000\\ud83d\\ude00 \\ud800"\n}', { a: '\0😀 \ud800' }],
    ['built: 2026-11-21\nat: 2026-11-21T18:43:58Z', { built: '2026-11-21', at: '2026-11-21T18:43:58Z' }],
    ['yes: no', { yes: 'no' }],
    ['1: x', { 1: 'x' }],
    [
      'text: |\n  $(id) `id`\n  </td><script>\n  ::error::x',
      { text: '$(id) `id`\n</td><script>\n::error::x\n' },
    ],
    ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['{}', {}],
  ])('%j', (text, expected) => {
    expect(metadata(text)).toEqual(expected)
  })

  test('a mapping of a YAML file as it is', () => {
    expect(metadata({ a: { b: 1 } })).toEqual({ a: { b: 1 } })
  })

  test('any JSON object exactly as it is', () => {
    const value = fc.dictionary(
      fc
        .string({ unit: 'binary', maxLength: 20 })
        .filter((key) => !['release', 'deploy', '__proto__'].includes(key)),
      fc.jsonValue({ maxDepth: 3 }),
    )
    const exact = (text: string): boolean =>
      (text.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/gi) ?? []).every((each) => Math.abs(Number(each)) <= 2 ** 53)
    fc.assert(
      fc.property(value, (object) => {
        const text = JSON.stringify(object)
        fc.pre(exact(text))
        expect(JSON.stringify(metadata(text))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  }, 30_000)

  test('numbers of YAML as numbers only where JSON writes them as they were written', () => {
    const text = ['1', '-2', '0.5', '1e21', '1.10', '0123456', '12e4567', '12345678901234567890', '+1']
    const all = Object.fromEntries(text.map((number, at) => [`n${at}`, number]))
    const lines = text.map((number, at) => `n${at}: ${number}`).join('\n')
    expect(metadata(lines)).toEqual({ ...all, n0: 1, n1: -2, n2: 0.5 })
    expect(metadata('builds: [{ commit: 0123456 }]')).toEqual({ builds: [{ commit: '0123456' }] })
    expect(metadata('{version: 1.10, commit: 0123456}')).toEqual({ version: '1.10', commit: '0123456' })
    for (const json of ['{"n": 1.10}', '# all of it\n{"n": 1.10}']) expect(metadata(json)).toEqual({ n: 1.1 })
    expect(metadata('a: {"n": [1.10]}')).toEqual({ a: { n: [1.1] } })
  })

  test('a key named __proto__ without touching any prototype', () => {
    const read = metadata('__proto__: {polluted: true}')
    expect(JSON.stringify(read)).toBe('{"__proto__":{"polluted":true}}')
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })
})

describe('metadata refuses', () => {
  test.each([
    ['- a', 'must be a mapping, not a list. Write lines of "name: value", or a JSON object.'],
    ['just text', 'must be a mapping, not a string. Write lines of "name: value", or a JSON object.'],
    ['# nothing', 'must be a mapping, not nothing. Write lines of "name: value", or a JSON object.'],
    ['release: x', 'the key "release" is kept for the manifest itself. Choose another name for it.'],
    ['deploy: {}', 'the key "deploy" is kept for the manifest itself. Choose another name for it.'],
    ['a: 1\na: 2', 'is not plain YAML: duplicate key at line 2, column 1. Correct it there.'],
    ['a: {', 'is not plain YAML: bad indent at line 1, column 5. Correct it there.'],
    ['a: !!binary aGk=', 'is not plain YAML: tag resolve failed at line 1, column 4. Correct it there.'],
    ['a: 1\n---\nb: 2', 'is not plain YAML: multiple docs at line 2, column 1. Correct it there.'],
    ['a: &x [*x]', 'is not plain YAML: alias inside of what it names at line 1, column 8. Correct it there.'],
    ['a: *x', 'is not plain YAML: alias without an anchor at line 1, column 4. Correct it there.'],
    [
      '{"commit": 123e4567}',
      'the number Infinity cannot be kept exactly. Put it in quotes to keep it as text.',
    ],
    ['n: .nan', 'the number NaN cannot be kept exactly. Put it in quotes to keep it as text.'],
    [
      '{"id": 12345678901234567890}',
      'the number 12345678901234567000 cannot be kept exactly. Put it in quotes to keep it as text.',
    ],
  ])('%j', (text, fault) => {
    expect(faultOf(() => metadata(text))).toBe(fault)
  })

  test('what leads back to itself', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(faultOf(() => metadata({ loop }))).toBe('holds itself. Remove the YAML alias that leads back.')
  })

  test('more than 256 KB', () => {
    const text = `a: ${'x'.repeat(262_144)}`
    expect(faultOf(() => metadata(text))).toBe(
      'takes 262152 bytes as JSON, more than 262144. Keep it to a summary.',
    )
  })

  test.each([
    [200, /^is nested more than 100 deep\. Flatten it\.$/],
    [100_000, /^is not plain YAML: resource exhaustion/],
  ])(
    'lists nested %d deep',
    (depth, fault) => {
      const text = `a: ${'['.repeat(depth)}${']'.repeat(depth)}`
      expect(faultOf(() => metadata(text))).toMatch(fault)
    },
    30_000,
  )

  test('aliases that multiply', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`)
    expect(faultOf(() => metadata(['a0: &a0 x', ...levels].join('\n')))).toBe(
      'uses YAML aliases that multiply. Write the values out.',
    )
  })
})
