// What the table of settings says about each of them.

import type { Mode } from './mode.ts'
import type { Parser } from './parser.ts'

/** The groups of the README's table, in its order. */
export type Group = 'what to do' | 'where' | 'the release' | 'commands' | 'the fleet' | 'ssh' | 'github'

export interface Setting<T> {
  readonly group: Group
  /** A sentence or two, for action.yml, the README and editors. The first sentence says what the setting is. */
  readonly description: string
  /** As text, as in an input. */
  readonly default?: string
  /** The modes that use it; given in another, it is not looked at, and a warning says so of an input. */
  readonly modes: readonly Mode[]
  /** The modes that cannot do without. */
  readonly requiredBy?: readonly Mode[]
  /** Whether a host's own entry may override it. */
  readonly perHost: boolean
  /** Its value is masked in the log, never part of a message, and not taken from the config file. */
  readonly secret?: true
  readonly parse: Parser<T>
}
