// What the GitHub runner would take for a command: its two parsers as src/Runner.Common/ActionCommand.cs behaves,
// stricter in one thing: any name counts as registered, since `stop-commands` can register any.

export interface Command {
  readonly name: string
  readonly data: string
}

/** The commands in what an action printed, at most one a line, as the runner reads them. */
export function runnerCommands(stdout: string): Command[] {
  return stdout.split(/\r\n|\r|\n/).flatMap((line) => newStyle(line) ?? oldStyle(line) ?? [])
}

// .NET's idea of white space, which differs from JavaScript's by U+0085 and U+FEFF.
const LEADING_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

// .NET compares by culture: what is invisible to people is invisible to it too.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among the invisible ones
const IGNORED = /[\p{Default_Ignorable_Code_Point}\0-\x08\x0e-\x1f\x7f-\x9f]/gu

/** `::name key=value::data`, at the start of a line. */
function newStyle(line: string): Command | undefined {
  for (const text of [line, line.replace(IGNORED, '')]) {
    const trimmed = text.replace(LEADING_SPACE, '')
    const end = trimmed.indexOf('::', 2)
    if (trimmed.startsWith('::') && end >= 0) {
      return { name: trimmed.slice(2, end).split(' ')[0] ?? '', data: trimmed.slice(end + 2) }
    }
  }
  return undefined
}

/** `##[name key=value]data`, anywhere in a line. */
function oldStyle(line: string): Command | undefined {
  for (const text of [line, line.replace(IGNORED, '')]) {
    const start = text.indexOf('##[')
    const end = start < 0 ? -1 : text.indexOf(']', start)
    if (end >= 0) return { name: text.slice(start + 3, end).split(' ')[0] ?? '', data: text.slice(end + 1) }
  }
  return undefined
}
