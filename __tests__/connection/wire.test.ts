import fc from 'fast-check'
import { expect, test } from 'vitest'
import { field, mpint, readerOf } from '../../src/connection/wire.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))

test('a field has its length in front', () => {
  expect([...field('abc')]).toEqual([0, 0, 0, 3, 97, 98, 99])
  expect([...field('\xff')]).toEqual([0, 0, 0, 1, 255])
  expect([...field(Buffer.from([0, 1]))]).toEqual([0, 0, 0, 2, 0, 1])
  expect([...field('')]).toEqual([0, 0, 0, 0])
})

// RFC 4251, section 5.
test.each([
  ['', '00000000'],
  ['0000', '00000000'],
  ['09a378f9b2e332a7', '0000000809a378f9b2e332a7'],
  ['80', '000000020080'],
  ['000080', '000000020080'],
  ['007f', '000000017f'],
])('%s as a number is %s', (digits, written) => {
  expect(mpint(Buffer.from(digits, 'hex')).toString('hex')).toBe(written)
})

test('what was written reads back, to the end', () => {
  fc.assert(
    fc.property(fc.array(bytes(300), { maxLength: 8 }), fc.nat(0xffffffff), (contents, number) => {
      const eight = Buffer.alloc(8)
      eight.writeBigUInt64BE(BigInt(number))
      const reader = readerOf(Buffer.concat([...contents.map(field), eight.subarray(4), eight]))
      for (const content of contents) expect(reader.field().equals(content)).toBe(true)
      expect([reader.number(4), reader.number(8)]).toEqual([number, number])
      expect(reader.left).toBe(0)
    }),
  )
})

test('what is cut shows it, wherever it is cut, and ever after', () => {
  fc.assert(
    fc.property(bytes(50), bytes(50), fc.nat(200), (one, two, cut) => {
      const whole = Buffer.concat([field(one), field(two), Buffer.alloc(4)])
      const reader = readerOf(whole.subarray(0, cut % whole.length))
      reader.field()
      reader.field()
      reader.number(4)
      expect(reader.left).toBeLessThan(0)
      expect(reader.field()).toHaveLength(0)
      expect([reader.number(4), reader.number(8)]).toEqual([0, 0])
      expect(reader.left).toBeLessThan(0)
    }),
  )
})

/** Bytes among which lengths beyond their end are no rarity. */
const hostile = fc
  .array(
    fc.oneof(
      bytes(20),
      bytes(20).map(field),
      fc.constantFrom('ffffffff', '7fffffff', '00000000', '0000ffff').map((hex) => Buffer.from(hex, 'hex')),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts))

test('any bytes are read to an end, and nothing beyond it', () => {
  const question = fc.constantFrom('field', 4, 8)
  fc.assert(
    fc.property(hostile, fc.infiniteStream(question), (sent, questions) => {
      // What lies behind, as in node's pool, is another's.
      const around = Buffer.alloc(sent.length + 64, 0xee)
      sent.copy(around)
      const inside = around.subarray(0, sent.length)
      const reader = readerOf(inside)
      let read = 0
      for (let asked = 0; reader.left > 0; asked++) {
        expect(asked).toBeLessThanOrEqual(sent.length / 4)
        const next = questions.next().value
        if (next !== 'field') {
          expect(reader.number(next as 4 | 8)).toBeLessThanOrEqual(2 ** 64)
          continue
        }
        const content = reader.field()
        read += content.length
        expect(content.byteOffset + content.length).toBeLessThanOrEqual(inside.byteOffset + inside.length)
      }
      expect(read).toBeLessThanOrEqual(sent.length)
    }),
  )
})
