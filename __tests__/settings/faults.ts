// What a parser says against a value, as the user would read it.

import { Problem } from '../../src/settings/problem.ts'

/** The problem's line, or a failed test when there is none. */
export function faultOf(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    if (error instanceof Problem) return error.line
    throw error
  }
  throw new Error('nothing was refused')
}
