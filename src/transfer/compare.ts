// What an upload would send: rsync asks the host, by content, and neither side writes anything.

import type { Connection } from '../connection/connection.ts'
import { call } from '../host/quote.ts'
import type { Artifact } from './artifact.ts'
import { BRIDGE, runRsync, statistic } from './rsync.ts'
import { awaitShell } from './shell.ts'

export interface Difference {
  readonly files: number
  /** Of the files that differ, before rsync finds what of them the host has. */
  readonly bytes: number
}

/** @param dir of the run's own on the runner; `place`:  absolute path of the release on the host that the artifact is compared with. */
export async function compareArtifact(
  dir: string,
  connection: Connection,
  host: { readonly label: string; readonly become: string | undefined },
  artifact: Artifact,
  place: string,
  signal: AbortSignal,
): Promise<Difference> {
  const flags = ['-n', '-rlp', '-s', '--no-times', '--checksum', '--stats', '--no-h']
  const args = [...flags, ...artifact.selection, '-e', BRIDGE, './', `host:${place}/`]
  const output = await runRsync({
    dir,
    shell: awaitShell(connection, host.become),
    host: host.label,
    source: artifact.dir,
    args,
    invocation: (argv) => call('exec', ...argv),
    signal,
  })
  return {
    files: statistic(output, 'Number of regular files transferred'),
    bytes: statistic(output, 'Total transferred file size'),
  }
}
