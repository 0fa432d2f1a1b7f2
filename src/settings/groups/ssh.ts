// Settings: ssh.

import { modes } from '../mode.ts'
import type { Setting } from '../setting.ts'
import { oneOf } from '../values/choices.ts'
import { hops } from '../values/hops.ts'
import { userName } from '../values/names.ts'
import { port, seconds } from '../values/numbers.ts'
import { knownHosts, line, secret } from '../values/text.ts'

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
  ssh_proxy_jump: {
    group,
    description:
      'Hosts to go through, `[user@]host[:port]`, with commas when there are several; each is logged in to with the credentials of the host, and known by `ssh_known_hosts`. `none` for a host that needs no such way.',
    modes,
    perHost: true,
    parse: hops,
  },
  ssh_client: {
    group,
    description:
      "`builtin` needs nothing on the runner; `openssh` is the runner's own OpenSSH client: certificates, FIDO keys of an agent, post-quantum key exchange, `ssh_config`. With either, the key is never on disk.",
    default: 'builtin',
    modes,
    perHost: true,
    parse: oneOf(['builtin', 'openssh']),
  },
  ssh_certificate: {
    group,
    description:
      'The certificate of `ssh_private_key`, the text of its `-cert.pub` file; for `ssh_client: openssh`.',
    modes,
    perHost: true,
    parse: line,
  },
  ssh_config: {
    group,
    description:
      'A file of settings for OpenSSH, such as `ProxyCommand`; what inputs say comes first. Without it no such file is read, not even the one in `~/.ssh`. For `ssh_client: openssh`.',
    modes,
    perHost: true,
    parse: line,
  },
  connect_timeout: {
    group,
    description:
      'Seconds to connect, with up to three retries; the shell then has as long for its first word.',
    default: '20',
    modes,
    perHost: true,
    parse: seconds(1),
  },
} satisfies Record<string, Setting<unknown>>
