// A host that lacks a tool, or has an odd one: a directory of fakes in front of a server's PATH, or of links to all tools but some as its only one.

import { existsSync, readdirSync, symlinkSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { environment } from '../servers/sshd.ts'

export interface Toolbox extends AsyncDisposable {
  /** Where the fakes are. */
  readonly dir: string
  /** A PATH that finds these tools. */
  readonly search: string
  /** Line of sshd_config that makes it the PATH of every log-in. */
  readonly path: string
}

/** @param fakes scripts to have in place of tools, by name. */
export async function toolbox({
  without = [],
  fakes = {},
}: {
  readonly without?: readonly string[]
  readonly fakes?: Readonly<Record<string, string>>
}): Promise<Toolbox> {
  const dir = await mkdtemp(join(tmpdir(), 'tools-'))
  await chmod(dir, 0o755)
  const usual = process.env.PATH ?? ''
  if (without.length > 0) linkAll(usual, dir, [...without, ...Object.keys(fakes)])
  for (const [name, script] of Object.entries(fakes)) {
    await writeFile(join(dir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  const search = without.length > 0 ? dir : `${dir}${delimiter}${usual}`
  return {
    dir,
    search,
    path: environment({ PATH: search }),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

function linkAll(search: string, dir: string, without: readonly string[]): void {
  const seen = new Set(without)
  for (const place of search.split(delimiter).filter((each) => existsSync(each))) {
    for (const name of readdirSync(place).filter((each) => !seen.has(each))) {
      seen.add(name)
      symlinkSync(join(place, name), join(dir, name))
    }
  }
}

/** `sync` that takes `seconds` while the file `slow` is in its directory, and tells by the file `reached` that it was called. */
export function slowSync(dir: string, seconds: number): Readonly<Record<string, string>> {
  return {
    sync: `if [ -e '${dir}/slow' ]; then : >'${dir}/reached'; sleep ${seconds}; fi\nexec /bin/sync "$@"`,
  }
}
