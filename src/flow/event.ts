// One line of the host's log (host.md, `log_file`): what happened, by whom, from where to where.

import { type Context, elapsed } from './context.ts'

export type EventName =
  | 'deploy'
  | 'stage'
  | 'publish'
  | 'rollback'
  | 'prune'
  | 'repair'
  | 'failed'
  | 'reverted'
  | 'finished'
  | 'lock taken over'

export interface EventDetail {
  readonly from?: string | null
  readonly to?: string | null
  readonly why?: string
  /** Of a rollback that was told no release and went forward: what it left is bad all the same. */
  readonly left?: 'bad'
  readonly bytes?: number
  readonly outcome?: string
  readonly releases?: readonly string[]
}

export function eventLine(context: Context, event: EventName, detail: EventDetail = {}): string {
  const { origin, settings } = context
  return JSON.stringify({
    event,
    at: new Date().toISOString(),
    mode: settings.mode,
    actor: origin.actor,
    run: origin.run,
    revision: origin.revision,
    ...detail,
    seconds: elapsed(context),
  })
}
