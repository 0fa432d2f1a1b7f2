// Before a switch to a release that was there already: is it still what it was when it was published? (`verify`)

import { Failure, failureFrom } from '../failure.ts'
import { isPlain } from '../release/name.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

/**
 * What commands on a host have made of a release that is about to be published, or staged, is what it was published as. Without that it is
 * compared with its upload.
 * @returns whether they changed any of it.
 */
export async function renewWhole({ watch }: Context, station: Station, release: string): Promise<boolean> {
  if (!station.stirred) return false
  station.stirred = false
  try {
    return await station.session.renew(release)
  } catch (error) {
    const why = failureFrom(error).message
    watch.debug(station.host.label, `what commands made of ${release} will count as changed later: ${why}`)
    return false
  }
}

/** @throws Failure when files are missing, or with `verify: strict` when any changed. */
export async function whole(context: Context, station: Station, release: string): Promise<void> {
  const { host, session, state } = station
  const { verify } = host.settings
  if (verify === 'off' || !isPlain(release)) return
  const seen = state?.verified?.release === release ? state.verified : await session.verify(release)
  if (!seen) {
    throw new Failure(`release ${release} is not there as a plain directory`, {
      host: host.label,
    })
  }
  if (!seen.known) {
    context.watch.note(
      host.label,
      `${release} was not made by this tool: there is no index to compare it with`,
    )
    return
  }
  const list = (paths: readonly string[], count: number) =>
    `${paths.join(', ')}${count > paths.length ? ', …' : ''}`
  if (seen.missing > 0) {
    throw new Failure(
      `release ${release} has lost ${seen.missing === 1 ? '1 entry' : `${seen.missing} entries`}: ${list(seen.missingPaths, seen.missing)}`,
      {
        host: host.label,
        remedy: 'Name another `release`, or set `verify: off` if they may be missing.',
      },
    )
  }
  if (seen.changed === 0) return
  const files = seen.changed === 1 ? '1 file' : `${seen.changed} files`
  const changed = `${files} of ${release} changed since it was published: ${list(seen.changedPaths, seen.changed)}`
  if (verify === 'strict') {
    throw new Failure(changed, {
      host: host.label,
      remedy: 'Name another `release`, or use `verify: warn`.',
    })
  }
  context.watch.warn(host.label, changed)
}
