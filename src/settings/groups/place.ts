// Settings: where.

import { hostEntries } from '../entries.ts'
import { modes } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { remoteDir } from '../values/paths.ts'
import { line } from '../values/text.ts'

const group = 'where'

export const place = {
  hosts: {
    group,
    description:
      'The hosts, one a line or as a YAML list: `[user@]host[:port]`, `[user@][v6]:port`, `local` (the runner itself, without SSH), or a mapping `{host, user, port, roles, …}` that may override any setting a host can have of its own. The same host, port and `remote_dir` twice is refused.',
    modes,
    requiredBy: modes,
    perHost: false,
    parse: hostEntries,
  },
  remote_dir: {
    group,
    description:
      "The application's directory on the hosts: absolute, without `..`, and none of the system itself such as `/srv`. Nothing in it is expanded.",
    modes,
    requiredBy: modes,
    perHost: true,
    parse: remoteDir,
  },
  config: {
    group,
    description:
      'A YAML file with settings, targets and hooks, relative to the workspace; the default is `.github/releases.yml`, if there is one. An input overrides what the file says.',
    modes,
    perHost: false,
    parse: line,
  },
  target: {
    group,
    description:
      "Which entry of the config file's `targets` to use, such as `production`: its settings override the file's others.",
    modes,
    perHost: false,
    parse: line,
  },
} satisfies Record<string, Setting<unknown>>
