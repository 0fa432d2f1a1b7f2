// Settings: what to do.

import { modes } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { boolean, oneOf } from '../values/choices.ts'

const group = 'what to do'

export const task = {
  mode: {
    group,
    description:
      '`deploy` a new release; or `stage` it now and `publish` it later; `rollback` to an earlier one; `prune` old ones; `list` what the hosts have; `check` whether a deploy can run; `repair` what a run that died left behind.',
    default: 'deploy',
    modes,
    perHost: false,
    parse: oneOf(modes),
  },
  dry_run: {
    group,
    description:
      'Read everything, print for each host what would be sent, run, switched and deleted, and change nothing.',
    default: 'false',
    modes,
    perHost: false,
    parse: boolean,
  },
} satisfies Record<string, Setting<unknown>>
