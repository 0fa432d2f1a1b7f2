// What on a host stops a run before it begins, and what is only worth a remark: pure, from what the host told of itself.

import { Failure } from '../failure.ts'
import { quote } from '../host/quote.ts'
import type { HostState } from '../host/state.ts'
import { publicPath } from '../release/layout.ts'
import type { Settings } from '../settings/schema.ts'
import { series } from '../wording.ts'
import type { Context } from './context.ts'
import { isLost } from './recall.ts'
import type { Station } from './station.ts'

type Version = readonly [major: number, minor: number]

/** The oldest rsync whose flags this tool uses. */
const OLDEST_RSYNC: Version = [3, 1]

/** The oldest rsync without the holes that were closed in January 2025 (CVE-2024-12084 and others). */
const SAFE_RSYNC: Version = [3, 4]

/** @param alone whether no other host has anything. */
export function obstacles(context: Context, station: Station, alone: boolean): readonly Failure[] {
  const { state, layout, host } = station
  if (!state) return []
  const { mode } = context.settings
  const uploads = mode === 'deploy' || mode === 'stage' || mode === 'check'
  const found: Failure[] = []
  const refuse = (message: string, remedy: string) => {
    const detail = {
      host: host.label,
      phase: 'starting',
      remedy,
      unchanged: 'Nothing was changed on any host.',
    }
    found.push(new Failure(message, detail))
  }
  for (const tool of mode === 'list' ? [] : state.missingTools.filter((name) => needed(name, uploads))) {
    refuse(`the host has no ${tool}`, `Install ${tool} on the host, where the ssh user's PATH finds it.`)
  }
  // A host that finds what would stop it does not look for its tools.
  const [exposed] = state.exposed
  const stopped = state.obstacle !== null || state.blocked || exposed !== undefined
  if (uploads && !stopped && !state.missingTools.includes('rsync')) {
    const problem = rsyncProblem(state.rsync)
    if (problem)
      refuse(`the host's rsync ${problem}`, 'Install rsync 3.1 or newer from rsync.samba.org on the host.')
  }
  if (mode === 'list') return found
  if (exposed !== undefined && mode !== 'rollback') {
    refuse(
      `everybody on the host may write in ${exposed}, and could put something else in the place of a release`,
      `Take that right away: chmod o-w ${quote(exposed)}. A group that deploys together keeps it: chmod 2775.`,
    )
    return found
  }
  if (state.obstacle !== null) {
    const path = publicPath(layout)
    refuse(
      `${path} is a real ${state.obstacle}, not a symlink, and is never replaced`,
      `Move it away on the host, e.g. mv ${quote(path)} ${quote(`${path}.before-releases`)}, then run again.`,
    )
    return found
  }
  if (state.blocked) {
    refuse(
      state.blocked === layout.root
        ? `${layout.root} (remote_dir) is no directory`
        : `${layout.root} cannot be made: ${state.blocked} is no directory`,
      'Check remote_dir. What is in its way is never removed: move it away on the host if it should go.',
    )
    return found
  }
  if (state.absent && !uploads) {
    // The others of a fleet are mended before a deploy brings this one level.
    if (mode === 'repair' && !alone) return found
    refuse(`${layout.root} does not exist`, 'Check remote_dir, or deploy there first.')
    return found
  }
  if (state.symlinked) {
    refuse(
      `${layout.root}/${layout.releases} is a symlink, which is never followed`,
      'Point remote_dir at the real place.',
    )
  }
  if (state.elsewhere) {
    refuse(
      `${layout.root}/${layout.releases} is on another filesystem than remote_dir`,
      'Put both on one filesystem: only there is a rename atomic.',
    )
  }
  if (state.damage && mode !== 'rollback' && mode !== 'repair') {
    refuse(
      `manifest.json cannot be trusted: ${state.damage.message}`,
      state.damage.future
        ? 'Use the newer version of this action.'
        : `Look at ${layout.root}/manifest.json; the copy before it is .releases/manifest.json.previous. \`mode: repair\` rebuilds it; a rollback works meanwhile.`,
    )
  }
  if (uploads && state.lacking.length > 0) {
    refuse(
      `linked_files are missing: ${state.lacking.map((path) => `${layout.root}/${path}`).join(', ')}`,
      "They are yours, not the build's: put them there once, e.g. with scp. A deploy links them into each release.",
    )
  }
  if (uploads && state.unfit.length > 0) {
    const paths = state.unfit.map((path) => `${layout.root}/${path}`).join(', ')
    refuse(
      `what linked_dirs or linked_files name is of the wrong kind: ${paths}`,
      'A linked directory must be a directory, a linked file must not be one.',
    )
  }
  if (state.docroot && mode !== 'stage' && mode !== 'prune' && mode !== 'repair') {
    const fault = state.docroot === 'missing' ? 'does not exist' : "is not the ssh user's to write in"
    refuse(
      `${layout.linkDir} (the directory of public_dir) ${fault}`,
      `The link is renamed within its own directory, so the ssh user must write there: sudo install -d -o ${host.user ?? 'USER'} ${quote(layout.linkDir)}`,
    )
  }
  if (uploads && state.unwritable.length > 0) {
    const { become } = host.settings
    const who = become ?? 'the ssh user'
    const owner = become ?? host.user ?? 'USER'
    const what = state.absent ? layout.root : 'what linked_dirs name'
    const places = [...new Set(state.unwritable)]
    refuse(
      `${what} cannot be made: ${who} may not write in ${places.join(', ')}`,
      state.absent
        ? `Make it for that user once: sudo install -d -o ${owner} ${quote(layout.root)}`
        : `Give that user the right: sudo chown ${owner} ${places.map(quote).join(' ')}`,
    )
  }
  return found
}

