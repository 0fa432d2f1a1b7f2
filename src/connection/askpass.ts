// The password for OpenSSH, which asks a program for it: one that comes back here for the answer, so that it is in no file, argument or environment.

import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { ownProgram } from '../environment.ts'

export interface Askpass extends AsyncDisposable {
  /** What `ssh` needs in its environment. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Answers every question for a password until disposed.
 * @param program path of the program to be; `socket` of where it comes back to. Both in a directory that nobody else may enter.
 */
export async function serveAskpass(program: string, socket: string, password: string): Promise<Askpass> {
  const server = createServer((visitor) => {
    visitor.on('error', () => visitor.destroy())
    let greeting = ''
    visitor.setEncoding('utf8').on('data', (text: string) => {
      greeting += text
      if (!greeting.includes('\n')) return
      visitor.end(isForPassword(greeting) ? `${password}\n` : '')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  server.unref()
  // The runner has node nowhere on its PATH.
  await writeFile(program, '#!/bin/sh\nexec "$RELEASES_NODE" "$RELEASES_ASKPASS" "$@"\n')
  await chmod(program, 0o700)
  return {
    environment: {
      SSH_ASKPASS: program,
      SSH_ASKPASS_REQUIRE: 'force',
      // Before OpenSSH 8.4 the program was only asked where there is a display.
      DISPLAY: ':0',
      RELEASES_NODE: process.execPath,
      RELEASES_ASKPASS: fileURLToPath(ownProgram('askpass')),
      RELEASES_ANSWERS: socket,
    },
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}

/** Not the passphrase of a key, nor the PIN of a token, that a file of the user's may have brought in. */
export function isForPassword(greeting: string): boolean {
  try {
    const [prompt = ''] = JSON.parse(greeting) as string[]
    return !/passphrase|\bPIN\b|yes\/no|new password/i.test(prompt)
  } catch {
    return false
  }
}
