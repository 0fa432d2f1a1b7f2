// What the table of settings says about each of them.

export const modes = ['deploy', 'rollback', 'prune', 'list'] as const
export type Mode = (typeof modes)[number]

/** The groups of the README's table, in its order. */
export type Group = 'what to do' | 'where' | 'the release' | 'commands' | 'the fleet' | 'ssh' | 'github'

export interface Setting<T> {
  readonly group: Group
  /** A sentence or two, for action.yml and the README. The first sentence says what the setting is. */
  readonly description: string
  /** As text, as in action.yml. */
  readonly default?: string
  /** The modes that use it; given in another, it is not looked at and a warning says so. */
  readonly modes: readonly Mode[]
  /** The modes that cannot do without. */
  readonly requiredBy?: readonly Mode[]
  /** Whether a host's own entry may override it. */
  readonly perHost: boolean
  /** Its value is masked in the log and never part of a message. */
  readonly secret?: true
  /**
   * Text of an input, or a typed YAML value; never called for one that is not given.
   * @throws Problem
   */
  readonly parse: (value: unknown) => T
}
