// Runs to report on.

import { Failure } from '../../src/failure.ts'
import type { HostResult, ReleaseRow, Result } from '../../src/flow/result.ts'
import type { Run } from '../../src/report/verdict.ts'

export const release = '20261121184358'
export const previous = '20261120101010'

export function host(label: string, known: Partial<HostResult> = {}): HostResult {
  return {
    host: label,
    status: 'deployed',
    release,
    previous_release: previous,
    error: null,
    seconds: 3.14,
    bytes_sent: 1_234_567,
    files_changed: 201,
    connections: 1,
    round_trips: 9,
    ...known,
  }
}

export function result(known: Partial<Result> = {}): Result {
  return {
    schema: 1,
    status: 'deployed',
    release,
    previous_release: previous,
    release_path: `/srv/app/releases/${release}`,
    hosts: [host('web1'), host('web2')],
    releases: [],
    ...known,
  }
}

export function run(known: Partial<Run> = {}): Run {
  return {
    mode: 'deploy',
    result: result(),
    failures: [],
    warnings: [],
    seconds: 3.21,
    remoteDir: '/srv/app',
    ...known,
  }
}

export const failedGate: Run = run({
  result: result({
    status: 'reverted',
    hosts: ['web1', 'web2', 'web3'].map((label) =>
      host(label, {
        status: label === 'web3' ? 'failed' : 'reverted',
        release: previous,
        previous_release: '20261119090909',
        error: label === 'web3' ? 'the health check exited with 22' : null,
      }),
    ),
  }),
  failures: [
    new Failure(
      'health_check_command exited with 22 after 5 attempts in 8.1 s:\ncurl: (22) The requested URL returned error: 500',
      {
        host: 'web3',
        phase: 'published',
        unchanged: `all 3 hosts serve ${previous} again.`,
        remedy: `look at /srv/app/releases/${release} on web3, which is kept for inspection, and deploy again.`,
      },
    ),
  ],
  warnings: [{ host: 'web1', text: 'the clock is 4 minutes behind the runner' }],
  seconds: 12.5,
})

const both = ['web1', 'web2']

export const rows: readonly ReleaseRow[] = [
  {
    release,
    current: both,
    hosts: both,
    created_at: '2026-11-21T18:43:58Z',
    state: 'live',
    actor: 'octocat',
    revision: '0123456789abcdef0123456789abcdef01234567',
    ref: 'refs/heads/main',
    files: 3000,
    bytes: 64_812_345,
    time: 60,
    css: '145kb',
    whoami: 'freddie',
  },
  {
    release: previous,
    current: [],
    hosts: ['web1'],
    created_at: '2026-11-20T10:10:10Z',
    state: 'bad, missing on web2',
    actor: 'hubot',
    revision: 'fedcba9876543210fedcba9876543210fedcba98',
    files: 2998,
    bytes: 64_000_000,
    time: 61,
  },
  {
    release: '1795287555',
    current: [],
    hosts: both,
    created_at: null,
    state: 'adopted',
    time: 62,
    css: '142kb',
  },
]

export const listing: Run = run({
  mode: 'list',
  result: result({
    status: 'listed',
    release: null,
    previous_release: null,
    release_path: null,
    hosts: both.map((label) => host(label, { status: 'listed', bytes_sent: 0, files_changed: 0 })),
    releases: rows,
  }),
  seconds: 0.45,
})
