// The action's step: cancellation in, exit code out. All the rest is run().

import { Failure } from './failure.ts'
import { run } from './run.ts'

const cancelled = new AbortController()
// The runner sends SIGINT, after 7.5 s SIGTERM, after 2.5 s more it kills.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () =>
    cancelled.abort(
      new Failure('the run was cancelled', { remedy: 'Run it again: it goes on from what is there.' }),
    ),
  )
}
await run(cancelled.signal)
// Connections that are saying goodbye have nothing left to tell; the log has, when its reader is slow.
await new Promise((resolve) => process.stdout.write('', resolve))
process.exit()
