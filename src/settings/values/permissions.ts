// Values that are file permissions.

import { parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'

const form = '^[0-7]{3,4}$'

/** Three or four octal digits, as text: `0755`. */
export const permissions = parser({ type: 'string', pattern: form }, (value): string => {
  if (typeof value === 'number') {
    throw new Problem(
      `${value} is a number, which has lost its octal spelling`,
      "Put it in quotes, such as '0755'.",
    )
  }
  const digits = typeof value === 'string' ? value.trim() : ''
  if (new RegExp(form).test(digits)) return digits
  throw new Problem(
    `${show(value)} is not octal permissions`,
    'Write three or four digits from 0 to 7, such as 0755.',
  )
})
