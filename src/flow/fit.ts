// Whether an artifact can become a release on a host: its name must be free, and there must be room.

import { Failure } from '../failure.ts'
import { linkedPaths } from '../release/layout.ts'
import { type Artifact, kindAt } from '../transfer/artifact.ts'
import type { Context } from './context.ts'
import type { Fleet } from './fleet.ts'
import { givesWay } from './inspection.ts'
import type { Parcel } from './parcel.ts'
import { historyAt, type Station } from './station.ts'

const MIB = 1024 * 1024

/** What of a parcel matters for whether it fits. */
type Fitting = Pick<Parcel, 'artifact' | 'release' | 'rerun'> & {
  /** Of the artifact (digest.ts); undefined when nobody has asked for it. */
  readonly digest?: string
}

function refused(station: Station, message: string, remedy: string): Failure {
  station.error ??= message
  return new Failure(message, {
    host: station.host.label,
    phase: 'starting',
    remedy,
    unchanged: 'Nothing was changed on any host.',
  })
}

/** What keeps `artifact` from becoming `release` there; none when all is well. @param run that asks for it; null: nobody knows. */
export function misfits(station: Station, parcel: Fitting, run: string | null = null): readonly Failure[] {
  if (!station.state) return []
  return [...namesakes(station, parcel, run), ...shortages(station, parcel)]
}

/** What has the name already, and does not give way. */
export function namesakes(
  station: Station,
  { release, digest, rerun }: Omit<Fitting, 'artifact'>,
  run: string | null,
): readonly Failure[] {
  const namesake = historyAt(station).find((candidate) => candidate.name === release && candidate.onDisk)
  const made = namesake?.deploy
  // What somebody has staged, and somebody else may have approved, gives way to nothing else, unless the same run stages it again.
  const other =
    namesake?.state === 'staged' &&
    digest !== undefined &&
    made?.digest !== digest &&
    !(run !== null && made?.run === run)
  // One that a rerun finds serving is what it should be.
  const welcome =
    (namesake && !other && givesWay(station, namesake, run)) || (rerun && station.current === release)
  if (!namesake || welcome) return []
  return [
    refused(
      station,
      `a release ${release} exists already (${namesake.state}${namesake.state === 'staged' ? ', with other content' : ''})`,
      run !== null && made?.run === run
        ? 'An earlier attempt or step of this run made it. Roll back and run again, or give each attempt a name of its own: put `github.run_attempt` into `release_name`.'
        : 'Choose another `release_name`, or leave it out.',
    ),
  ]
}

export function shortages(station: Station, { artifact }: Pick<Fitting, 'artifact'>): readonly Failure[] {
  const { state, host } = station
  if (!state) return []
  const found: Failure[] = []
  const refuse = (message: string, remedy: string) => found.push(refused(station, message, remedy))
  // How much a host shares with the release before is known only to rsync; without one, all of it is needed.
  const shares =
    state.current !== null && (host.settings.dedupe === 'hardlink' || host.settings.dedupe === 'reflink')
  const entries = artifact.files + artifact.dirs + artifact.links
  if (!shares && state.space !== null && state.space * 1024 < artifact.bytes * 1.02) {
    const [free, need] = [Math.floor((state.space * 1024) / MIB), Math.ceil(artifact.bytes / MIB)]
    refuse(
      `the host has ${free} MiB free, the artifact needs ${need} MiB`,
      'Free some space, or lower `release_count` and run `mode: prune`.',
    )
  }
  if (!shares && state.inodes !== null && state.inodes < entries) {
    refuse(
      `the host has ${state.inodes} free inodes, the artifact needs ${entries}`,
      'Remove files on that filesystem.',
    )
  }
  return found
}

/** What of the artifact is in the way of what a release is given besides (release.sh, parents): the host would refuse it later. */
export function detours(
  { settings, origin }: Context,
  station: Station,
  artifact: Artifact,
): readonly Failure[] {
  const linked = linkedPaths(station.host.settings).map(({ kind, path }) => {
    return { path, setting: kind === 'dir' ? 'linked_dirs' : 'linked_files' }
  })
  const written = origin.revision === null ? undefined : settings.revision_file
  const paths = written === undefined ? linked : [...linked, { path: written, setting: 'revision_file' }]
  return paths.flatMap(({ path, setting }) => {
    const above = path.split('/').slice(0, -1)
    for (const [at] of above.entries()) {
      const place = above.slice(0, at + 1).join('/')
      const kind = kindAt(artifact, place)
      if (kind !== 'link' && kind !== 'file') continue
      return refused(
        station,
        `${setting}: ${path} leads through ${place}, which is a ${kind === 'link' ? 'symlink' : 'file'} in local_dir`,
        `Leave ${place} out of the artifact, by \`exclude\`, or name a path that does not go through it.`,
      )
    }
    if (path !== written || kindAt(artifact, path) !== 'directory') return []
    return refused(
      station,
      `revision_file: ${path} is a directory in local_dir, where a file is to be written`,
      'Choose another name.',
    )
  })
}

/** What of an artifact may not be as it was meant. */
export function remarksOn({ skipped, secluded }: Artifact, fleet: Fleet): readonly string[] {
  const left = skipped.slice(0, 10).map((name) => `left out, since it is no file, directory or link: ${name}`)
  if (!secluded || fleet.every(({ host }) => host.settings.dir_permissions !== undefined)) return left
  return [
    ...left,
    'local_dir is open to its owner alone (as mktemp -d makes it), and so will the release be: a web server of another user cannot read it. Use chmod 755 in the build, or set dir_permissions',
  ]
}
