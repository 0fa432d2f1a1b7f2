// What is wrong with one setting, as a value: problems are gathered and reported together.

export class Problem extends Error {
  override readonly name = 'Problem'
  /** What to do about it: whole sentences, or undefined when the fault says it all. */
  readonly remedy: string | undefined
  /** The setting's name, or where in it: `remote_dir`, `hosts, entry 2, port`. Empty until the reader knows. */
  readonly where: string

  /** `message` is the fault without the setting's name and without a full stop. It never holds a secret's value. */
  constructor(message: string, remedy?: string, where = '') {
    super(message)
    this.remedy = remedy === '' ? undefined : remedy
    this.where = where
  }

  /** The same problem, seen from further out. */
  in(outer: string): Problem {
    return new Problem(this.message, this.remedy, [outer, this.where].filter(Boolean).join(', '))
  }

  /** One line: `setting: what is wrong. What to do.` */
  get line(): string {
    const fault = this.where === '' ? this.message : `${this.where}: ${this.message}`
    return this.remedy === undefined ? `${fault}.` : `${fault}. ${this.remedy}`
  }
}

/** Runs `parse`; a Problem goes to `problems` under the name `where`, and the answer is undefined. */
export function attempt<T>(problems: Problem[], where: string, parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problems.push(error.in(where))
    return undefined
  }
}

/** A value as it may be shown: quoted, on one line, without control characters, at most 80 characters. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value)
  const plain = json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter)
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

/** A list for a sentence: the first few, and how many more there are. */
export function some(names: readonly string[], limit = 5): string {
  const shown = names.slice(0, limit).join(', ')
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown
}
