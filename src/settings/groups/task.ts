// Settings: what to do.

import { modes, type Setting } from '../setting.ts'
import { oneOf } from '../values/choices.ts'

const group = 'what to do'

export const task = {
  mode: {
    group,
    description:
      '`deploy` a new release, `rollback` to an earlier one, `prune` old ones, or `list` what the hosts have.',
    default: 'deploy',
    modes,
    perHost: false,
    parse: oneOf(modes),
  },
} satisfies Record<string, Setting<unknown>>
