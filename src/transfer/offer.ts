// What a host has of an artifact already: asked in the shell that then becomes rsync, answered by the hashes of the release before.

import type { Channel } from '../connection/connection.ts'
import { call } from '../host/quote.ts'
import { randomMark } from '../host/script.ts'
import type { Layout } from '../release/layout.ts'
import { type Remainder, remainder } from './content.ts'
import type { Fingerprint } from './fingerprint.ts'
import { PREAMBLE_CAP, readTo, type Shell } from './shell.ts'

export interface Enquiry {
  readonly layout: Layout
  readonly run: string
  readonly release: string
  readonly basis: string
  readonly key: string
  /** Path that the host writes itself into each release, or null; such a file is never taken for the artifact's. */
  readonly own: string | null
}

/** What a host may tell: a line each of two hundred thousand files, with long names. */
const OFFER_CAP = 64 * 1024 * 1024

/** Seconds; making hard links of a large release on a slow disk takes its time. */
const PATIENCE = 900

/**
 * @returns what is left to send; null when rsync must compare all of it. The shell then waits for the line that makes it rsync.
 */
export async function enquire(
  shell: Shell,
  fingerprint: Promise<Fingerprint>,
  { layout, run, release, basis, key, own }: Enquiry,
  signal: AbortSignal,
): Promise<Remainder | null> {
  const mark = randomMark()
  shell.run(call('offer', mark, layout.root, layout.releases, run, release, basis, key))
  const offered = await answer(await shell.channel, mark, signal)
  if (offered === null) return null
  const left = remainder(await fingerprint, offered, own)
  const reply =
    left === null
      ? ['no']
      : [...left.gone.map((path) => `-${path}`), ...left.fresh.map((line) => `+${line}`), '.']
  shell.write(Buffer.from(`${reply.join('\n')}\n`, 'latin1'))
  return left
}

/** Null when there is nothing to be had, or the channel ends: whoever uses it next finds out why. */
function answer(channel: Channel, mark: string, signal: AbortSignal): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const stop = () => channel.close()
  const timer = setTimeout(stop, PATIENCE * 1000)
  signal.addEventListener('abort', stop, { once: true })
  void channel.exit.then(() => resolve(null))
  const preamble = { cap: PREAMBLE_CAP, onOverflow: stop }
  readTo(
    channel.stdout,
    [`${mark} has\n`, `${mark} none\n`],
    (said) => {
      if (said.endsWith(' none\n')) return resolve(null)
      const lines = { cap: OFFER_CAP, onOverflow: stop }
      readTo(channel.stdout, [`${mark} all\n`], (_, text) => resolve(text), lines)
    },
    preamble,
  )
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  })
}
