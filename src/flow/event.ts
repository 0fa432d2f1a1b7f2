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
  | 'lock taken over'

export interface EventDetail {
  readonly from?: string | null
  readonly to?: string | null
  readonly why?: string
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
