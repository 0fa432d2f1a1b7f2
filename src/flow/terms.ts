// How an upload goes, by what runner and host both can: each rsync would otherwise ask the other first, or not do it.

import { availableParallelism } from 'node:os'
import type { Artifact } from '../transfer/artifact.ts'
import { chooseCompression, saysCompression } from '../transfer/compression.ts'
import { localAbilities } from '../transfer/rsync_version.ts'
import type { Upload } from '../transfer/sending.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

/** What both can, and are told to do. */
export type Terms = Pick<Upload, 'xxh128' | 'compression' | 'tar' | 'stream'>

export const NOTHING: Terms = { xxh128: false, compression: null, tar: false, stream: false }

/** The user's own flags say more than what either rsync has. */
export async function termsOf(context: Context, station: Station, artifact: Artifact): Promise<Terms> {
  const { rsync: version = '', knows = [] } = station.state ?? {}
  const ours = await localAbilities()
  const crowd = Math.min(context.hosts.length, context.settings.max_parallel) / availableParallelism()
  const { roundTrip } = station.connection
  const compression = saysCompression(context.settings.rsync_flags ?? [])
    ? null
    : chooseCompression(ours, { version, knows }, roundTrip, crowd)
  const terms = {
    // Without compression it is next door, where no trip takes long.
    stream: artifact.plain && compression !== null && knows.includes('unzstd'),
    tar: artifact.plain && knows.includes('tar'),
    xxh128: artifact.plain && ours.knows.includes('xxh128') && knows.includes('xxh128'),
    compression,
  }
  context.watch.debug(station.host.label, JSON.stringify({ roundTrip, ...terms }))
  return terms
}
