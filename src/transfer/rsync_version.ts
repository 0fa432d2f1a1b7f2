// What the runner's own rsync says of itself: its version, and what it knows.

import { getExecOutput } from '@actions/exec'
import { plainLocale } from '../environment.ts'
import { type Abilities, WORDS } from './compression.ts'

let told: Promise<string | null> | undefined

/** What `rsync --version` says, asked once; null when there is no rsync on the runner. */
function about(): Promise<string | null> {
  told ??= getExecOutput('rsync', ['--version'], {
    silent: true,
    ignoreReturnCode: true,
    env: plainLocale(),
  }).then(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
    () => null,
  )
  return told
}

/** Its first line; null when there is no rsync on the runner. */
export async function localRsync(): Promise<string | null> {
  return (await about())?.split('\n')[0] ?? null
}

/** What the runner's rsync can do, as a host tells it of its own. */
export async function localAbilities(): Promise<Abilities> {
  const text = (await about()) ?? ''
  const [version = ''] = text.split('\n')
  return { version, knows: WORDS.filter((word) => text.includes(` ${word} `)) }
}
