// What a host offers an upload to begin with, line by line as it comes: as strings, a hundred thousand would take many times the memory.

export interface Offer {
  /** @param line hash, mode and path of a file that the host has. */
  add(line: string): void
  /** All lines; null when a name among them is no text: it could not be told from another. */
  end(): Buffer | null
}

export function collectOffer(): Offer {
  let block = Buffer.alloc(1 << 16)
  let end = 0
  let legible = true
  return {
    add(line) {
      const size = Buffer.byteLength(line) + 1
      if (end + size > block.length) block = Buffer.concat([block], 2 * (end + size))
      end += block.write(`${line}\n`, end)
      legible &&= !line.includes('\ufffd')
    },
    end: () => (legible ? block.subarray(0, end) : null),
  }
}
