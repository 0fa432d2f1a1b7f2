// The shells that this machine has, of those that may be /bin/sh somewhere.

import { spawnSync } from 'node:child_process'

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

/** What `script` prints under that shell, byte for byte. */
export function runUnder([program = '', ...args]: readonly string[], script: string): Buffer {
  const { stdout, stderr, status } = spawnSync(program, [...args], { input: script, maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${program} exited with ${status}: ${stderr}`)
  return stdout
}
