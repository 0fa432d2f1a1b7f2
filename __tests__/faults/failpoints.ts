// Points to fail at, without a line for it in the product: every tool that a host's side starts counts itself, and the n-th meets its fate.

import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { toolbox } from '../scenarios/toolbox.ts'

/** What a host's side changes something with; the builtins of sh write the rest, between two of these. */
export const changing = [
  'cat',
  'chmod',
  'cp',
  'flock',
  'gzip',
  'ln',
  'mkdir',
  'mv',
  'rm',
  'rmdir',
  'rsync',
  'sync',
  'tar',
  'touch',
] as const

/** What it only looks with. */
export const looking = [
  'cut',
  'date',
  'df',
  'dirname',
  'find',
  'od',
  'readlink',
  'sed',
  'sha256sum',
  'sort',
  'stat',
  'tail',
  'tr',
  'uniq',
  'wc',
] as const

export const fates = {
  /** The session, or the upload, is killed with all it runs, before the tool has done anything. */
  'the host’s side is killed before it': 'kill -KILL 0',
  /** The same, when the tool has done all. */
  'the host’s side is killed after it': '"$real" "$@"; kill -KILL 0',
  /** The tool fails as on a full disk. */
  'it fails': 'echo "$tool: No space left on device" >&2; exit 1',
  /** The action is gone, with all it runs; the host has to find out. */
  'the runner dies': 'kill -KILL -- "-$(cat "$ctl/runner")"; exec "$real" "$@"',
  /** Only the tool itself is killed, as by the kernel out of memory. */
  'it is killed': 'kill -KILL $$',
} as const

export type Fate = keyof typeof fates

export interface Failpoints extends AsyncDisposable {
  /** Line of sshd_config that sends every log-in through them. */
  readonly path: string
  /** From now on the n-th call (from 1) of those that look like `pattern` meets its fate, once. */
  arm(n: number, fate: Fate, pattern?: string): Promise<void>
  /** Whom `the runner dies` kills: the leader of its process group. */
  aim(runner: number): Promise<void>
  /** What was tripped since `arm`, e.g. `mv -f …`; null when the run had fewer calls. */
  disarm(): Promise<string | null>
}

/** @param tools whose calls count. */
export async function openFailpoints(tools: readonly string[] = changing): Promise<Failpoints> {
  const ctl = await mkdtemp(join(tmpdir(), 'failpoints-'))
  await chmod(ctl, 0o777)
  const box = await toolbox({ fakes: Object.fromEntries(tools.map((tool) => [tool, wrapper(ctl, tool)])) })
  const at = (name: string) => join(ctl, name)
  return {
    path: box.path,
    async arm(n, fate, pattern = '*') {
      for (const name of ['armed', 'calls', 'runner']) await rm(at(name), { force: true })
      await rm(at('tripped'), { recursive: true, force: true })
      await writeFile(at('fate'), fates[fate])
      await writeFile(at('pattern'), `${pattern}\n`)
      await writeFile(at('armed'), `${n}\n`)
    },
    aim: (runner) => writeFile(at('runner'), String(runner)),
    async disarm() {
      await rm(at('armed'), { force: true })
      return existsSync(at('tripped/what')) ? (await readFile(at('tripped/what'), 'utf8')).trim() : null
    },
    async [Symbol.asyncDispose]() {
      await box[Symbol.asyncDispose]()
      await rm(ctl, { recursive: true, force: true })
    },
  }
}

/** mkdir has one winner, so no call is counted as the n-th twice, however many there are at once. */
function wrapper(ctl: string, tool: string): string {
  return [
    `ctl='${ctl}' tool=${tool} real='${real(tool)}'`,
    '[ -e "$ctl/armed" ] || exec "$real" "$@"',
    // The question for rsync's version is none of the upload.
    'case "$tool $*" in "rsync --version") exec "$real" "$@" ;; esac',
    'read -r pattern <"$ctl/pattern"',
    'case "$tool $*" in $pattern) ;; *) exec "$real" "$@" ;; esac',
    'printf . >>"$ctl/calls"',
    'read -r at <"$ctl/armed"',
    `[ "$(${real('stat')} -c %s "$ctl/calls")" -ge "$at" ] && ${real('mkdir')} "$ctl/tripped" 2>/dev/null || exec "$real" "$@"`,
    'printf "%s\\n" "$tool $*" >"$ctl/tripped/what"',
    '. "$ctl/fate"',
  ].join('\n')
}

/** Where a tool is on this machine. */
export function real(name: string): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((place) => join(place, name))
    .find((file) => existsSync(file))
  if (!found) throw new Error(`these tests need ${name}`)
  return found
}
