// Other users of this machine, for what a test must do as somebody else; made and removed by root alone.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { program } from './world.ts'

export interface Account extends AsyncDisposable {
  readonly name: string
  /** Lets the account run `command` as `other` without a password. */
  allow(other: string, command: string): Promise<void>
}

/** Whether this machine lets a test make users; says so when it does not. In CI the tests are run, and fail, rather than be left out. */
export function mayMakeAccounts(): boolean {
  const lacking = [
    ...(process.getuid?.() === 0 ? [] : ['to be root']),
    ...['useradd', 'userdel', 'sudo'].filter((tool) => !has(tool)),
  ]
  if (lacking.length === 0) return true
  if (process.getuid?.() === 0 && process.env.CI === 'true') return true
  console.warn(`not tested: what needs another user of this machine, which takes ${lacking.join(', ')}`)
  return false
}

function has(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' })
    return true
  } catch {
    return existsSync(`/usr/sbin/${tool}`)
  }
}

let made = 0

/** A user with a home, a group and /bin/sh. */
export async function makeAccount(): Promise<Account> {
  made += 1
  const name = `rd${process.pid % 100_000}n${made}`
  const rule = `/etc/sudoers.d/${name}`
  await program('useradd', ['--create-home', '--user-group', '--shell', '/bin/sh', name])
  // An account without any password cannot log in by key everywhere; `*` is one that nobody can type.
  await program('usermod', ['--password', '*', name])
  return {
    name,
    async allow(other, command) {
      await writeFile(rule, `${name} ALL=(${other}) NOPASSWD: ${command}\n`, { mode: 0o440 })
    },
    async [Symbol.asyncDispose]() {
      await rm(rule, { force: true })
      await program('pkill', ['-KILL', '-u', name]).catch(() => undefined)
      await program('userdel', ['--remove', name]).catch(() =>
        program('userdel', ['--force', '--remove', name]),
      )
    },
  }
}

/** The user that runs the tests. */
export const self = userInfo().username
