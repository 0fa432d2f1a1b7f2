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
  await using starting = new AsyncDisposableStack()
  const first = starting.use(await startSshd(options))
  const others = await Promise.allSettled(
    Array.from({ length: count - 1 }, async () =>
      starting.use(await startSshd({ ...options, config: [...(options.config ?? []), authorize(first)] })),
    ),
  )
  const started = others.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return { ...end.value, privateKey: first.privateKey }
  })
  const running = starting.move()
  return {
    all: [first, ...started],
    one: first,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** A line of sshd_config that lets the key of another server in. */
function authorize({ dir }: Sshd): string {
  return `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`
}
