// A list of paths for a program, in a file: on a program's stdin, a program that ends early would end this one, too.

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomMark } from '../host/script.ts'

/** @param dir of the run's own on the runner; `paths`: each followed by NUL. */
export function keepList(dir: string, paths: Buffer): Disposable & { readonly path: string } {
  const path = join(dir, `${randomMark()}.list`)
  writeFileSync(path, paths, { mode: 0o600 })
  return { path, [Symbol.dispose]: () => rmSync(path, { force: true }) }
}
