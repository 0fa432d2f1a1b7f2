// A host that lacks a tool, or has an odd one: a directory of links to the real tools, as the only PATH of a server.

import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { environment } from '../servers/sshd.ts'

export interface Toolbox extends AsyncDisposable {
  readonly dir: string
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
  const left = new Set([...without, ...Object.keys(fakes)])
  for (const place of (process.env.PATH ?? '').split(delimiter).filter((each) => existsSync(each))) {
    for (const name of await readdir(place)) {
      if (left.has(name)) continue
      left.add(name)
      await symlink(join(place, name), join(dir, name))
    }
  }
  for (const [name, script] of Object.entries(fakes)) {
    await writeFile(join(dir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  return {
    dir,
    path: environment({ PATH: dir }),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}

/** `sync` that takes `seconds` while the file `slow` is in its directory, and tells by the file `reached` that it was called. */
export function slowSync(dir: string, seconds: number): Readonly<Record<string, string>> {
  return {
    sync: `if [ -e '${dir}/slow' ]; then : >'${dir}/reached'; sleep ${seconds}; fi\nexec /bin/sync "$@"`,
  }
}
