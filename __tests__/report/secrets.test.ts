import { expect, test } from 'vitest'
import { maskSecrets } from '../../src/report/secrets.ts'
import { record } from './recorder.ts'

function masked(...values: string[]): string[] {
  const sink = record()
  maskSecrets(values, sink)
  return sink.secrets
}

test('masks every line of a secret, once', () => {
  expect(masked('first line\r\nsecond line\n', 'second line')).toEqual(['first line', 'second line'])
})

test('leaves alone what is too short to be a secret', () => {
  expect(masked('', 'abc', '  \n\n')).toEqual([])
})

const armour = ['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----']
const body = ['b3BlbnNzaC1rZXktdjEAAAAABG5vbmU', 'AAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2g', 'Zg==']
const key = [armour[0], ...body, armour[1]]

test.each([
  ['lines', '\n'],
  ['CRLF', '\r\n'],
  ['spaces', ' '],
  ['literal \\n', '\\n'],
])('masks the body of a key with %s and leaves its armour readable', (_, separator) => {
  expect(masked(key.join(separator))).toEqual(body)
})
