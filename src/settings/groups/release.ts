// Settings: the release.

import { choosing, flowing, modes, preparing } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { boolean, oneOf } from '../values/choices.ts'
import { rsyncFlags } from '../values/flags.ts'
import { lines, listOf } from '../values/lists.ts'
import { metadata } from '../values/metadata.ts'
import { branchName, releaseName, releaseNames } from '../values/names.ts'
import { whole } from '../values/numbers.ts'
import { below, belowOrAbsolute, inRelease } from '../values/paths.ts'
import { permissions } from '../values/permissions.ts'
import { line } from '../values/text.ts'

const group = 'the release'

export const release = {
  local_dir: {
    group,
    description:
      'The directory whose contents are sent, relative to the workspace. A missing or an empty one is refused. Required by `deploy` and `stage`.',
    modes: preparing,
    requiredBy: ['deploy', 'stage'],
    perHost: false,
    parse: line,
  },
  exclude: {
    group,
    description: 'What not to send: one rsync pattern a line, or a YAML list.',
    modes: preparing,
    perHost: false,
    parse: lines,
  },
  release_dir: {
    group,
    description: 'Where the releases are: a plain path relative to `remote_dir`.',
    default: 'releases',
    modes,
    perHost: true,
    parse: below,
  },
  public_dir: {
    group,
    description:
      'The symlink to the current release: relative to `remote_dir`, or absolute for a document root elsewhere.',
    default: 'current',
    modes,
    perHost: true,
    parse: belowOrAbsolute,
  },
  release_count: {
    group,
    description: 'How many releases stay. The current and the previous one always do.',
    default: '5',
    modes: ['deploy', 'publish', 'prune', 'check'],
    perHost: true,
    parse: whole(1, 1_000_000),
  },
  release_name: {
    group,
    description:
      "The new release's name on all hosts; the default is the time in UTC, `YYYYMMDDHHMMSS`. A name that exists is refused.",
    modes: preparing,
    perHost: false,
    parse: releaseName,
  },
  pinned_releases: {
    group,
    description: 'Releases that nothing removes: one name a line, or a YAML list.',
    modes: [...flowing, 'prune', 'check'],
    perHost: true,
    parse: releaseNames,
  },
  release: {
    group,
    description:
      'The release that `rollback` or `publish` goes to; the default is the one that was current before the present one, or the newest staged one.',
    modes: choosing,
    perHost: false,
    parse: releaseName,
  },
  metadata: {
    group,
    description:
      'A YAML or JSON mapping that is stored with the release in the manifest: build time, sizes, anything JSON can hold. Keys that this action has itself (`revision`, `actor`, `files`, `state`, …) are its own in the outputs.',
    modes: preparing,
    perHost: false,
    parse: metadata,
  },
  linked_dirs: {
    group,
    description:
      'Directories that outlive releases: kept in `shared/` and linked into each release, one path a line or as a YAML list.',
    modes: preparing,
    perHost: true,
    parse: listOf(inRelease),
  },
  linked_files: {
    group,
    description:
      'Files that outlive releases, such as `.env`: each must be in `shared/` on the host already. One path a line or as a YAML list.',
    modes: preparing,
    perHost: true,
    parse: listOf(inRelease),
  },
  dir_permissions: {
    group,
    description:
      "Octal permissions of the release's directories, such as `0755`; the default is the artifact's own.",
    modes: preparing,
    perHost: true,
    parse: permissions,
  },
  file_permissions: {
    group,
    description:
      "Octal permissions of the release's files, such as `0644`; the default is the artifact's own. Execute bits survive.",
    modes: preparing,
    perHost: true,
    parse: permissions,
  },
  rsync_flags: {
    group,
    description:
      'Extra flags for rsync, such as `--bwlimit=2000`. Those that would break a guarantee (`-a`, `-e`, `--delete`, `--link-dest`, …) are refused by name.',
    modes: preparing,
    perHost: false,
    parse: rsyncFlags,
  },
  dedupe: {
    group,
    description:
      'Files that did not change since the previous release: `hardlink` to it, `reflink`, `copy` on the host, or `off` to send them again. An application that writes into files of its release needs one of the last three.',
    default: 'hardlink',
    modes: preparing,
    perHost: true,
    parse: oneOf(['hardlink', 'reflink', 'copy', 'off']),
  },
  revision_file: {
    group,
    description: 'A file to write the commit to in each release, such as `REVISION`.',
    modes: preparing,
    perHost: false,
    parse: inRelease,
  },
  check_git: {
    group,
    description:
      'Refuse to deploy from a work tree with changes that are not committed; `local_dir` and ignored files may differ.',
    default: 'false',
    modes: preparing,
    perHost: false,
    parse: boolean,
  },
  git_branch: {
    group,
    description: 'Refuse to deploy from any other branch than this.',
    modes: preparing,
    perHost: false,
    parse: branchName,
  },
} satisfies Record<string, Setting<unknown>>
