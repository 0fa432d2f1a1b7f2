// Settings: ssh.

import { modes, type Setting } from '../setting.ts'
import { oneOf } from '../values/choices.ts'
import { userName } from '../values/names.ts'
import { port, seconds } from '../values/numbers.ts'
import { knownHosts, secret } from '../values/text.ts'

const group = 'ssh'

export const ssh = {
  ssh_private_key: {
    group,
    description: 'The private key, in PEM or OpenSSH form. Without it: the agent at `SSH_AUTH_SOCK`.',
    modes,
    perHost: true,
    secret: true,
    parse: secret,
  },
  ssh_passphrase: {
    group,
    description: 'The passphrase of `ssh_private_key`.',
    modes,
    perHost: true,
    secret: true,
    parse: secret,
  },
  ssh_password: {
    group,
    description: 'A password, for hosts that ask for one.',
    modes,
    perHost: true,
    secret: true,
    parse: secret,
  },
  ssh_known_hosts: {
    group,
    description:
      "The hosts' public keys, as `known_hosts` lines. Required unless `host_key_checking` is `off` or all hosts are `local`.",
    modes,
    perHost: true,
    parse: knownHosts,
  },
  host_key_checking: {
    group,
    description:
      '`strict` connects only to hosts that `ssh_known_hosts` vouches for; `off` trusts whoever answers.',
    default: 'strict',
    modes,
    perHost: true,
    parse: oneOf(['strict', 'off']),
  },
  ssh_user: {
    group,
    description: 'The user on hosts that name none.',
    modes,
    perHost: true,
    parse: userName,
  },
  ssh_port: {
    group,
    description: 'The port of hosts that name none.',
    default: '22',
    modes,
    perHost: true,
    parse: port,
  },
  connect_timeout: {
    group,
    description: 'Seconds to be connected in, up to three retries included.',
    default: '20',
    modes,
    perHost: true,
    parse: seconds(1),
  },
} satisfies Record<string, Setting<unknown>>
