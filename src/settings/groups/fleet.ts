// Settings: the fleet.

import { modes, type Setting } from '../setting.ts'
import { seconds, whole } from '../values/numbers.ts'

const group = 'the fleet'

export const fleet = {
  max_parallel: {
    group,
    description: 'How many hosts are worked on at once.',
    default: '20',
    modes,
    perHost: false,
    parse: whole(1, 1_000_000),
  },
  lock_timeout: {
    group,
    description: 'Seconds to wait for another run on the same `remote_dir` to end; `0` does not wait.',
    default: '300',
    modes: ['deploy', 'rollback', 'prune'],
    perHost: false,
    parse: seconds(0),
  },
} satisfies Record<string, Setting<unknown>>
