// Runs whose summaries are worth a picture: invented hosts, figures as they are measured.

import { Failure } from '../../src/failure.ts'
import type { HostResult, ReleaseRow, Result, Span } from '../../src/flow/result.ts'
import type { Run } from '../../src/report/verdict.ts'

const release = '20261121184358'
const previous = '20261120101010'
const repository = 'https://github.com/acme/site'
const labels = ['web1.example.com', 'web2.example.com', 'worker.example.com:2222']

function host(label: string, at: number, known: Partial<HostResult> = {}): HostResult {
  return {
    host: label,
    status: 'deployed',
    release,
    previous_release: previous,
    error: null,
    seconds: 9.4 + at / 10,
    bytes_sent: 1_234_567 + at * 31,
    files_changed: 201,
    connections: 1,
    round_trips: 9,
    ...known,
  }
}

function row(name: string, known: object): ReleaseRow {
  return { release: name, current: [], hosts: labels, created_at: null, state: 'live', ...known }
}

const rows: readonly ReleaseRow[] = [
  row(release, {
    current: labels,
    created_at: '2026-11-21T18:43:58Z',
    actor: 'octocat',
    run: `${repository}/actions/runs/4711`,
    revision: '0123456789abcdef0123456789abcdef01234567',
    files: 3000,
    bytes: 64_812_345,
    build_seconds: 61.4,
    css: '145kb',
    tests: { passed: 812, failed: 0 },
  }),
  row(previous, {
    created_at: '2026-11-20T10:10:10Z',
    actor: 'hubot',
    run: `${repository}/actions/runs/4700`,
    revision: 'fedcba9876543210fedcba9876543210fedcba98',
    files: 2998,
    bytes: 64_012_345,
    build_seconds: 60.1,
    css: '144kb',
  }),
  row('20261119090909', {
    created_at: '2026-11-19T09:09:09Z',
    actor: 'octocat',
    run: `${repository}/actions/runs/4690`,
    revision: 'abcdef9876543210fedcba9876543210fedcba98',
    files: 2990,
    bytes: 64_002_345,
    state: 'bad',
    reason: 'rolled back to 20261118080808 by octocat',
  }),
  row('20261118080808', {
    hosts: labels.slice(0, 2),
    created_at: '2026-11-18T08:08:08Z',
    actor: 'octocat',
    run: `${repository}/actions/runs/4680`,
    revision: 'bbbdef9876543210fedcba9876543210fedcba98',
    files: 2990,
    bytes: 64_002_345,
  }),
]

function spans(slow: number, until = 4): readonly Span[] {
  const all = [
    ['starting', 0, 0.9],
    ['updating', 1.4, 5.1 + slow],
    ['updated', 7.2, 7.6 + slow / 4],
    ['publishing', 8.3, 8.4],
    ['published', 8.4, 9.2],
    ['finishing', 9.2, 9.4],
  ] as const
  return all.slice(0, until + 2).map(([phase, begin, end]) => ({ phase, begin, end }))
}

function result(known: Partial<Result>): Result {
  return {
    schema: 1,
    status: 'deployed',
    release,
    previous_release: previous,
    release_path: `/srv/app/releases/${release}`,
    hosts: labels.map((label, at) => host(label, at)),
    releases: rows,
    ...known,
  }
}

const deploy: Run = {
  mode: 'deploy',
  result: result({}),
  failures: [],
  warnings: [],
  seconds: 9.6,
  remoteDir: '/srv/app',
  attempted: release,
  repository,
  target: 'production',
  timeline: labels.map((label, at) => ({ host: label, spans: spans(at) })),
}

const reverted: Run = {
  ...deploy,
  result: result({
    status: 'reverted',
    release: null,
    previous_release: null,
    hosts: labels.map((label, at) =>
      host(label, at, {
        status: 'reverted',
        release: previous,
        previous_release: null,
        error: at === 2 ? 'not healthy after 5 attempts' : null,
      }),
    ),
  }),
  failures: [
    new Failure(
      'not healthy after 5 attempts: health_check_command failed with exit code 22; it said: curl: (22) The requested URL returned error: 500',
      {
        host: 'worker.example.com:2222',
        phase: 'published',
        unchanged: 'All 3 switched hosts were put back to what they served before.',
        remedy:
          'Try the command by hand in the public directory; a slow start needs more `health_check_attempts`.',
      },
    ),
  ],
  warnings: [
    {
      host: 'web1.example.com',
      text: 'the host has no flock: the lock of a dead run frees itself by a lease instead of at once',
    },
  ],
  seconds: 20.3,
  timeline: labels.map((label, at) => ({
    host: label,
    spans: [
      ...spans(at, 2),
      { phase: 'published', begin: 8.4, end: at === 2 ? 18.5 : 8.9 },
      { phase: 'failed', begin: 18.6, end: 20 },
    ],
  })),
}

const stuck: Run = {
  ...reverted,
  result: result({
    status: 'failed',
    release: null,
    previous_release: null,
    hosts: labels.map((label, at) =>
      host(
        label,
        at,
        at === 0
          ? { status: 'failed', error: 'could not be put back', release }
          : { status: 'reverted', release: previous, previous_release: null },
      ),
    ),
  }),
}

const list: Run = {
  ...deploy,
  mode: 'list',
  timeline: [],
  result: result({
    status: 'listed',
    release: null,
    previous_release: null,
    release_path: null,
    hosts: labels.map((label, at) =>
      host(label, at, {
        status: 'listed',
        release: at === 2 ? previous : release,
        previous_release: null,
        bytes_sent: 0,
        files_changed: 0,
      }),
    ),
    releases: rows.map((one) => {
      if (one.release === release) return { ...one, current: labels.slice(0, 2) }
      return one.release === previous ? { ...one, current: labels.slice(2) } : one
    }),
  }),
  warnings: [
    {
      host: undefined,
      text: `the hosts differ: ${release} on web1.example.com, web2.example.com; ${previous} on worker.example.com:2222`,
    },
  ],
  seconds: 0.41,
}

const many = Array.from({ length: 500 }, (_, at) => `web${at + 1}.example.com`)
const fleet: Run = {
  ...deploy,
  result: result({ hosts: many.map((label, at) => host(label, at % 7)) }),
  timeline: many.map((label, at) => ({
    host: label,
    spans: spans((at % 9) / 3).map(({ phase, begin, end }) => ({ phase, begin: begin * 20, end: end * 20 })),
  })),
  seconds: 188,
}

export const examples: Readonly<Record<string, Run>> = {
  'summary-deploy': deploy,
  'summary-reverted': reverted,
  'summary-stuck': stuck,
  'summary-list': list,
  'summary-fleet': fleet,
}
