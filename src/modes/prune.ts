// `mode: prune`: what every host no longer needs goes, by the same plan that a deploy ends with.

import { type Context, elapsed } from '../flow/context.ts'
import { each, type Fleet, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { type Outcome, outcomeOf } from '../flow/outcome.ts'
import { prune } from '../flow/prune.ts'

export async function pruneAll(context: Context, fleet: Fleet): Promise<Outcome> {
  const ending = (status: 'pruned' | 'failed', failures: Outcome['failures'] = []) =>
    outcomeOf(fleet, elapsed(context), {
      status,
      release: fleet[0]?.current ?? null,
      previous: null,
      failures,
    })
  try {
    context.watch.phase('starting', 'connect, lock and look at every host')
    await gather(context, fleet, { access: 'lock', verify: '' })
  } catch (error) {
    return ending('failed', failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  context.watch.phase('finishing', 'prune')
  try {
    await each(context, fleet, 'finishing', async (station) => {
      const removed = await prune(context, station)
      if (removed.length === 0) context.watch.note(station.host.label, 'nothing to remove')
    })
  } catch (error) {
    return ending('failed', failuresOf(error, 'finishing', 'The current release is untouched on every host.'))
  }
  return ending('pruned')
}
