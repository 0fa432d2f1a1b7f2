// The outputs of the action, as the README names them; set after every run, failed ones too.

import type { HostResult, Result } from '../flow/result.ts'
import { capped, plain, plainLines } from './plain.ts'
import type { Environment, Sink } from './sink.ts'

const ERROR_LIMIT = 4_000

/** Characters of JSON; a host's manifest may hold any amount, and what reads an output has limits of its own. */
const RELEASES_LIMIT = 1_000_000

/**
 * Sets every output; null becomes the empty string, `hosts`, `releases` and `result` are JSON. Error texts are made safe
 * and cut to 4,000 characters; metadata stays exact, of as many releases, newest first, as make a megabyte. Without GITHUB_OUTPUT nothing is set, since
 * @actions/core would print old-style commands instead.
 */
export function setOutputs(result: Result, sink: Sink, env: Environment = process.env): void {
  if (!env.GITHUB_OUTPUT) {
    sink.debug('GITHUB_OUTPUT is not set, so there are no outputs.')
    return
  }
  try {
    for (const [name, value] of Object.entries(outputs(result))) sink.setOutput(name, value)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    sink.warning(`The outputs could not be set: ${reason}`, { title: 'releases-deploy' })
  }
}

/** Output names and their values as text. */
export function outputs(result: Result): Record<string, string> {
  const safe: Result = {
    ...result,
    release: name(result.release),
    previous_release: name(result.previous_release),
    release_path: name(result.release_path),
    hosts: result.hosts.map(safeHost),
    releases: fitting(result.releases),
  }
  return {
    status: safe.status,
    release: safe.release ?? '',
    previous_release: safe.previous_release ?? '',
    release_path: safe.release_path ?? '',
    hosts: JSON.stringify(safe.hosts),
    releases: JSON.stringify(safe.releases),
    result: JSON.stringify(safe),
  }
}

function fitting(releases: Result['releases']): Result['releases'] {
  let size = 0
  const over = releases.findIndex((release) => {
    size += Buffer.byteLength(JSON.stringify(release))
    return size > RELEASES_LIMIT
  })
  return over === -1 ? releases : releases.slice(0, over)
}

function safeHost(host: HostResult): HostResult {
  return {
    ...host,
    release: name(host.release),
    previous_release: name(host.previous_release),
    error: host.error === null ? null : capped(plainLines(host.error).join('\n'), ERROR_LIMIT),
  }
}

// A release name is plain already, unless a host made one up.
function name(value: string | null): string | null {
  return value === null ? null : plain(value)
}
