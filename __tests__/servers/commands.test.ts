import { expect, test } from 'vitest'
import { parseAnnotations, parseCommand, parseCommandFile } from './commands.ts'

test('a command file holds plain values and heredocs, empty and of many lines', () => {
  const text = 'a=1=2\nb<<ghadelimiter_1\nx\n\ny\nghadelimiter_1\nc<<E\nE\n'
  expect(parseCommandFile(text)).toEqual({ a: '1=2', b: 'x\n\ny', c: '' })
})

test('a heredoc without its end is refused', () => {
  expect(() => parseCommandFile('a<<E\nx\n')).toThrow('no line E')
})

test('a command has properties and a message, decoded', () => {
  expect(parseCommand('::error title=web1%3A22%2C b,file=x::50%25 of it%0Asecond :: line')).toEqual({
    name: 'error',
    properties: { title: 'web1:22, b', file: 'x' },
    message: '50% of it\nsecond :: line',
  })
  expect(parseCommand('::endgroup::')).toEqual({ name: 'endgroup', properties: {}, message: '' })
  expect(parseCommand('text ::error::x')).toBeUndefined()
})

test('annotations are found, except where commands were stopped', () => {
  const log =
    '::warning::a\n::stop-commands::T0k\n::error::not ours\n::T0k::\n::error title=T::b\n::debug::c\n'
  expect(parseAnnotations(log)).toEqual([
    { level: 'warning', title: undefined, message: 'a' },
    { level: 'error', title: 'T', message: 'b' },
  ])
})
