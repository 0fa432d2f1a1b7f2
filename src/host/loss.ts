// Why a session gave no answer, in words that lead to the cause.

import { Failure } from '../failure.ts'

export function unanswered(host: string, patience: number): Failure {
  return new Failure(`the host let us in, but its shell gave no answer within ${patience} s`, {
    host,
    unreachable: true,
    remedy:
      'Log in by hand and look at its load, its disks and what the login shell starts; a slow host needs a longer `connect_timeout`.',
  })
}

export function sessionEnded(host: string, code: number | null, greeted: boolean, noise: string): Failure {
  const said = noise.trim() === '' ? '' : `; it said: ${noise.trim().slice(0, 2000)}`
  // Asked first: the exit status of a command that never read what it was sent may get lost.
  if (!greeted && /sudo/.test(noise)) {
    return new Failure(`sudo refused on the host${said}`, {
      host,
      remedy:
        'Allow the ssh user `NOPASSWD: /bin/sh` as the `become` user in sudoers, or leave `become` out.',
    })
  }
  if (greeted || code === null) return new Failure(`the connection to the host was lost${said}`, { host })
  return new Failure(`the host could not start /bin/sh (exit ${code})${said}`, {
    host,
    remedy:
      'The login shell of the ssh user must be able to run commands: `ssh user@host /bin/sh -c true` must succeed.',
  })
}
