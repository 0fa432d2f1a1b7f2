// What on a host stops a run before it begins: pure, from what the host told of itself.

import { Failure } from '../failure.ts'
import { quote } from '../host/quote.ts'
import type { HostState } from '../host/state.ts'
import { publicPath } from '../release/layout.ts'
import { isOneOf, type Mode, preparing } from '../settings/mode.ts'
import { rsyncProblem } from '../transfer/rsync_fitness.ts'
import type { Context } from './context.ts'
import type { Station } from './station.ts'

interface Obstacle {
  readonly message: string
  readonly remedy: string
}

/** What is judged: a host as it told itself, and by which mode. */
interface Case {
  readonly mode: Mode
  /** Whether a release is to be made here, now or by the deploy that a check is for. */
  readonly prepares: boolean
  /** Whether no other host has anything. */
  readonly alone: boolean
  readonly station: Station
  readonly state: HostState
}

/** @param alone whether no other host has anything. */
export function obstacles(context: Context, station: Station, alone: boolean): readonly Failure[] {
  const { state, host } = station
  if (!state) return []
  const { mode } = context.settings
  const at: Case = { mode, prepares: isOneOf(preparing, mode), alone, station, state }
  const found = mode === 'list' ? [] : [...missingTools(at), ...wrongRsync(at), ...inTheWay(at)]
  return found.map(
    ({ message, remedy }) =>
      new Failure(message, {
        host: host.label,
        phase: 'starting',
        remedy,
        unchanged: 'Nothing was changed on any host.',
      }),
  )
}

function refuse(message: string, remedy: string): Obstacle {
  return { message, remedy }
}

function missingTools({ state, prepares }: Case): readonly Obstacle[] {
  const needed = (tool: string) => tool !== 'flock' && tool !== 'tar' && (tool !== 'rsync' || prepares)
  return state.missingTools
    .filter(needed)
    .map((tool) =>
      refuse(`the host has no ${tool}`, `Install ${tool} on the host, where the ssh user's PATH finds it.`),
    )
}

function wrongRsync({ state, prepares }: Case): readonly Obstacle[] {
  // A host that finds what would stop it may not have looked for its tools.
  const stopped = state.obstacle !== null || state.blocked || state.exposed.length > 0
  if (!prepares || (stopped && state.rsync === '') || state.missingTools.includes('rsync')) return []
  const problem = rsyncProblem(state.rsync)
  if (problem === null) return []
  return [
    refuse(`the host's rsync ${problem}`, 'Install rsync 3.1 or newer from rsync.samba.org on the host.'),
  ]
}

/** Where one of the first stands, the host has looked at nothing else (open.sh). */
function inTheWay(at: Case): readonly Obstacle[] {
  const { mode, prepares, alone, state, station } = at
  const { layout } = station
  const [exposed] = state.exposed
  if (exposed !== undefined && mode !== 'rollback') {
    return [
      refuse(
        `everybody on the host may write in ${exposed}, and could put something else in the place of a release`,
        `Take that right away: chmod o-w ${quote(exposed)}. A group that deploys together keeps it: chmod 2775.`,
      ),
    ]
  }
  if (state.obstacle !== null) {
    const path = publicPath(layout)
    return [
      refuse(
        `${path} is a real ${state.obstacle}, not a symlink, and is never replaced`,
        `Move it away on the host, e.g. mv ${quote(path)} ${quote(`${path}.before-releases`)}, then run again.`,
      ),
    ]
  }
  if (state.blocked) {
    const above = !`${state.blocked}/`.startsWith(`${layout.root}/`)
    const what = state.blocked === layout.root ? `${layout.root} (remote_dir)` : state.blocked
    return [
      refuse(
        `${above ? `${layout.root} cannot be made: ` : ''}${what} is no directory`,
        'Check remote_dir. What is in its way is never removed: move it away on the host if it should go.',
      ),
    ]
  }
  if (state.absent && !prepares) {
    // The others of a fleet are mended before a deploy brings this one level.
    if (mode === 'repair' && !alone) return []
    return [
      refuse(
        `${layout.root} does not exist`,
        'Check remote_dir. A host that is new or was emptied gets there by a deploy; until then, leave it out of `hosts`.',
      ),
    ]
  }
  return [wrongReleases, brokenManifest, wrongShared, wrongDocroot, unwritable].flatMap((judge) => judge(at))
}

function wrongReleases({ state, station: { layout } }: Case): readonly Obstacle[] {
  const releases = `${layout.root}/${layout.releases}`
  const found: Obstacle[] = []
  if (state.symlinked) {
    found.push(
      refuse(`${releases} is a symlink, which is never followed`, 'Point remote_dir at the real place.'),
    )
  }
  if (state.elsewhere) {
    found.push(
      refuse(
        `${releases} is on another filesystem than remote_dir`,
        'Put both on one filesystem: only there is a rename atomic.',
      ),
    )
  }
  return found
}

function brokenManifest({ mode, state, station: { layout } }: Case): readonly Obstacle[] {
  if (!state.damage || mode === 'rollback' || mode === 'repair') return []
  return [
    refuse(
      `manifest.json cannot be trusted: ${state.damage.message}`,
      state.damage.future
        ? 'Use the newer version of this action.'
        : `Look at ${layout.root}/manifest.json; the copy before it is .releases/manifest.json.previous. \`mode: repair\` rebuilds it; a rollback works meanwhile.`,
    ),
  ]
}

function wrongShared({ prepares, state, station: { layout } }: Case): readonly Obstacle[] {
  if (!prepares) return []
  const shown = (paths: readonly string[]) => paths.map((path) => `${layout.root}/${path}`).join(', ')
  const found: Obstacle[] = []
  if (state.lacking.length > 0) {
    found.push(
      refuse(
        `linked_files are missing: ${shown(state.lacking)}`,
        "They are yours, not the build's: make the directory there, and put them into it once, e.g. with scp. A deploy links them into each release.",
      ),
    )
  }
  if (state.unfit.length > 0) {
    found.push(
      refuse(
        `what linked_dirs or linked_files name is of the wrong kind: ${shown(state.unfit)}`,
        'A linked directory must be a directory, a linked file must not be one.',
      ),
    )
  }
  return found
}

function wrongDocroot({ mode, state, station: { layout, host } }: Case): readonly Obstacle[] {
  if (!state.docroot || mode === 'stage' || mode === 'prune' || mode === 'repair') return []
  const fault = state.docroot === 'missing' ? 'does not exist' : "is not the ssh user's to write in"
  return [
    refuse(
      `${layout.linkDir} (the directory of public_dir) ${fault}`,
      `The link is renamed within its own directory, so the ssh user must write there: sudo install -d -o ${host.user ?? 'USER'} ${quote(layout.linkDir)}`,
    ),
  ]
}

function unwritable({ prepares, state, station: { layout, host } }: Case): readonly Obstacle[] {
  if (!prepares || state.unwritable.length === 0) return []
  const { become } = host.settings
  const owner = become ?? host.user ?? 'USER'
  const what = state.absent ? layout.root : 'what linked_dirs name'
  const places = [...new Set(state.unwritable)]
  return [
    refuse(
      `${what} cannot be made: ${become ?? 'the ssh user'} may not write in ${places.join(', ')}`,
      state.absent
        ? `Make it for that user once: sudo install -d -o ${owner} ${quote(layout.root)}`
        : `Give that user the right: sudo chown ${owner} ${places.map(quote).join(' ')}`,
    ),
  ]
}
