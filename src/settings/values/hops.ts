// Values that are ways through other hosts.

import { type Address, parseAddress } from '../address.ts'
import { parser } from '../parser.ts'
import { Problem } from '../problem.ts'
import { line } from './text.ts'

/** `[user@]host[:port]`, in the order they are gone through, with commas; `none` for no such way. */
export const hops = parser({ type: 'string', minLength: 1 }, (value): readonly Address[] => {
  const chain = line(value)
  if (chain === 'none') return []
  return chain.split(',').map((part) => {
    const hop = parseAddress(part.trim())
    if (hop.name !== 'local') return hop
    throw new Problem('"local" is the runner itself', 'Write the name of a host to go through.')
  })
})
