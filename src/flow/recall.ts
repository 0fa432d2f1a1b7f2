// A manifest that is damaged or gone (host.md, "The manifest"): the history is taken from records and log; nothing is written over.

import type { HostState } from '../host/state.ts'
import { adopt } from '../release/adoption.ts'
import { adoptCurrent } from '../release/history.ts'
import {
  deployOf,
  type Entry,
  isObject,
  type JsonObject,
  nameOf,
  parseManifest,
  type State,
} from '../release/manifest.ts'
import { isPlain } from '../release/name.ts'
import type { Context } from './context.ts'
import { each, type Fleet } from './fleet.ts'
import type { Station } from './station.ts'

/** Whether the manifest is gone from where this tool had recorded releases: they are nobody's leftovers. */
export function isLost({ manifest, records, disk }: HostState): boolean {
  return manifest === 'absent' && records.some((release) => disk.includes(release))
}

export async function recall(context: Context, fleet: Fleet): Promise<void> {
  const blind = fleet.filter(({ state }) => state !== null && (state.damage !== null || isLost(state)))
  await each(context, blind, 'starting', async (station) => {
    const { records, log } = await station.session.records()
    const disk = station.state?.disk ?? []
    station.entries = adopt({ entries: rebuild(disk, records, log), disk }, station.state?.vouched ?? [])
    context.watch.note(
      station.host.label,
      `goes by ${station.entries.length} records and the log instead of the manifest`,
    )
  })
  // The run that switched it died before it could say so.
  const unsaid = fleet.filter((station) => !blind.includes(station) && isUnsaid(station))
  await each(context, unsaid, 'starting', async (station) => {
    const { records } = await station.session.records()
    const record = recordOf(station.current as string, records)
    if (!record) return
    const deploy = { ...deployOf(record), unfinished: true } as JsonObject
    const entries = [...station.entries, { ...record, deploy }]
    station.entries = adoptCurrent({ entries, current: station.current })
  })
}

/** Whether what the link serves is on record, but not in the manifest. */
function isUnsaid({ state, current, entries }: Station): boolean {
  return (
    current !== null &&
    state?.records.includes(current) === true &&
    !entries.some((entry) => nameOf(entry) === current)
  )
}

/** What records and log say of the releases on the disk. Exported for its tests. */
export function rebuild(
  disk: readonly string[],
  records: ReadonlyMap<string, string>,
  log: readonly string[],
): readonly Entry[] {
  const named = new Set(log.flatMap((line) => namesIn(parse(line) ?? {})))
  const strangers = [...named].filter((release) => disk.includes(release) && !recordOf(release, records))
  // The log alone tells of them: what another tool had made, or whose record is gone. Nobody knows when; before all that is on record.
  const stub = (release: string): Entry => ({
    release,
    deploy: { schema: 1, seq: strangers.indexOf(release) - strangers.length, state: 'adopted' },
  })
  const known = new Map(
    disk.map((release) => [
      release,
      recordOf(release, records) ?? (named.has(release) ? stub(release) : undefined),
    ]),
  )
  const seqOf = (release: string) => deployOf(known.get(release) ?? {})?.seq ?? 0
  const pasts = new Map<string, Past>()
  const pastOf = (release: string) => {
    const past = pasts.get(release) ?? {
      activations: [],
      activated_at: [],
      bad: false,
      failed: false,
      staged: false,
    }
    pasts.set(release, past)
    return past
  }
  // The oldest that is there, and whose own deploy the log tells of: what came after it is told of, too.
  let begin = Number.POSITIVE_INFINITY
  // The last switch, and what the log had told of whom it left and led to: who puts it back says nothing of either, but that a deploy failed.
  let last: { readonly to: unknown; readonly before: ReadonlyMap<string, Past> } | undefined
  for (const [at, line] of log.entries()) {
    const { event, mode, from, to, at: time } = parse(line) ?? {}
    const deployed = mode !== 'rollback' && mode !== 'publish'
    if (event === 'reverted' && isPlain(from) && last?.to === from) {
      for (const [release, past] of last.before) pasts.set(release, past)
      last = undefined
      if (deployed) Object.assign(pastOf(from), { failed: true, staged: false })
      continue
    }
    if (event === 'stage' && isPlain(to)) pastOf(to).staged = true
    // Where one was to be gone back to, or published, its failure is no verdict on the release.
    if (event === 'failed' && deployed && isPlain(to))
      Object.assign(pastOf(to), { failed: true, staged: false })
    if (!switches.has(String(event))) continue
    const named = [from, to].filter(isPlain)
    last = { to, before: new Map(named.map((release) => [release, structuredClone(pastOf(release))])) }
    // It was live without a word of when: that could not be written.
    if (isPlain(from) && known.has(from) && pastOf(from).activations.length === 0)
      pastOf(from).activations.push(2 * at + 1)
    if (event === 'deploy' && isPlain(to) && known.get(to)) begin = Math.min(begin, seqOf(to))
    if (isPlain(to)) {
      const past = pastOf(to)
      past.activations.push(2 * at + 2)
      if (typeof time === 'string') past.activated_at.push(time)
      if (event !== 'reverted') past.bad = false
    }
    // A rollback by name may go forward, which is no verdict on what it left.
    const forward = event === 'rollback' && isPlain(from) && isPlain(to) && seqOf(from) < seqOf(to)
    const verdict = event === 'rollback' || (event === 'reverted' && deployed)
    if (verdict && isPlain(from) && !forward) pastOf(from).bad = true
  }
  // A log may have been rotated away, or be elsewhere now: its silence says nothing of what is older than its first deploy.
  const recorded = [...known].flatMap(([release, record]) => (record ? [{ release, record }] : []))
  recorded.sort((a, b) => seqOf(a.release) - seqOf(b.release))
  return recorded.map(({ release, record }, at): Entry => {
    const { bad, failed, staged, ...past } = pastOf(release)
    const told = bad || failed || staged || past.activations.length > 0 || seqOf(release) > begin
    const state: State = !told
      ? 'adopted'
      : bad
        ? 'bad'
        : past.activations.length > 0
          ? 'live'
          : staged
            ? 'staged'
            : 'failed'
    const activations = told ? past.activations : [at - recorded.length]
    return { ...record, deploy: { ...deployOf(record), ...past, activations, state } as JsonObject }
  })
}

/** The releases that a switch led to, or from. */
function namesIn({ event, from, to }: JsonObject): readonly string[] {
  return switches.has(String(event)) ? [from, to].filter(isPlain) : []
}

/** Events after which the link leads elsewhere than before. */
const switches = new Set(['deploy', 'publish', 'rollback', 'reverted'])

/** What the log tells of one release. */
interface Past {
  readonly activations: number[]
  readonly activated_at: string[]
  bad: boolean
  failed: boolean
  staged: boolean
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
