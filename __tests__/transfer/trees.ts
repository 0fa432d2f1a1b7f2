// Small trees on the disk, with names as bytes.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Tree extends Disposable {
  readonly dir: string
}

/** `files`: names in latin1, one character a byte; a value that begins with `->` makes a link. */
export function makeTree(files: Readonly<Record<string, string>>): Tree {
  const dir = mkdtempSync(join(tmpdir(), 'tree-'))
  for (const [name, content] of Object.entries(files)) {
    const path = Buffer.from(`${dir}/${name}`, 'latin1')
    mkdirSync(Buffer.from(dirname(path.toString('latin1')), 'latin1'), { recursive: true })
    if (content.startsWith('->')) symlinkSync(Buffer.from(content.slice(2), 'latin1'), path)
    else writeFileSync(path, content)
  }
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) }
}

/** A function of the host's side, as a host would run it. */
export function runOnHost(functions: string, invocation: string, cwd: string): string {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-eu'], {
    cwd,
    input: `${functions}\n${invocation}\n`,
  })
  if (status !== 0) throw new Error(`${invocation} exited with ${status}: ${stderr}`)
  return stdout.toString('latin1')
}
