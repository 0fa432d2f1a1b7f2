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
    // Comments and indentation are for people; over the wire they only cost time.
    const text = (pieces[at + 1] as string).replace(/^\s*#.*\n/gm, '').replace(/^\s+/gm, '')
    found.set(pieces[at] as string, text)
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
  /** What to write to its stdin first: the part itself. */
  readonly text: string
  /** What to write after it, for a call of one of its functions; a script that was cut on the way is never run. */
  run(invocation: string): string
}

/** @param become a plain user name (settings). */
export function loader(part: Part, become?: string): Loader {
  parts ??= load()
  const text = `${parts.get(shared[part] ?? '') ?? ''}${parts.get(part)}\n`
  const end = `end-of-script-${randomMark()}`
  // A shell reads lines byte by byte, to leave the rest to others: half a microsecond each. dd takes what is there, and no byte more.
  const take =
    `s=; while [ \${#s} -lt ${text.length} ]; do c=$(dd bs=$((${text.length}-\${#s})) count=1 2>/dev/null; echo .); ` +
    `[ "$c" = . ] && exit 97; s=$s\${c%.}; done; n=$(printf "\\nx"); n=\${n%x}; while IFS= read -r l; do ` +
    `if [ "$l" = "${end}" ]; then eval "$s"; exit $?; fi; s="$s$l$n"; done; exit 97`
  return {
    command: `exec ${become === undefined ? '' : `sudo -n -u ${become} `}/bin/sh -c '${take}'`,
    text,
    run: (invocation) => `${invocation}\n${end}\n`,
  }
}

/** What to start on a host, and what to write to its stdin first. */
export function start(
  part: Part,
  invocation: string,
  become?: string,
): { readonly command: string; readonly input: string } {
  const { command, text, run } = loader(part, become)
  return { command, input: text + run(invocation) }
}
