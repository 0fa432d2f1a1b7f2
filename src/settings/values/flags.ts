// Extra flags for rsync: all but those that would take a guarantee away.

import { parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'
import { listIn } from './lists.ts'
import { script } from './text.ts'
import { words } from './words.ts'

const reach = "the connection is the action's own"
const whole = 'a release must arrive whole and come from local_dir alone'
const stale = 'files are compared by content, never skipped by date, size or existence'
const litter = 'what an upload deletes is decided by the action'
const staging = 'where an upload is kept until it is proven whole is decided by the action'
const linking = 'dedupe decides what is shared with the release before'
const output = 'the action reads what rsync prints'
const daemon = 'rsync runs over the connection, not as a daemon'
const needed = 'the action needs what this turns off'
const paths = 'the contents of local_dir are sent, no other paths'
const dates =
  'dates would silently undo hard links and can publish old content; -rlp is on already, so leave -a and -t out'

/** Long names, without `--`, and why each is refused. */
const refused: Readonly<Record<string, string>> = {
  ...because(reach, 'rsh', 'rsync-path', 'remote-option', 'old-args'),
  ...because(dates, 'archive', 'times'),
  ...because(stale, 'update', 'size-only', 'existing', 'ignore-existing', 'ignore-non-existing'),
  ...because(stale, 'no-checksum', 'no-c'),
  ...because(litter, 'del', 'delete', 'delete-before', 'delete-during', 'delete-delay', 'delete-after'),
  ...because(litter, 'delete-excluded', 'delete-missing-args', 'max-delete'),
  ...because('it empties local_dir', 'remove-source-files', 'remove-sent-files'),
  ...because(linking, 'link-dest', 'copy-dest', 'compare-dest'),
  ...because('it leaves copies of old files in the release', 'backup', 'backup-dir', 'suffix'),
  ...because(
    'it writes into files that older releases share',
    'inplace',
    'append',
    'append-verify',
    'write-devices',
  ),
  ...because(staging, 'partial-dir', 'temp-dir'),
  ...because(whole, 'files-from', 'list-only', 'dry-run', 'read-batch', 'write-batch', 'only-write-batch'),
  ...because(whole, 'stop-after', 'stop-at', 'time-limit', 'fake-super'),
  ...because(paths, 'dirs', 'old-dirs', 'old-d', 'relative'),
  ...because(needed, 'no-recursive', 'no-r', 'no-links', 'no-l', 'no-perms', 'no-p'),
  ...because(needed, 'no-s', 'no-protect-args', 'no-secluded-args'),
  ...because(output, 'info', 'debug', 'quiet', 'progress', 'human-readable', 'out-format', 'log-format'),
  ...because(output, 'log-file', 'log-file-format', 'help', 'version'),
  ...because(output, 'stderr', 'msgs2stderr', 'no-msgs2stderr'),
  ...because(daemon, 'daemon', 'server', 'sender', 'config', 'password-file', 'address', 'chroot'),
}

const letters: Readonly<Record<string, string>> = {
  e: 'rsh',
  a: 'archive',
  t: 'times',
  u: 'update',
  b: 'backup',
  n: 'dry-run',
  T: 'temp-dir',
  M: 'remote-option',
  d: 'dirs',
  R: 'relative',
  q: 'quiet',
  P: 'progress',
  h: 'human-readable',
  V: 'version',
}

/** Letters that take the rest of their word as a value. */
const valued = 'BefMT@'

/** Harmless names that begin like a refused one. */
const harmless = new Set(['partial'])

const shape = { anyOf: [{ type: 'array', items: { type: 'string', pattern: '^-' } }, { type: 'string' }] }

/** Words of rsync's command line, one line or several, or a YAML list of words. */
export const rsyncFlags = parser(shape, (value): readonly string[] => {
  const list = Array.isArray(value) ? value : listIn(script(value))
  const flags = list ? list.map(script) : words(script(value))
  const faults = flags.flatMap((flag) => {
    const reason = reasonAgainst(flag)
    return reason === undefined ? [] : [`${show(flag)} is refused (${reason})`]
  })
  if (faults.length > 0) throw new Problem(faults.join('; '), 'Leave it out.')
  return flags
})

function reasonAgainst(flag: string): string | undefined {
  if (/\p{Cc}/u.test(flag)) return 'it holds a control character'
  if (!flag.startsWith('-')) return `${paths}; a flag's value is joined to it with =`
  if (flag === '-' || flag === '--') return paths
  return flag.startsWith('--') ? reasonAgainstName(flag.slice(2)) : reasonAgainstLetters(flag.slice(1))
}

/** An rsync whose option parser takes abbreviations must not be reached by one. */
function reasonAgainstName(option: string): string | undefined {
  const [name = '', value = ''] = option.split('=')
  if (/^(checksum-choice|cc)$/.test(name) && value.split(',').includes('none')) return stale
  if (harmless.has(name)) return undefined
  const full = Object.hasOwn(refused, name)
    ? name
    : Object.keys(refused).find((each) => each.startsWith(name))
  return full === undefined ? undefined : refused[full]
}

function reasonAgainstLetters(option: string): string | undefined {
  for (const letter of option) {
    const name = Object.hasOwn(letters, letter) ? letters[letter] : undefined
    if (name !== undefined) return `-${letter} is --${name}: ${refused[name]}`
    if (valued.includes(letter)) return undefined
  }
  return undefined
}

function because(reason: string, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]))
}
