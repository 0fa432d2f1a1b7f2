// Values that are paths on a host. They are data: quotes, spaces and `$()` are as good as any other character.

import { posix } from 'node:path'
import { type Parser, parser } from '../parser.ts'
import { Problem, show } from '../problem.ts'
import { line } from './text.ts'

/** What every system has at its top level (hier(7)), and nothing has for itself. */
const common = (
  'bin boot dev etc home lib lib32 lib64 lost+found media mnt opt proc root run sbin srv sys tmp usr var ' +
  'Applications Library System Users Volumes private'
).split(' ')

/** An absolute directory that may be the application's own, without `..`; slashes in excess are dropped. */
export const remoteDir = parser({ type: 'string', pattern: '^/' }, (value): string => {
  const path = absolute(line(value))
  if (path === '/')
    throw new Problem('"/" is the whole host', 'Give a directory of its own, such as /srv/app.')
  if (common.includes(path.slice(1))) {
    throw new Problem(
      `${show(path)} is the system's, and holds more than one application`,
      `Give a directory below it, such as ${show(`${path}/app`)}.`,
    )
  }
  return path
})

/** A plain relative path below `remote_dir`. */
export const below = relativeTo('remote_dir', 'releases')

/** A plain relative path inside a release. */
export const inRelease = relativeTo('the release', 'public/uploads')

function relativeTo(base: string, example: string): Parser<string> {
  return parser({ type: 'string', pattern: '^[^/~-]' }, (value) => {
    const given = line(value)
    if (given.startsWith('/')) {
      throw new Problem(`${show(given)} is absolute`, `Give a path relative to ${base}, such as ${example}.`)
    }
    const path = tidy(given)
    if (path === '.')
      throw new Problem(`${show(given)} is ${base} itself`, 'Give the name of a path below it.')
    return path
  })
}

/** A plain path below `remote_dir`, or an absolute one. */
export const belowOrAbsolute = parser({ type: 'string', pattern: '^[^~-]' }, (value): string => {
  const given = line(value)
  if (!given.startsWith('/')) return below(given)
  const path = absolute(given)
  if (path === '/')
    throw new Problem('"/" is the whole host', 'Give the path of one entry, such as /var/www/html.')
  return path
})

function absolute(given: string): string {
  if (given.startsWith('/')) return tidy(given)
  const remedy = given.startsWith('~')
    ? 'A ~ is not expanded: write the directory in full, such as /home/deploy/app.'
    : 'Write it from the root, such as /srv/app. Nothing is expanded in it.'
  throw new Problem(`${show(given)} is not an absolute path`, remedy)
}

/** Without doubled and trailing slashes and `.`; with neither `..` nor what a program takes for a home or an option. */
function tidy(given: string): string {
  const parts = given.split('/')
  if (parts.includes('..')) {
    throw new Problem(`${show(given)} climbs with ".."`, 'Write the path it leads to.')
  }
  if (parts.some((part) => part.startsWith('~'))) {
    throw new Problem(`${show(given)} holds a "~", which is not expanded`, 'Write the path in full.')
  }
  if (given.startsWith('-')) {
    throw new Problem(`${show(given)} starts with a hyphen, like an option`, 'Choose another name.')
  }
  if (Buffer.byteLength(given) > 4096) {
    throw new Problem(`${show(given)} is longer than 4096 bytes`, 'Choose a shorter path.')
  }
  const path = posix.normalize(given)
  return path === '/' ? path : path.replace(/\/$/, '')
}
