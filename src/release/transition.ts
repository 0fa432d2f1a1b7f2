// What becomes of a release on record: made, staged, live, failed, bad, adopted. Pure; each gives the records as they are from then on.

import { amend, type Deploy, deployOf, type Entry, type JsonObject, nextSeq, utc } from './manifest.ts'

/** The record of a release that was never live: it counts as failed until it is. */
export function made(
  release: string,
  seq: number,
  told: Readonly<Partial<Deploy>> = {},
  metadata: JsonObject = {},
): Entry {
  const deploy: Deploy = { schema: 1, seq, state: 'failed', activations: [], activated_at: [], ...told }
  return { ...metadata, release, deploy: deploy as JsonObject }
}

/** The record of one that somebody else made, and that was live for the first time at `seq`. */
export function adoptedAt(release: string, seq: number): Entry {
  return made(release, seq, { state: 'adopted', activations: [seq] })
}

/** Releases that nobody vouched for belong to the manifest from now on, oldest of all; a prune may take them some day. */
export function withAdopted(entries: readonly Entry[], names: readonly string[]): readonly Entry[] {
  const used = entries.flatMap((entry) => [
    deployOf(entry)?.seq ?? 0,
    ...(deployOf(entry)?.activations ?? []),
  ])
  const first = used.reduce((least, seq) => Math.min(least, seq), 0) - names.length
  return [...names.map((release, at) => adoptedAt(release, first + at)), ...entries]
}

/** With `release` live from now on. */
export function activated(entries: readonly Entry[], release: string, now: Date): readonly Entry[] {
  const seq = nextSeq(entries)
  return amend(entries, release, ({ reason: _, ...deploy }) => ({
    ...(deploy as Deploy),
    state: 'live',
    activations: [...deploy.activations, seq],
    activated_at: [...deploy.activated_at, utc(now)],
  }))
}

/** @param stirred whether commands changed it. */
export function staged(entries: readonly Entry[], release: string, stirred = false): readonly Entry[] {
  return amend(entries, release, ({ reason: _, stirred: __, ...deploy }) => ({
    ...(deploy as Deploy),
    state: 'staged',
    ...(stirred ? { stirred: true } : {}),
  }))
}

export function failedFor(entries: readonly Entry[], release: string, reason: string): readonly Entry[] {
  return amend(entries, release, (deploy) => ({ ...deploy, state: 'failed', reason }))
}

/** One that a run died with before anything was ever live. */
export function neverLive(entry: Entry): Entry {
  return { ...entry, deploy: { ...deployOf(entry), state: 'failed', activations: [] } as JsonObject }
}

export function bad(entries: readonly Entry[], release: string, reason: string): readonly Entry[] {
  return amend(entries, release, (deploy) => ({ ...deploy, state: 'bad', reason }))
}

/** Gone back to by a rollback of this workflow run, which a second attempt of it goes by. @param left what was served until then. */
export function goneBackTo(
  entries: readonly Entry[],
  release: string,
  run: string,
  left: string | null,
): readonly Entry[] {
  return amend(entries, release, ({ rolled_back_from: _, ...deploy }) => ({
    ...(deploy as Deploy),
    rolled_back_in: run,
    ...(left === null ? {} : { rolled_back_from: left }),
  }))
}

/** Published by this workflow run, which a second attempt of it goes by. */
export function publishedIn(
  entries: readonly Entry[],
  release: string,
  run: string | null,
): readonly Entry[] {
  return run === null ? entries : amend(entries, release, (deploy) => ({ ...deploy, published_in: run }))
}

/** From the switch on, until all that follows it has ended well. */
export function unfinished(entries: readonly Entry[], release: string): readonly Entry[] {
  return amend(entries, release, (deploy) => ({ ...deploy, unfinished: true }))
}

export function finished(entries: readonly Entry[], release: string): readonly Entry[] {
  return amend(entries, release, ({ unfinished: _, ...deploy }) => deploy as Deploy)
}
