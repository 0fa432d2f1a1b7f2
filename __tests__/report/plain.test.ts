import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capped, plain, plainLines } from '../../src/report/plain.ts'
import { hostileText, hostileTexts } from './hostile_text.ts'
import { runnerCommands } from './runner_commands.ts'

describe('the oracle', () => {
  test.each([
    ['::error::x', 'error'],
    ['  ::group::x', 'group'],
    ['\u0085::set-output name=a::b', 'set-output'],
    ['a ##[error]b', 'error'],
    ['#\u00ad#[error]b', 'error'],
    ['fine\r::debug::b', 'debug'],
  ])('%j is a command', (text, name) => {
    expect(runnerCommands(text).map((command) => command.name)).toContain(name)
  })

  test.each(['a ::error::x', '::error', ': :error::x', '# #[error]x', '##[error', ''])(
    '%j is none',
    (text) => {
      expect(runnerCommands(text)).toEqual([])
    },
  )
})

describe('the runner', () => {
  test('finds no command in hostile text that was made plain', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, more) => {
        for (const line of plainLines(text)) {
          expect(runnerCommands(line)).toEqual([])
          expect(runnerCommands(`[web1] ${line}`)).toEqual([])
        }
        expect(runnerCommands(plain(text))).toEqual([])
        expect(runnerCommands(`${plain(text)} ${plain(more)}`)).toEqual([])
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('plain text', () => {
  test('has one line, no control, escape or invisible character and whole surrogate pairs', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const line = plain(text)
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u)
        expect(line.isWellFormed()).toBe(true)
        expect(line.length).toBeLessThanOrEqual(2_000)
      }),
      { numRuns: 2_000, examples: hostileTexts.map((text) => [text]) },
    )
  })

  test('stays as it is when made plain twice', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(plain(plain(text))).toBe(plain(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    [
      'ordinary text: 100% of 3,000 files [ok] #1 é 漢字 🚀',
      'ordinary text: 100% of 3,000 files [ok] #1 é 漢字 🚀',
    ],
    ['\x1b[1;32mgreen\x1b[0m', 'green'],
    ['\x1b]0;title\x07shown', 'shown'],
    ['\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['shown\x1b]0;never ends', 'shown'],
    ['\x9b31mred', 'red'],
    ['\x1b(Bascii\x1b7', 'ascii'],
    ['a\tb', 'a  b'],
    ['bell\x07 nul\0 del\x7f', 'bell nul del'],
    ['user\u202egnp.exe', 'usergnp.exe'],
    ['::error::x', ': :error::x'],
    ['a ##[error]x', 'a # #[error]x'],
    ['one\r\ntwo\u2028three', 'one two three'],
    ['👨‍👩‍👧', '👨👩👧'],
    ['\ud800', '\ufffd'],
  ])('%j becomes %j', (text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  test.each([
    ['', ['']],
    ['one\n', ['one']],
    ['one\n\ntwo', ['one', '', 'two']],
    ['10%\r20%\r\n30%', ['10%', '20%', '30%']],
    ['a\u0085b\u2028c\u2029d', ['a', 'b', 'c', 'd']],
  ])('%j has the lines %j', (text, lines) => {
    expect(plainLines(text)).toEqual(lines)
  })

  test('says how much of a long line is missing', () => {
    expect(plain('x'.repeat(5_000))).toBe(`${'x'.repeat(1_980)}… (3,020 more)`)
    expect(capped('x'.repeat(30), 30)).toHaveLength(30)
    expect(capped(`${'x'.repeat(9)}🚀${'y'.repeat(40)}`, 30)).toBe(`${'x'.repeat(9)}… (42 more)`)
  })
})
