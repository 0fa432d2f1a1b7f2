// The shells that this machine has, of those that may be /bin/sh somewhere.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const known: Readonly<Record<string, readonly string[]>> = {
  sh: ['/bin/sh'],
  dash: ['dash'],
  bash: ['bash'],
  'bash --posix': ['bash', '--posix'],
  'busybox sh': ['busybox', 'sh'],
  ksh: ['ksh'],
  mksh: ['mksh'],
  yash: ['yash'],
  'zsh as sh': ['zsh', '--emulate', 'sh'],
}

export const shells: readonly (readonly [string, readonly string[]])[] = Object.entries(known).filter(
  ([, [program = '', ...args]]) => spawnSync(program, [...args, '-c', ':']).status === 0,
)

/**
 * What `script` prints under that shell, byte for byte.
 * @throws when it fails, or when it ran `canary`, which no data may ever do.
 */
export function runUnder([program = '', ...args]: readonly string[], script: string): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'canary-'))
  try {
    writeFileSync(join(dir, 'canary'), `#!/bin/sh\n: >'${dir}/sang'\n`, { mode: 0o755 })
    const env = { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH}` }
    const { stdout, stderr, status } = spawnSync(program, [...args], {
      cwd: dir,
      env,
      input: script,
      maxBuffer: 1 << 28,
    })
    if (existsSync(join(dir, 'sang'))) throw new Error(`${program} ran a part of its data`)
    if (status !== 0) throw new Error(`${program} exited with ${status}: ${stderr}`)
    return stdout
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
