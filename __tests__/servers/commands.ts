// What the runner reads from an action: the command files' heredocs, and the `::command::` lines in its log.

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string | undefined
  readonly message: string
}

/** One `::name key=value::message` line. */
export interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

/**
 * The names and values of a GITHUB_OUTPUT or GITHUB_STATE file (`name=value`, or `name<<DELIMITER` … `DELIMITER`).
 * @throws Error for what the runner refuses too: another form, or a delimiter that never comes.
 */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (line === '') continue
    const [, name, form, rest] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? []
    if (name === undefined || rest === undefined) throw new Error(`not a command: ${line}`)
    if (form === '=') {
      values[name] = rest
      continue
    }
    const end = lines.indexOf(rest, at + 1)
    if (end === -1) throw new Error(`${name}: no line ${rest}`)
    values[name] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return values
}

function decode(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

/** The command in a line of the log; undefined when it is plain text. */
export function parseCommand(line: string): Command | undefined {
  const [, name, list, message] = /^\s*::([a-z-]+)(?: (.*?))?::(.*)$/.exec(line) ?? []
  if (name === undefined || message === undefined) return undefined
  const pairs = (list ?? '').split(',').filter((pair) => pair.includes('='))
  const properties = pairs.map((pair) => {
    const [key = '', ...value] = pair.split('=')
    return [key.trim(), decode(value.join('='))]
  })
  return { name, properties: Object.fromEntries(properties), message: decode(message) }
}

/**
 * Reads a log line by line: each is a command or plain text. Between `::stop-commands::TOKEN` and `::TOKEN::` all is
 * plain, as for the runner, and these two lines themselves are nothing (undefined).
 */
export function logReader(): (line: string) => Command | string | undefined {
  let token: string | undefined
  return (line) => {
    if (token !== undefined) {
      if (line.trim() !== `::${token}::`) return line
      token = undefined
      return undefined
    }
    const command = parseCommand(line)
    if (command?.name !== 'stop-commands') return command ?? line
    token = command.message
    return undefined
  }
}

const levels = ['error', 'warning', 'notice'] as const

export function parseAnnotations(log: string): Annotation[] {
  const parts = log.split(/\r?\n/).map(logReader())
  return parts.flatMap((part) => {
    if (part === undefined || typeof part === 'string') return []
    const level = levels.find((each) => each === part.name)
    return level === undefined ? [] : [{ level, title: part.properties.title, message: part.message }]
  })
}
