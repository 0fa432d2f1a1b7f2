// Settings: commands, and what happens when one fails.

import { choosing, flowing, modes, preparing, switching } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { oneOf } from '../values/choices.ts'
import { userName } from '../values/names.ts'
import { seconds, whole } from '../values/numbers.ts'
import { script } from '../values/text.ts'

const group = 'commands'

export const commands = {
  pre_symlink_command: {
    group,
    description:
      "Run by `sh` on each host in the new release's directory, after the upload and before any host is switched. When it fails, no host is switched.",
    modes: preparing,
    perHost: true,
    parse: script,
  },
  post_deploy_command: {
    group,
    description:
      'Run by `sh` on each host in the public directory, after every switch: of a deploy, a publish, a rollback; and again on a host that is put back.',
    modes: [...switching, 'check'],
    perHost: true,
    parse: script,
  },
  health_check_command: {
    group,
    description:
      'Run by `sh` on each host in the public directory, after `post_deploy_command`, until it succeeds or there are no attempts left, which is a failure of the switch (`on_failure`).',
    modes: [...switching, 'check'],
    perHost: true,
    parse: script,
  },
  health_check_attempts: {
    group,
    description: 'How many times `health_check_command` is tried.',
    default: '5',
    modes: [...switching, 'check'],
    perHost: true,
    parse: whole(1, 1000),
  },
  health_check_interval: {
    group,
    description: 'Seconds between two attempts of `health_check_command`.',
    default: '2',
    modes: [...switching, 'check'],
    perHost: true,
    parse: seconds(0),
  },
  become: {
    group,
    description:
      'The user that everything on the host runs as: the session, rsync and commands, through `sudo -n -u`. The default is the user who logs in.',
    modes,
    perHost: true,
    parse: userName,
  },
  command_timeout: {
    group,
    description: 'Seconds for one command; past it, it is killed with its children.',
    default: '600',
    modes: [...flowing, 'check'],
    perHost: true,
    parse: seconds(1),
  },
  on_failure: {
    group,
    description:
      'After a failure with some host switched already: `revert` puts every switched host back, `keep` leaves them.',
    default: 'revert',
    modes: [...switching, 'check'],
    perHost: false,
    parse: oneOf(['revert', 'keep']),
  },
  verify: {
    group,
    description:
      'Before a rollback or a publish, compare its release with what it was when it was published, or staged: changed files `warn`, or stop the run (`strict`); missing files always stop it. `off` does not look.',
    default: 'warn',
    modes: choosing,
    perHost: true,
    parse: oneOf(['warn', 'strict', 'off']),
  },
  on_rollback: {
    group,
    description:
      'The release that a rollback leaves: `keep` it, marked bad; `archive` it as tar.gz and remove it; or `remove` it.',
    default: 'keep',
    modes: ['rollback'],
    perHost: false,
    parse: oneOf(['keep', 'archive', 'remove']),
  },
} satisfies Record<string, Setting<unknown>>
