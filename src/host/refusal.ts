// What a host refused, or could not do, in words, and what to do about it.

import { posix } from 'node:path'
import { Failure } from '../failure.ts'
import { type Layout, publicPath, releasePath } from '../release/layout.ts'
import type { Answer } from './dialogue.ts'
import { readWord } from './line.ts'
import { quote } from './quote.ts'

export interface Refusing {
  readonly label: string
  /** Who logs in; undefined for whom the client chooses. */
  readonly user?: string | undefined
  /** Who works there, if somebody else. */
  readonly become: string | undefined
}

/** @param verb of the message that was answered like this. */
export function refusal(answer: Answer, verb: string, host: Refusing, layout: Layout): Failure {
  const [code = '', detail = ''] = answer.lines.find((line) => line.key === 'refuse')?.rest.split(' ') ?? []
  const said = answer.noise.trim().slice(0, 2000)
  const place = releasePath(layout, '…')
  const words: Record<string, string> = {
    name: 'the release name is not plain',
    upload: 'the upload is gone from its private place',
    symlinked: `${place.slice(0, -2)} is a symlink`,
    exists: 'a release of this name exists already',
    lock: 'the lock is not held (any more)',
    private: `${detail} is a symlink, and what is kept there would not be this tool's own`,
    short: 'a file could not be written whole',
    astray: `a link in ${posix.dirname(publicPath(layout))} would not lead to the release: is that directory a symlink?`,
    partial: `the upload is not whole: its ${detail} entries are not the artifact's`,
    gone: 'the release is not there as a plain directory',
    directory: `${publicPath(layout)} is not a symlink`,
    through: `a path that should lead into shared/ goes through the symlink ${readWord(detail)}`,
    folder: `${readWord(detail)} is a directory, where a file is to be written`,
    outside: `${readWord(detail)} would lie outside of the release`,
    tar: 'the host has no tar',
    verify: 'the release could not be compared with what it was',
    link: `${publicPath(layout)} did not read back as the new link`,
  }
  const message =
    words[code] ?? `the host failed in "${verb}"${said ? `: ${said}` : ` (status ${answer.status})`}`
  return new Failure(words[code] && said ? `${message} (${said})` : message, {
    host: host.label,
    ...remedyFor(code, said, host, layout),
  })
}

function remedyFor(code: string, said: string, host: Refusing, layout: Layout): { readonly remedy?: string } {
  if (code === 'verify')
    return {
      remedy:
        'Mend what the host complains of (is /tmp full?), or set `verify: off`: nothing is compared then.',
    }
  if (/no space left|disk quota/i.test(said))
    return { remedy: 'Free some space on the host, then run again.' }
  // A shell's own word for a disk that takes no more, among others.
  if (/input\/output error|i\/o error/i.test(said))
    return { remedy: 'Look at the disk of the host: is it full (df), or failing (dmesg)? Then run again.' }
  if (/read-only file system/i.test(said)) return { remedy: 'Mount the filesystem writable, then run again.' }
  if (/permission denied|not permitted/i.test(said)) {
    return { remedy: ownership(host, layout) }
  }
  if (code === 'private') return { remedy: 'Take the symlink away on the host, then run again.' }
  if (code === 'folder')
    return { remedy: 'Move it away, or, if `revision_file` names it, choose another name there.' }
  if (code === 'partial')
    return { remedy: 'Did a build still write into local_dir? Run again: only what is missing is sent.' }
  if (code === 'exists') return { remedy: 'Choose another `release_name`, or leave it out.' }
  return {}
}

/** What is in shared/ is the application's, and stays so. */
function ownership({ user, become }: Refusing, { root, releases }: Layout): string {
  const who = become ?? user ?? 'USER'
  const ours = [releases, '.releases', 'manifest.json'].map((name) => quote(posix.join(root, name)))
  const other = become ? '' : ' Or use `become` with the user it belongs to.'
  return `Let ${who} write there, once, on the host: sudo install -d -o ${who} ${quote(root)}; where another user made what is in it, also sudo chown -R ${who} ${ours.join(' ')}. Leave shared/ to the application.${other}`
}
