// A rollback with a damaged manifest (host.md, guarantee 5): the history is taken from records and log; nothing is written over.

import { type Deploy, deployOf, type Entry, isObject, type JsonObject } from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import type { Context } from './context.ts'
import { each, type Fleet } from './fleet.ts'

export async function recall(context: Context, fleet: Fleet): Promise<void> {
  const damaged = fleet.filter((station) => station.state?.damage)
  await each(context, damaged, 'starting', async (station) => {
    const { records, log } = await station.session.records()
    station.entries = rebuild(station.state?.disk ?? [], records, log)
    context.watch.note(
      station.host.label,
      `goes by ${station.entries.length} records and the log instead of the manifest`,
    )
  })
}

/** What records and log say of the releases on the disk. Exported for its tests. */
export function rebuild(
  disk: readonly string[],
  records: ReadonlyMap<string, string>,
  log: readonly string[],
): readonly Entry[] {
  const events = log.map(parse).filter((event) => event !== null)
  const switches = events.filter(
    (event) => isPlain(event.to) && ['deploy', 'rollback', 'reverted'].includes(String(event.event)),
  )
  const left = new Set(events.filter((event) => event.event !== 'deploy').map((event) => event.from))
  const entries = disk.flatMap((release): Entry[] => {
    const record = parse(records.get(release) ?? '')
    const deploy = record ? deployOf(record) : undefined
    if (!record || !deploy || !Number.isSafeInteger(deploy.seq)) return []
    const activations = switches.flatMap((event, at) => (event.to === release ? [at + 1] : []))
    const state: Deploy['state'] = left.has(release) ? 'bad' : activations.length > 0 ? 'live' : 'failed'
    return [{ ...record, release, deploy: { ...deploy, state, activations } as JsonObject }]
  })
  return entries.sort((a, b) => (deployOf(a)?.seq ?? 0) - (deployOf(b)?.seq ?? 0))
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
