// What the action is given where it runs, and what programs that it starts there get: its own without what only the action may know.

import { extname } from 'node:path'

/** Inputs hold the SSH key, and the ACTIONS_ tokens speak for the workflow: neither is any other program's business. */
const SECRET = /^(INPUT_|ACTIONS_RUNTIME_TOKEN$|ACTIONS_ID_TOKEN_)/i

export function withoutSecrets(): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !SECRET.test(name)) env[name] = value
  }
  return env
}

/** For a program whose output is parsed: messages in English; of an rsync, bytes beyond ASCII come escaped. */
export function plainLocale(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = Object.entries(withoutSecrets()).filter(([name]) => !name.startsWith('RSYNC_'))
  return { ...Object.fromEntries(own), LC_ALL: 'C', ...extra }
}

/** Where the workflow's files are, which paths in the settings are relative to. */
export function workspace(): string {
  return process.env.GITHUB_WORKSPACE || process.cwd()
}

/** A program of the action's own that runs beside it: in src/ and in dist/ it lies beside this module, and ends like it. */
export function ownProgram(name: 'askpass' | 'courier' | 'hasher'): URL {
  return new URL(`./${name}${extname(import.meta.url)}`, import.meta.url)
}
