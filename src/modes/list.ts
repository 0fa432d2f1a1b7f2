// `mode: list`: manifest × disk × link × hosts; changes nothing and waits for no lock (flow.md, "List").

import { type Context, elapsed } from '../flow/context.ts'
import { type Fleet, failuresOf } from '../flow/fleet.ts'
import { gather } from '../flow/gather.ts'
import { type Outcome, outcomeOf, releaseRows } from '../flow/outcome.ts'
import { describeHolder } from '../host/lock.ts'

export async function list(context: Context, fleet: Fleet): Promise<Outcome> {
  const ending = (status: 'listed' | 'failed', failures: Outcome['failures'] = []) =>
    outcomeOf(fleet, elapsed(context), { status, release: commonRelease(fleet), previous: null, failures })
  try {
    context.watch.phase('starting', 'connect and look at every host')
    await gather(context, fleet, { access: 'look', verify: '' })
  } catch (error) {
    return ending('failed', failuresOf(error, 'starting', 'Nothing was changed on any host.'))
  }
  for (const station of fleet) tellState(context, station)
  tellDrift(context, fleet)
  return ending('listed')
}

function commonRelease(fleet: Fleet): string | null {
  const serving = new Set(fleet.map((station) => station.current))
  return serving.size === 1 ? (fleet[0]?.current ?? null) : null
}

function tellState({ watch }: Context, { host, state, layout }: Fleet[number]): void {
  if (!state) return
  const say = (text: string) => watch.note(host.label, text)
  if (state.absent) say(`${layout.root} does not exist yet`)
  if (state.obstacle) watch.warn(host.label, `a real ${state.obstacle} stands where the public link belongs`)
  if (state.link !== null && state.current === null)
    say(`the link leads to ${state.link}, which is no release`)
  if (state.held) say(`locked: ${describeHolder(state.held.replace(/^\d+ /, ''))}`)
  if (state.incoming.length > 0)
    say(`${state.incoming.length} interrupted uploads; the next deploy goes on from one`)
  if (state.leftovers.length > 0)
    say(`${state.leftovers.length} leftovers in .releases/; the next deploy or prune removes them`)
}

function tellDrift({ watch }: Context, fleet: Fleet): void {
  const serving = new Map<string, string[]>()
  for (const station of fleet) {
    const release = station.current ?? 'nothing'
    serving.set(release, [...(serving.get(release) ?? []), station.host.label])
  }
  if (serving.size > 1) {
    const parts = [...serving].map(([release, hosts]) => `${release} on ${hosts.join(', ')}`)
    watch.warn(undefined, `the hosts differ: ${parts.join('; ')}`)
  }
  for (const row of releaseRows(fleet)) {
    const lacking = row.missing_on
    if (Array.isArray(lacking) && row.hosts.length > 0)
      watch.note(undefined, `${row.release} is missing on ${lacking.join(', ')}`)
  }
}