function needed(tool: string, uploads: boolean): boolean {
  if (tool === 'flock' || tool === 'tar') return false
  return tool !== 'rsync' || uploads
}

/** Why this rsync cannot serve, or null. `line` is the first line of `rsync --version`. */
export function rsyncProblem(line: string): string | null {
  if (/openrsync/i.test(line)) return `is openrsync (${line.trim()}), which lacks needed flags`
  const version = versionOf(line)
  if (!version) return `did not tell its version (${line.trim().slice(0, 100)})`
  return isOlder(version, OLDEST_RSYNC) ? `is too old (${version.join('.')})` : null
}

function versionOf(line: string): Version | null {
  const found = /version v?(\d+)\.(\d+)/.exec(line)
  return found ? [Number(found[1]), Number(found[2])] : null
}

function isOlder([major, minor]: Version, [thanMajor, thanMinor]: Version): boolean {
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}

/** A remark on the rsyncs that may still have known holes, by whose they are; null when there are none. */
export function rsyncRemark(lines: ReadonlyMap<string, string>): string | null {
  const old = [...lines].filter(([, line]) => {
    const version = versionOf(line)
    return version !== null && isOlder(version, SAFE_RSYNC)
  })
  if (old.length === 0) return null
  const whose = series(old.map(([owner]) => owner))
  return `rsync is older than 3.4.0 on ${whose}: known holes were closed there (CVE-2024-12084). Debian, Ubuntu and others mended theirs without a new number: see that updates are installed`
}

/** Things to look at some day. */
export function remarks(station: Station, mode: Settings['mode']): readonly string[] {
  const { state } = station
  if (!state) return []
  return [...damageRemark(state, mode), ...toolRemarks(state), ...leftoverRemarks(state, station)]
}

function damageRemark(state: HostState, mode: Settings['mode']): readonly string[] {
  if (isLost(state))
    return ['manifest.json is not there, though releases are on record; this run removes nothing']
  if (!state.damage) return []
  const untouched = mode === 'repair' ? '' : '; it is left as it is'
  return [`manifest.json cannot be trusted (${state.damage.message})${untouched}`]
}

function toolRemarks(state: HostState): readonly string[] {
  return state.missingTools
    .filter((tool) => tool === 'flock' || tool === 'tar')
    .map((tool) =>
      tool === 'flock'
        ? 'the host has no flock: the lock of a dead run frees itself by a lease instead of at once'
        : 'the host has no tar: releases cannot be archived there',
    )
}

function leftoverRemarks(state: HostState, { layout }: Station): readonly string[] {
  const found: string[] = []
  for (const path of state.exposed) {
    found.push(
      `everybody on the host may write in ${path}, and could put something else in the place of a release`,
    )
  }
  if (state.dangling) found.push(`${publicPath(layout)} leads nowhere`)
  const part = servedPart(state)
  if (part) {
    const path = publicPath(layout)
    found.push(
      `${path} leads to a part of ${state.current} (${part}). A switch leads it to the whole of a release, also when that one is gone back to: have the web server look in ${path}/${part}`,
    )
  }
  if (state.odd > 0)
    found.push(`${state.odd} entries of ${layout.releases}/ are no plain releases; they are left alone`)
  return found
}

/** The path below the current release that the link leads to, as another tool may have made it; empty for the release itself. */
function servedPart({ link, current }: HostState): string {
  const steps = (link ?? '').split('/').filter((step) => step !== '' && step !== '.')
  const at = current === null ? -1 : steps.lastIndexOf(current)
  return at < 0 ? '' : steps.slice(at + 1).join('/')
}
