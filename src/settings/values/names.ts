// Values that are names: of a release, of a user, of a branch, of a target.

import { isPlain, plainName as plain } from '../../release/name.ts'
import { parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'
import { lines, listIn } from './lists.ts'
import { line, text } from './text.ts'

const plainRule =
  'Use 1 to 128 letters, digits, dots, hyphens and underscores, the first a letter or a digit.'
const plainName = { type: 'string', pattern: plain.source } as const

/** A name that is safe as a directory, in a command and in a page. */
export const releaseName = parser(plainName, (value): string => {
  const name = text(value).trim()
  if (isPlain(name)) return name
  throw new Problem(`${show(name)} is not a release name`, plainRule)
})

/** Release names, one a line or with commas, or a YAML list; each once. */
export const releaseNames = parser(
  { anyOf: [{ type: 'array', items: plainName }, plainName] },
  (value): readonly string[] => {
    const text = typeof value === 'string' && listIn(value) === null
    const names = lines(text ? value.replaceAll(',', '\n') : value)
    return [...new Set(names.map(releaseName))]
  },
)

/** The name of an entry of `targets`. */
export const targetName = parser(plainName, (value): string => {
  const name = line(value)
  if (isPlain(name)) return name
  throw new Problem(`${show(name)} is not a target's name`, plainRule)
})

const userForm = '^[A-Za-z0-9._$@\\\\][A-Za-z0-9._$@\\\\\\-]*$'

/** A login name; one that begins with a hyphen would be read as an option. */
export const userName = parser({ type: 'string', pattern: userForm }, (value): string => {
  const name = line(value)
  if (name.includes(':')) {
    // Not shown: what follows the colon may be a password.
    throw new Problem('the user holds a colon', 'A password belongs in ssh_password, not in a host.')
  }
  if (new RegExp(userForm).test(name)) return name
  throw new Problem(
    `${show(name)} is not a user name`,
    'Use letters, digits and ._$@\\- only, without a hyphen in front.',
  )
})

/** A branch as git names it, without `refs/heads/`. */
export const branchName = parser({ type: 'string', minLength: 1 }, (value): string => {
  const name = line(value).replace(/^refs\/heads\//, '')
  const bad = /^[-/]|[\s~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|\.lock$|(^|\/)\./.test(name)
  if (name !== '' && !bad) return name
  throw new Problem(`${show(name)} is not the name of a branch`, 'Write one branch, such as main.')
})
