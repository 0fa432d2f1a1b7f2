// Values that are names: of a release, of a user.

import { Problem, show } from '../problem.ts'
import { line, text } from './text.ts'

/** A name that is safe as a directory, in a command and in a page. */
export function releaseName(value: unknown): string {
  const name = text(value).trim()
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return name
  throw new Problem(
    `${show(name)} is not a release name`,
    'Use 1 to 128 letters, digits, dots, hyphens and underscores, the first a letter or a digit.',
  )
}

/** A login name; one that begins with a hyphen would be read as an option. */
export function userName(value: unknown): string {
  const name = line(value)
  if (name.includes(':')) {
    // Not shown: what follows the colon may be a password.
    throw new Problem('the user holds a colon', 'A password belongs in ssh_password, not in a host.')
  }
  if (/^[A-Za-z0-9._$@\\][A-Za-z0-9._$@\\-]*$/.test(name)) return name
  throw new Problem(
    `${show(name)} is not a user name`,
    'Use letters, digits and ._$@\\- only, without a hyphen in front.',
  )
}
