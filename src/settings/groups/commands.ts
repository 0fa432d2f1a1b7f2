// Settings: commands, and what happens when one fails.

import type { Setting } from '../setting.ts'
import { oneOf } from '../values/choices.ts'
import { seconds } from '../values/numbers.ts'
import { script } from '../values/text.ts'

const group = 'commands'

export const commands = {
  pre_symlink_command: {
    group,
    description:
      "Run by `sh` on each host in the new release's directory, after the upload and before any host is switched. When it fails, no host is switched.",
    modes: ['deploy'],
    perHost: true,
    parse: script,
  },
  post_deploy_command: {
    group,
    description:
      "Run by `sh` on each host in the public directory, after the switch; also after a rollback's.",
    modes: ['deploy', 'rollback'],
    perHost: true,
    parse: script,
  },
  command_timeout: {
    group,
    description: 'Seconds for one command; past it, it is killed with its children.',
    default: '600',
    modes: ['deploy', 'rollback'],
    perHost: true,
    parse: seconds(1),
  },
  on_failure: {
    group,
    description:
      'After a failure with some host switched already: `revert` puts every switched host back, `keep` leaves them.',
    default: 'revert',
    modes: ['deploy', 'rollback'],
    perHost: false,
    parse: oneOf(['revert', 'keep']),
  },
  verify: {
    group,
    description:
      'Before a rollback, compare its target with what was uploaded: changed files `warn`, or stop the run (`strict`); missing files always stop it. `off` does not look.',
    default: 'warn',
    modes: ['rollback'],
    perHost: true,
    parse: oneOf(['warn', 'strict', 'off']),
  },
} satisfies Record<string, Setting<unknown>>
