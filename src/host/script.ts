// The host's side on its way to a host: which parts a channel needs, and how they are taken in under any login shell.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { quote } from './quote.ts'

export type Channel = 'command' | 'upload' | 'session' | 'look'

/** Which files of sh/ a channel is sent. */
const parts: Readonly<Record<Channel, readonly string[]>> = {
  command: ['await', 'command'],
  upload: ['await', 'content', 'upload'],
  look: ['await', 'answer', 'glance', 'file', 'open', 'holder', 'state', 'ability'],
  session: [
    ...['await', 'answer', 'session', 'file', 'open', 'rooms', 'holder', 'lock', 'state', 'ability'],
    ...['content', 'offer', 'proof', 'record', 'release', 'switch', 'manifest', 'probe', 'prune'],
  ],
}

const texts = new Map<Channel, string>()

/** From the directory beside this module: src/host/sh, or dist/sh in the bundle. */
function textOf(channel: Channel): string {
  const known = texts.get(channel)
  if (known !== undefined) return known
  const read = (part: string) => readFileSync(new URL(`./sh/${part}.sh`, import.meta.url), 'utf8')
  // Comments and indentation are for people; over the wire they only cost time.
  const text = parts[channel]
    .map(read)
    .join('')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/^\s+/gm, '')
  texts.set(channel, text)
  return text
}

/** A word that no output can hold by chance or by guessing. */
export function randomMark(): string {
  return randomBytes(12).toString('hex')
}

/** A shell on a host that waits to be told what to run. */
export interface Loader {
  /** Takes in a script under any login shell: no single quote and no `!` inside its quotes, so that csh, fish and every sh take it alike. */
  readonly command: string
  /** What to write to its stdin first: the functions. */
  readonly text: string
  /** What to write after it, for a call of one of them; a script that was cut on the way is never run. */
  run(invocation: string): string
}

/** @param become a user name (settings): without quotes or `!`, and a backslash before nothing but letters, which fish takes as it is. */
export function loader(channel: Channel, become?: string): Loader {
  const text = textOf(channel)
  const end = `end-of-script-${randomMark()}`
  // A shell reads lines byte by byte, to leave the rest to others: half a microsecond each. dd takes what is there, and no byte more.
  const take =
    `s=; while [ \${#s} -lt ${text.length} ]; do c=$(dd bs=$((${text.length}-\${#s})) count=1 2>/dev/null; echo .); ` +
    `[ "$c" = . ] && exit 97; s=$s\${c%.}; done; eval "$s"; await ${end}`
  return {
    command: `exec ${become === undefined ? '' : `sudo -n -u ${quote(become)} `}/bin/sh -c '${take}'`,
    text,
    run: (invocation) => `${invocation}\n${end}\n`,
  }
}

/** What to start on a host, and what to write to its stdin first. */
export function start(
  channel: Channel,
  invocation: string,
  become?: string,
): { readonly command: string; readonly input: string } {
  const { command, text, run } = loader(channel, become)
  return { command, input: text + run(invocation) }
}

/** For printf's %b, as in quote.ts, all that csh or fish take for more than data inside single quotes; no backslash before another. */
function guarded(text: string): string {
  return text.replace(/[\n'!\\]/g, (odd) => `\\0${odd.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

/** The same of a channel's files. */
const guardedTexts = new Map<Channel, string>()

/** Linux gives a process 128 KiB for one argument (execve(2), MAX_ARG_STRLEN). */
const ARGUMENT_CAP = 96 * 1024

/**
 * The same as one command that brings all of it along, so that nothing has to be written to it: a server lets nobody write before it has
 * started a command. The text travels in the environment, where `ps` does not show it; it is not handed on from there. That takes one
 * program more, which a look, over in a moment, does without.
 * @returns undefined where that is too long.
 */
export function carried(channel: Channel, invocation: string): string | undefined {
  // Once for all hosts: no small part of what a run over many has to do for each.
  const files = guardedTexts.get(channel) ?? guarded(textOf(channel))
  guardedTexts.set(channel, files)
  const text = `${files}${guarded(invocation)}`
  if (Buffer.byteLength(text) > ARGUMENT_CAP) return undefined
  if (channel === 'look') return `exec /bin/sh -c 'eval "$(printf "%b" "$1")"' sh '${text}'`
  const take = `s=$(printf "%b." "$RELEASES_DEPLOY"); unset RELEASES_DEPLOY; eval "\${s%.}"`
  return `exec env RELEASES_DEPLOY='${text}' /bin/sh -c '${take}'`
}
