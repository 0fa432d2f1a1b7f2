// Why an upload failed, in words that lead to the cause, and what may help: another try, less asked of the host, or neither.

import type { Exit } from '../connection/connection.ts'
import { Lost } from '../connection/trouble.ts'
import { Failure, failureFrom } from '../failure.ts'

/** The connection or the other end went away: what arrived is kept, so another try goes on from there. */
export class TransientError extends Error {}

/** The host cannot do what it says it can: asked for less, it may work. */
export class Disagreement extends Error {}

/** With which an rsync ends that does not take its arguments, or what comes over the wire. */
const DISAGREES = [1, 2, 4, 12]

/** Signals of a program's own making; another one came from somebody. */
const CRASH = /^(SIG)?(SEGV|BUS|ABRT|ILL|FPE|SYS)$/

/** A file that had arrived wrong twice; the first time is a warning. */
const GARBLED = /^ERROR: .* failed verification/m

/** Whether an rsync says so; its exit code may not. */
export function isGarbled(errors: string): boolean {
  return GARBLED.test(errors)
}

/** There is no channel to the host. Where another connection was needed for it and could not be made, that was tried often enough. */
export function unstarted(refusal: unknown, host: string): Failure {
  const failure = failureFrom(refusal, { host })
  return refusal instanceof Lost ? failure.at({ cause: new TransientError(refusal.message) }) : failure
}

/** By what a program on the host says, in English. Of the last file that still begins to fit, tar tells only how little it wrote. */
export function isFull(said: string): boolean {
  return /no space left|disk quota exceeded|wrote only \d+ of \d+ bytes/i.test(said)
}

/** @param told who said what. */
function noRoom(told: string, host: string): Failure {
  return new Failure(`the host has no room for the upload; ${told}`, {
    host,
    remedy: 'Free space or inodes on the host, or lower `release_count` and run `mode: prune`.',
  })
}

/**
 * What was sent as one piece, and is not there: rsync may fare better, but for a disk that is full, which it would only fill once more.
 * @param problem where nothing better is known; `said`: by the host.
 */
export function arrivalFailure(problem: string, { code }: Exit, said: string, host: string): Failure {
  const full = said.split('\n').find(isFull)
  if (full !== undefined) return noRoom(`tar said: ${full}`, host)
  if (code === null) {
    return new Failure('the upload broke off', {
      host,
      cause: new TransientError('nobody knows how it ended'),
    })
  }
  return new Failure(said ? `${problem}: ${said}` : problem, { host, cause: new Disagreement() })
}

/** Codes of rsync(1) and what this tool found behind them; the text decides first, since 11, 12 and 23 mean many things. */
export function rsyncFailure(code: number, exit: Exit, errors: string, host: string, told: boolean): Failure {
  const said = errors.trim().slice(-2000)
  const fail = (message: string, remedy?: string, cause?: Error) =>
    new Failure(`${message}${said ? `; rsync said: ${said}` : ` (rsync exit code ${code})`}`, {
      host,
      ...(remedy ? { remedy } : {}),
      ...(cause ? { cause } : {}),
    })
  if (isFull(said)) return noRoom(`rsync said: ${said}`, host)
  const garbled = isGarbled(errors)
  if (told && (garbled || CRASH.test(exit.signal ?? '') || DISAGREES.includes(exit.code ?? 0))) {
    return fail("the host's rsync did not get on with this one", undefined, new Disagreement())
  }
  if (exit.code === 76)
    return fail('the release before could not be built upon', undefined, new Disagreement())
  if (garbled) {
    return fail('what arrived was not what was sent', undefined, new TransientError('failed verification'))
  }
  if (exit.code === 73)
    return fail(
      'the host cannot clone files',
      'Its filesystem or `cp` lacks reflinks: use `dedupe: hardlink` or `copy`.',
    )
  if (exit.code === 127 || /rsync: (command )?not found/i.test(said))
    return fail('the host has no rsync', 'Install rsync on the host.')
  if (/send_files failed to open|\[sender\][^\n]*permission denied/i.test(said)) {
    return fail(
      'a file in local_dir cannot be read',
      'Every file in local_dir must be readable by the user that the runner works as.',
    )
  }
  if (/read-only file system|permission denied|not permitted/i.test(said)) {
    return fail(
      'the upload may not write there',
      'Give the user that works there (the ssh user, or that of `become`) write access to .releases/incoming in remote_dir.',
    )
  }
  if (exit.code === 74 || exit.code === 75) {
    return fail(
      'the upload cannot have its private place',
      'See to .releases/incoming in remote_dir on the host.',
    )
  }
  if (code === 24 || /file has vanished/i.test(said)) {
    return fail('local_dir changed while it was sent', 'Let the build end before the deploy begins.')
  }
  if (/unknown option|unrecognized option/i.test(said)) {
    return fail('an rsync does not know a flag', 'Both sides need rsync 3.1 or newer; check `rsync_flags`.')
  }
  if ([10, 12, 30, 35, 255].includes(code))
    return fail('the upload broke off', undefined, new TransientError(`rsync exit code ${code}`))
  return fail('the upload failed')
}
