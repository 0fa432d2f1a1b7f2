// Whether the hosts can be logged in to and recognised with what was given.

import type { Host } from './hosts.ts'
import { Problem, some } from './problem.ts'

/**
 * Problems that all hosts have alike are one problem. `agent` is the socket of an SSH agent; `faulty` are the
 * settings that were given and refused.
 */
export function accessProblems(
  hosts: readonly Host[],
  agent: string | undefined,
  faulty: ReadonlySet<string>,
): readonly Problem[] {
  const remote = hosts.filter(({ kind }) => kind === 'ssh')
  const locked = remote.filter(
    ({ settings }) =>
      (settings.ssh_private_key ?? settings.ssh_password ?? settings.ssh_config) === undefined,
  )
  const strangers = remote.filter(
    ({ settings }) => settings.host_key_checking === 'strict' && settings.ssh_known_hosts === undefined,
  )
  const loginKnown = !faulty.has('ssh_private_key') && !faulty.has('ssh_password')
  const keysKnown = !faulty.has('ssh_known_hosts') && !faulty.has('host_key_checking')
  return [
    ...(locked.length > 0 && (agent ?? '') === '' && loginKnown ? [noLogin(locked)] : []),
    ...(strangers.length > 0 && keysKnown ? [noHostKey(strangers)] : []),
    ...(faulty.has('ssh_client') ? [] : wrongClient(remote)),
  ]
}

/** Settings that only the other client knows. */
function wrongClient(hosts: readonly Host[]): readonly Problem[] {
  const builtin = hosts.filter(({ settings }) => settings.ssh_client === 'builtin')
  return (['ssh_certificate', 'ssh_config'] as const).flatMap((name) => {
    const given = builtin.filter(({ settings }) => settings[name] !== undefined)
    if (given.length === 0) return []
    const fault = `needs ssh_client openssh; the builtin client would have no use for it at ${labelsOf(given)}`
    return [new Problem(fault, 'Set ssh_client to openssh, or leave it out.', name)]
  })
}

/** Warnings about access that is given but weak or unused. */
export function accessWarnings(hosts: readonly Host[]): readonly string[] {
  const remote = hosts.filter(({ kind }) => kind === 'ssh')
  const trusting = remote.filter(({ settings }) => settings.host_key_checking === 'off')
  const useless = remote.filter(
    ({ settings }) => settings.ssh_passphrase !== undefined && settings.ssh_private_key === undefined,
  )
  const ignored = trusting.filter(({ settings }) => settings.ssh_known_hosts !== undefined)
  return [
    ...(trusting.length > 0
      ? [`host_key_checking is off: whoever answers at ${labelsOf(trusting)} is trusted, an impostor too.`]
      : []),
    ...(ignored.length > 0 ? ['ssh_known_hosts is not looked at while host_key_checking is off.'] : []),
    ...(useless.length > 0 ? ['ssh_passphrase is given without ssh_private_key, and not used.'] : []),
  ]
}

function noLogin(hosts: readonly Host[]): Problem {
  return new Problem(
    `is required to log in to ${labelsOf(hosts)}`,
    'Set ssh_private_key or ssh_password, or start an agent (SSH_AUTH_SOCK). If a secret is set here, it came out ' +
      'empty: workflows from forks and from Dependabot get no secrets, and a secret of an environment needs ' +
      'the job to name that environment.',
    'ssh_private_key',
  )
}

function noHostKey(hosts: readonly Host[]): Problem {
  return new Problem(
    `is required by host_key_checking strict, for ${labelsOf(hosts)}`,
    `From a network you trust, run \`${keyscan(hosts)}\`, compare its fingerprints with the hosts' own and paste ` +
      'its output into ssh_known_hosts; or set host_key_checking to off.',
    'ssh_known_hosts',
  )
}

/** One command a port. */
function keyscan(hosts: readonly Host[]): string {
  const ports = Map.groupBy(hosts, ({ port }) => port)
  const commands = [...ports].map(([port, group]) => {
    const names = [...new Set(group.map(({ name }) => name))]
    return ['ssh-keyscan', ...(port === 22 ? [] : [`-p ${port}`]), ...names].join(' ')
  })
  return commands.join('; ')
}

function labelsOf(hosts: readonly Host[]): string {
  return some(hosts.map(({ label }) => label))
}
