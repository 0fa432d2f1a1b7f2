// Keys made by ssh-keygen while the tests run, so that no key is kept in the repository.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface MadeKey {
  readonly text: string
  readonly publicLine: string
  readonly blob: Buffer
  readonly fingerprint: string
}

/** @param flags of ssh-keygen, e.g. `-t rsa -b 2048`. */
export function makeKey(flags: string, passphrase = ''): MadeKey {
  return inTemporary((dir) => {
    const file = join(dir, 'key')
    execFileSync('ssh-keygen', ['-q', ...flags.split(' '), '-N', passphrase, '-C', 'a comment', '-f', file])
    const publicLine = readFileSync(`${file}.pub`, 'utf8').trim()
    const listing = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' })
    return {
      text: readFileSync(file, 'utf8'),
      publicLine,
      blob: Buffer.from(publicLine.split(' ')[1] ?? '', 'base64'),
      fingerprint: listing.split(' ')[1] ?? '',
    }
  })
}

/** known_hosts text with its names hashed by `ssh-keygen -H`. */
export function hashNames(text: string): string {
  return inTemporary((dir) => {
    const file = join(dir, 'known_hosts')
    writeFileSync(file, text)
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
    return readFileSync(file, 'utf8')
  })
}

/** The public key of a private one, as OpenSSH reads it. */
export function publicKeyOf(text: string): string {
  return inTemporary((dir) => {
    const file = join(dir, 'key')
    writeFileSync(file, text, { mode: 0o600 })
    return execFileSync('ssh-keygen', ['-y', '-P', '', '-f', file], { encoding: 'utf8' }).trim()
  })
}

function inTemporary<T>(act: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'keygen-'))
  try {
    return act(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
