// How long each host was at each phase, for the report.

import { type Context, elapsed } from './context.ts'
import type { Span } from './result.ts'
import type { Station } from './station.ts'

/** Runs `work`, and notes on the station how long it was at `phase`. */
export async function timed(
  context: Context,
  station: Station,
  phase: string,
  work: () => Promise<void>,
): Promise<void> {
  const begin = elapsed(context)
  try {
    await work()
  } finally {
    const end = elapsed(context)
    context.watch.debug(station.host.label, `${phase}: ${Math.round((end - begin) * 1000)} ms`)
    station.busy += end - begin
    station.spans = joined(station.spans, { phase, begin, end })
  }
}

/** Seconds between two stretches that follow each other at once. In a longer gap the host waited for others. */
const AT_ONCE = 0.01

/** The spans with one more; what goes on at once at the same phase is one stretch. Exported for its tests. */
export function joined(spans: readonly Span[], next: Span): readonly Span[] {
  const last = spans.at(-1)
  if (last?.phase !== next.phase || next.begin - last.end >= AT_ONCE) return [...spans, next]
  return [...spans.slice(0, -1), { ...last, end: Math.max(last.end, next.end) }]
}
