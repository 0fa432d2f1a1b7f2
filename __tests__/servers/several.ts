// Several servers that let the same key in: what a fleet looks like from the runner.

import { join } from 'node:path'
import { type Sshd, type SshdOptions, startSshd } from './sshd.ts'

export interface Servers extends AsyncDisposable {
  readonly all: readonly Sshd[]
  /** One server: most scenarios need no more. */
  readonly one: Sshd
}

/** Servers with one key for all of them. */
export async function startServers(count: number, options: SshdOptions = {}): Promise<Servers> {
  const first = await startSshd(options)
  const others = await Promise.all(
    Array.from({ length: count - 1 }, () =>
      startSshd({ ...options, config: [...(options.config ?? []), authorize(first)] }),
    ),
  )
  const all = [first, ...others.map((server) => ({ ...server, privateKey: first.privateKey }))]
  return {
    all,
    one: first,
    async [Symbol.asyncDispose]() {
      for (const server of all) await server[Symbol.asyncDispose]()
    },
  }
}

/** A line of sshd_config that lets the key of another server in. */
function authorize({ dir }: Sshd): string {
  return `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`
}
