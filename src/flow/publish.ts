// `publishing`: one rename on a host, read back there, and recorded with it in the same message.

import type { Order } from './order.ts'
import type { Station } from './station.ts'

/**
 * Switches one host, unless it was told to before.
 * @throws Failure when the host refuses or the link does not read back; whether it was switched is then not known.
 */
export async function publish(
  station: Station,
  { publication, entries }: Order,
  onSwitched?: () => void,
): Promise<void> {
  const { session, ahead, armed } = station
  const { release } = publication
  if (ahead === null) {
    station.touched = true
    // Until the host has answered, nobody knows what it serves.
    station.current = null
    await session.publish({ ...publication, armed: armed === release }, onSwitched)
  } else await ahead.switched
  station.entries = entries
  station.current = release
}
