// The one place where data becomes shell text. Everything else goes through here.

/**
 * `text` as one word of POSIX sh, whatever it holds.
 * @throws RangeError for a NUL, which no shell can carry.
 */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a NUL byte cannot be sent to a shell')
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** `name 'argument' 'argument'`: a call of one of the host's functions (sh/). */
export function call(name: string, ...args: readonly string[]): string {
  return [name, ...args.map(quote)].join(' ')
}

/** What stands for itself in printf's %b, and is most of what is sent. */
const PLAIN = /^[ -[\]_-~]*$/

/**
 * `text` for printf's %b: printable ASCII but for backslash and `^` stands for itself, every other byte is `\0ooo`
 * (POSIX printf, "b conversion").
 */
export function encode(text: string): string {
  if (PLAIN.test(text)) return text
  return Array.from(Buffer.from(text), (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x5e
      ? String.fromCharCode(byte)
      : `\\0${byte.toString(8).padStart(3, '0')}`,
  ).join('')
}
