// SSH's wire format (RFC 4251): fields with their length in front, read from bytes that anybody may have sent.

/** With its length in front; of a text, one character a byte. */
export function field(content: Buffer | string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([length, Buffer.from(content as string, 'latin1')])
}

/** A number as a field: no zeros in front, but one where it would else look negative. */
export function mpint(digits: Buffer): Buffer {
  let start = 0
  while (start < digits.length && digits[start] === 0) start++
  const plain = digits.subarray(start)
  const sign = (plain[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0)
  return field(Buffer.concat([sign, plain]))
}

export interface Reader {
  /** The next so many bytes as a number; 0 where there are fewer. */
  number(bytes: 4 | 8): number
  /** The next field, or as much of it as there is. */
  field(): Buffer
  /** How many bytes are left: 0 when all was read and none lacked, below 0 for good once some did. */
  readonly left: number
}

export function readerOf(bytes: Buffer): Reader {
  let at = 0
  const number = (size: 4 | 8): number => {
    at += size
    if (at > bytes.length) return 0
    return size === 8 ? Number(bytes.readBigUInt64BE(at - 8)) : bytes.readUInt32BE(at - 4)
  }
  return {
    number,
    field() {
      const start = at + 4
      at = start + number(4)
      return bytes.subarray(start, at)
    },
    get left() {
      return bytes.length - at
    },
  }
}
