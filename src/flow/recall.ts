// A manifest that is damaged or gone (host.md, guarantee 5): the history is taken from records and log; nothing is written over.

import type { HostState } from '../host/state.ts'
import {
  deployOf,
  type Entry,
  isObject,
  type JsonObject,
  parseManifest,
  type State,
} from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import type { Context } from './context.ts'
import { each, type Fleet } from './fleet.ts'

/** Whether the manifest is gone from where this tool had recorded releases: they are nobody's leftovers. */
export function isLost({ manifest, records, disk }: HostState): boolean {
  return manifest === 'absent' && records.some((release) => disk.includes(release))
}

export async function recall(context: Context, fleet: Fleet): Promise<void> {
  const blind = fleet.filter(({ state }) => state !== null && (state.damage !== null || isLost(state)))
  await each(context, blind, 'starting', async (station) => {
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
  const known = new Map(disk.map((release) => [release, recordOf(release, records)]))
  const seqOf = (release: string) => deployOf(known.get(release) ?? {})?.seq ?? 0
  const pasts = new Map<string, Past>()
  const pastOf = (release: string) => {
    const past = pasts.get(release) ?? { activations: [], activated_at: [], bad: false, failed: false }
    pasts.set(release, past)
    return past
  }
  for (const [at, line] of log.entries()) {
    const { event, mode, from, to, at: time } = parse(line) ?? {}
    // Where one was to be gone back to, or published, its failure is no verdict on the release.
    if (event === 'failed' && mode !== 'rollback' && mode !== 'publish' && isPlain(to))
      pastOf(to).failed = true
    if (!switches.has(String(event))) continue
    if (isPlain(to)) {
      const past = pastOf(to)
      past.activations.push(at + 1)
      if (typeof time === 'string') past.activated_at.push(time)
      if (event !== 'reverted') past.bad = false
    }
    // A rollback by name may go forward, which is no verdict on what it left.
    const forward = event === 'rollback' && isPlain(from) && isPlain(to) && seqOf(from) < seqOf(to)
    if ((event === 'rollback' || event === 'reverted') && isPlain(from) && !forward) pastOf(from).bad = true
  }
  // A log may have been rotated away, or be elsewhere now: its silence says nothing of what is older than its first switch.
  const begin = [...pasts].reduce(
    (least, [release, past]) => (past.activations.length > 0 ? Math.min(least, seqOf(release)) : least),
    Number.POSITIVE_INFINITY,
  )
  const recorded = [...known].flatMap(([release, record]) => (record ? [{ release, record }] : []))
  recorded.sort((a, b) => seqOf(a.release) - seqOf(b.release))
  return recorded.map(({ release, record }, at): Entry => {
    const { bad, failed, ...past } = pastOf(release)
    const told = bad || failed || past.activations.length > 0 || seqOf(release) > begin
    const state: State = !told ? 'adopted' : bad ? 'bad' : past.activations.length > 0 ? 'live' : 'failed'
    const activations = told ? past.activations : [at - recorded.length]
    return { ...record, deploy: { ...deployOf(record), ...past, activations, state } as JsonObject }
  })
}

/** Events after which the link leads elsewhere than before. */
const switches = new Set(['deploy', 'publish', 'rollback', 'reverted'])

/** What the log tells of one release. */
interface Past {
  readonly activations: number[]
  readonly activated_at: string[]
  bad: boolean
  failed: boolean
}

/** The record of a release, if it is one that a manifest may hold. */
function recordOf(release: string, records: ReadonlyMap<string, string>): Entry | undefined {
  const record = parse(records.get(release) ?? '')
  if (!record) return undefined
  try {
    const [entry] = parseManifest(JSON.stringify([{ ...record, release }]))
    return entry && deployOf(entry) ? entry : undefined
  } catch {
    return undefined
  }
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
