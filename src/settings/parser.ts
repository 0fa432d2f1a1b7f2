// A function from what was given to a typed value, which also knows what to tell an editor about it.

/** JSON Schema (draft 2020-12) of a value as it is best written in the config file. */
export type Shape = { readonly [keyword: string]: unknown }

export interface Parser<T> {
  /**
   * Text of an input, or a typed YAML value; never called for one that is not given.
   * @throws Problem
   */
  (value: unknown): T
  /** What it takes from YAML, written well; text of an input may take other forms. */
  readonly shape: Shape
}

export function parser<T>(shape: Shape, parse: (value: unknown) => T): Parser<T> {
  return Object.assign((value: unknown) => parse(value), { shape })
}
