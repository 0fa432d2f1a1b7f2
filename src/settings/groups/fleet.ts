// Settings: the fleet.

import { modes, switching } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { seconds, whole } from '../values/numbers.ts'
import { shard, share, waves } from '../values/shares.ts'

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
  waves: {
    group,
    description:
      'Switch the hosts in waves, such as `1, 25%, 100%`: how many are switched when each wave is over. The next wave starts when the last one is healthy.',
    default: '100%',
    modes: [...switching, 'check'],
    perHost: false,
    parse: waves,
  },
  min_hosts: {
    group,
    description:
      'How many of the hosts must answer for the run to go on, as a number or a percentage. Those that do not are set aside, and the run warns.',
    default: '100%',
    modes,
    perHost: false,
    parse: share,
  },
  shard: {
    group,
    description: 'Work on one part of the hosts only, for a job of a matrix: `2/5` is the second of five.',
    modes,
    perHost: false,
    parse: shard,
  },
  lock_timeout: {
    group,
    description: 'Seconds to wait for another run on the same `remote_dir` to end; `0` does not wait.',
    default: '300',
    modes: modes.filter((mode) => mode !== 'list'),
    perHost: false,
    parse: seconds(0),
  },
} satisfies Record<string, Setting<unknown>>
