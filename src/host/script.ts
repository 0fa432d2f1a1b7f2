// host.sh on its way to a host: which part a channel needs, and the one line that takes it in under any login shell.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

type Part = 'command' | 'upload' | 'session'

/** What a part needs beside itself. */
const shared: Partial<Record<Part, string>> = { upload: 'content', session: 'content' }

let parts: ReadonlyMap<string, string> | undefined

/** The file beside this module: src/host/host.sh, or dist/host.sh in the bundle. */
function load(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('./host.sh', import.meta.url), 'utf8')
  const pieces = text.split(/^# --- (command|content|upload|session): .*$/m).slice(1)
  const found = new Map<string, string>()
  for (let at = 0; at < pieces.length; at += 2) {
    // Comments are for people; over the wire they only cost time.
    found.set(pieces[at] as string, (pieces[at + 1] as string).replace(/^\s*#.*\n/gm, ''))
  }
  return found
}

/** A word that no output can hold by chance or by guessing. */
export function randomMark(): string {
  return randomBytes(12).toString('hex')
}

/** A shell on a host that waits to be told what to run. */
export interface Loader {
  /** Takes in a script under any login shell: no single quote and no `!` inside its quotes, so that csh, fish and every sh take it alike. */
  readonly command: string
  /** What to write to its stdin for a call of one of the part's functions; a script that was cut on the way is never run. */
  input(invocation: string): string
}

/** @param become a plain user name (settings). */
export function loader(part: Part, become?: string): Loader {
  parts ??= load()
  const text = `${parts.get(shared[part] ?? '') ?? ''}${parts.get(part)}`
  const end = `end-of-script-${randomMark()}`
  const take =
    `s=; n=$(printf "\\nx"); n=\${n%x}; while IFS= read -r l; do ` +
    `if [ "$l" = "${end}" ]; then eval "$s"; exit $?; fi; s="$s$l$n"; done; exit 97`
  return {
    command: `exec ${become === undefined ? '' : `sudo -n -u ${become} `}/bin/sh -c '${take}'`,
    input: (invocation) => `${text}\n${invocation}\n${end}\n`,
  }
}

/** What to start on a host, and what to write to its stdin first. */
export function start(
  part: Part,
  invocation: string,
  become?: string,
): { readonly command: string; readonly input: string } {
  const { command, input } = loader(part, become)
  return { command, input: input(invocation) }
}
