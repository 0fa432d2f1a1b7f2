// All hosts of a run, and the barrier: a phase ends on all of them before the next begins on any.

import pLimit from 'p-limit'
import { type Failure, failureFrom } from '../failure.ts'
import { orLeft } from './cancellation.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'
import { timed } from './timeline.ts'

/** One or more hosts failed in a phase; the others had ended theirs. */
export class FleetFailure extends Error {
  readonly phase: string
  readonly failures: readonly Failure[]

  constructor(phase: string, failures: readonly Failure[]) {
    super(failures.map((failure) => failure.message).join('; '))
    this.phase = phase
    this.failures = failures
  }
}

export type Fleet = readonly Station[]

/**
 * Runs `work` on every station, `max_parallel` at once, and waits for all.
 * With `together`, the first failure cancels the rest through the signal that `work` gets.
 * @throws FleetFailure with one Failure a failed host.
 */
export async function each(
  context: Context,
  stations: Fleet,
  phase: string,
  work: (station: Station, signal: AbortSignal) => Promise<void>,
  options: { readonly together?: boolean } = {},
): Promise<void> {
  const limit = pLimit(context.settings.max_parallel)
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const failures: Failure[] = []
  const attempt = async (station: Station) => {
    try {
      signal.throwIfAborted()
      await timed(context, station, phase, () => orLeft(context.signal, station, work(station, signal)))
    } catch (error) {
      if (stop.signal.aborted && !context.signal.aborted) return
      const failure = failureFrom(error, { host: station.host.label, phase })
      station.error ??= failure.message
      failures.push(failure)
      if (options.together) stop.abort(failure)
    }
  }
  await Promise.all(stations.map((station) => limit(() => attempt(station))))
  if (failures.length > 0) throw new FleetFailure(phase, failures)
}

/** What stopped a phase, as failures to show; `unchanged` says what was not touched by it. */
export function failuresOf(error: unknown, phase: string, unchanged: string | undefined): readonly Failure[] {
  const detail = unchanged === undefined ? { phase } : { phase, unchanged }
  return error instanceof FleetFailure
    ? error.failures.map((failure) => failure.at(detail))
    : [failureFrom(error, detail)]
}

/** One sentence for the log and for the mark on a release. */
export function reasonOf(failures: readonly Failure[]): string {
  const [first, ...rest] = failures
  const where = first?.detail.host ? `${first.detail.host}: ` : ''
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : ''
  return `${where}${first?.message ?? 'unknown'}${more}`.slice(0, 500)
}
