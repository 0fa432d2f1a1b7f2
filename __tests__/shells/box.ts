// What the host's side may meet on a host: a shell that is /bin/sh there, and the tools first on its PATH.

import { execFileSync } from 'node:child_process'
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, test } from 'vitest'

export interface Box {
  readonly name: string
  /** A link named `sh` to the shell: most behave as /bin/sh only under that name. */
  readonly sh: string
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  /** Why it cannot be tested on this machine. */
  readonly missing?: string
}

const place = mkdtempSync(join(tmpdir(), 'shells-'))
chmodSync(place, 0o755)
afterAll(() => rmSync(place, { recursive: true, force: true }))

const search = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`

/** Where a command is, as a shell would find it. */
export function find(command: string): string | undefined {
  return search
    .split(delimiter)
    .map((dir) => join(dir, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function box(name: string, shell: string, path = search, needs: readonly string[] = []): Box {
  const missing = [shell, ...needs].filter((command) => !find(command))
  const dir = join(place, name.replaceAll(' ', '-'))
  mkdirSync(dir)
  const sh = join(dir, 'sh')
  // yash alone reads bytes as characters of its locale, and drops those that are none.
  const env: Record<string, string> = shell === 'yash' ? { LC_ALL: 'C.UTF-8' } : {}
  if (missing.length > 0) return { name, sh, path, env, missing: `no ${missing} on this machine` }
  symlinkSync(find(shell) as string, sh)
  return { name, sh, path, env }
}

/** A directory of links, first on the PATH: what a system has whose tools are all of one program. */
function userland(program: string): string {
  const dir = join(place, `${program}-tools`)
  const file = find(program)
  if (!file) return search
  mkdirSync(dir)
  const listing = execFileSync(file, program === 'busybox' ? ['--list'] : []).toString()
  // A test stops things by signals to groups: `sh` and what it is must stay the box's own.
  for (const name of listing.split(/\s+/).filter((word) => word !== '' && word !== 'sh'))
    symlinkSync(file, join(dir, name))
  return `${dir}${delimiter}${search}`
}

/** A PATH with what any system has and the host's side may use, but without flock. */
export function pathWithoutFlock(): string {
  const dir = join(place, 'no-flock')
  const tools = `[ cat chmod cp cut date dd df echo env false find kill ln ls mkdir mv printf pwd readlink rm rmdir rsync sed sh
    sha256sum sleep sort stat sync tail test touch tr true od uniq wc`
  mkdirSync(dir)
  for (const tool of tools.split(/\s+/)) symlinkSync(find(tool) as string, join(dir, tool))
  return dir
}

export const boxes: readonly Box[] = [
  box('dash', 'dash'),
  box('bash', 'bash'),
  box('busybox ash', 'busybox'),
  box('ksh93', find('ksh93') ? 'ksh93' : 'ksh'),
  box('mksh', 'mksh'),
  box('yash', 'yash'),
  box('zsh', 'zsh'),
  box('busybox userland', 'busybox', userland('busybox')),
  box('toybox userland', 'dash', userland('toybox'), ['toybox']),
]

/** Only what differs by its tools, not by its shell. */
export const userlands = boxes.filter(({ name }) =>
  ['dash', 'busybox userland', 'toybox userland'].includes(name),
)

/** `body` once a box, all at once: most of it is waiting. A box that is missing here fails in CI, and elsewhere says so. */
export function onEveryBox(title: string, body: (box: Box) => void, among = boxes): void {
  for (const each of among) {
    describe.concurrent(`${title}: ${each.name}`, () => {
      if (each.missing === undefined) return body(each)
      test('is on this machine', () => {
        if (process.env.CI) throw new Error(each.missing)
        process.stderr.write(`NOT TESTED: ${title} under ${each.name}: ${each.missing}\n`)
      })
    })
  }
}
