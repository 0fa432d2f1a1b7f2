// What the rsyncs of runner and host are both told to do, since both can: each would otherwise ask the other first, or not do it.

import { availableParallelism } from 'node:os'
import type { Artifact } from '../transfer/artifact.ts'
import { chooseCompression, saysCompression } from '../transfer/compression.ts'
import { localAbilities } from '../transfer/rsync_version.ts'
import type { Upload } from '../transfer/upload.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

/** What both rsyncs can do, and are told to. */
export type Terms = Pick<Upload, 'xxh128' | 'compression'>

export const NOTHING: Terms = { xxh128: false, compression: null }

/** The user's own flags say more than what either rsync has. */
export async function termsOf(context: Context, station: Station, artifact: Artifact): Promise<Terms> {
  const { rsync: version = '', knows = [] } = station.state ?? {}
  const ours = await localAbilities()
  const crowd = context.hosts.length / availableParallelism()
  const { roundTrip } = station.connection
  const terms = {
    xxh128: artifact.plain && ours.knows.includes('xxh128') && knows.includes('xxh128'),
    compression: saysCompression(context.settings.rsync_flags ?? [])
      ? null
      : chooseCompression(ours, { version, knows }, roundTrip, crowd),
  }
  context.watch.debug(station.host.label, JSON.stringify({ roundTrip, ...terms }))
  return terms
}
