// Settings: github, and the records a run leaves.

import { modes, preparing } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { boolean } from '../values/choices.ts'
import { belowOrAbsolute } from '../values/paths.ts'

const group = 'github'

export const github = {
  log_file: {
    group,
    description: 'The log on each host, one JSON line an event: relative to `remote_dir`, or absolute.',
    default: 'releases.log',
    modes,
    perHost: true,
    parse: belowOrAbsolute,
  },
  artifact_cache: {
    group,
    description:
      'Keep the artifact of each release in the Actions cache too, so that `rollback` can bring back a release that a host no longer has.',
    default: 'false',
    modes: [...preparing, 'rollback', 'list'],
    perHost: false,
    parse: boolean,
  },
  summary: {
    group,
    description: 'Write the job summary.',
    default: 'true',
    modes,
    perHost: false,
    parse: boolean,
  },
} satisfies Record<string, Setting<unknown>>
