// What the machine must have that a run is started on.

import { Failure } from './failure.ts'
import { isOneOf, uploading } from './settings/mode.ts'
import { rsyncProblem } from './transfer/rsync_fitness.ts'
import { localRsync } from './transfer/rsync_version.ts'

/**
 * Before anything is connected.
 * @throws Failure when it lacks what a mode needs.
 */
export async function checkRunner(mode: string): Promise<void> {
  const unchanged = 'Nothing was connected.'
  if (process.platform === 'win32') {
    throw new Failure('this action does not run on Windows runners', {
      remedy: 'Use `runs-on: ubuntu-latest`.',
      unchanged,
    })
  }
  const problem = isOneOf(uploading, mode) ? await rsyncFailure() : null
  if (problem !== null) throw problem.at({ unchanged })
}

/** Why no artifact can be read or sent from here; null when one can be. */
export async function rsyncFailure(): Promise<Failure | null> {
  const version = await localRsync()
  const problem = version === null ? 'is missing' : rsyncProblem(version)
  if (problem === null) return null
  return new Failure(`the runner's rsync ${problem}`, {
    phase: 'starting',
    remedy:
      'Install rsync 3.1 or newer in an earlier step: `sudo apt-get install rsync`, on macOS `brew install rsync`.',
  })
}
