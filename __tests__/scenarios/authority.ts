// A certificate authority of ssh-keygen's, for users and for hosts.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { program } from './world.ts'

export interface Authority {
  /** Public key, `type base64 comment`. */
  readonly publicKey: string
  /** Path of the file that holds it. */
  readonly publicKeyFile: string
  /** A certificate for a public key, as the text of its file. `flags` are ssh-keygen's, e.g. `-n name`, `-h` for a host. */
  sign(publicKey: string, flags: readonly string[]): Promise<string>
}

/** @param dir where its files go; it is made. */
export async function makeAuthority(dir: string): Promise<Authority> {
  await mkdir(dir, { recursive: true })
  const file = join(dir, 'ca')
  await program('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ca', '-f', file])
  let count = 0
  return {
    publicKey: (await readFile(`${file}.pub`, 'utf8')).trim(),
    publicKeyFile: `${file}.pub`,
    async sign(publicKey, flags) {
      const signed = join(dir, `signed${count++}`)
      await writeFile(`${signed}.pub`, `${publicKey}\n`)
      await program('ssh-keygen', ['-q', '-s', file, '-I', 'test', ...flags, `${signed}.pub`])
      return readFile(`${signed}-cert.pub`, 'utf8')
    },
  }
}
