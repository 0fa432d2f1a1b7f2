import { expect, test } from 'vitest'
import { collectOffer } from '../../src/host/offer.ts'

test('lines come out as they came, however many', () => {
  const offer = collectOffer()
  const lines = Array.from({ length: 20_000 }, (_, at) => `hash${at} 644 ./dir/é ${at}`)
  for (const line of lines) offer.add(line)
  expect(offer.end()?.toString()).toBe(`${lines.join('\n')}\n`)
  expect(collectOffer().end()?.toString()).toBe('')
})

test('one line may be longer than all before it', () => {
  const offer = collectOffer()
  const lines = ['h 644 ./a', `h 644 ./${'long/'.repeat(100_000)}b`, 'h 644 ./c']
  for (const line of lines) offer.add(line)
  expect(offer.end()?.toString()).toBe(`${lines.join('\n')}\n`)
})

test('none where a name is no text', () => {
  const offer = collectOffer()
  for (const line of ['h 644 ./a', 'h 644 ./\ufffd', 'h 644 ./c']) offer.add(line)
  expect(offer.end()).toBeNull()
})
