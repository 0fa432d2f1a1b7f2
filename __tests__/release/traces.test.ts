import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPlain } from '../../src/release/name.ts'
import { type Traces, timeOfName, vouchedBy } from '../../src/release/traces.ts'
import { anyText, hostile } from './arbitraries.ts'

const capistrano = readFileSync(new URL('capistrano-revisions.log', import.meta.url), 'utf8')
const sha = '3a1e45658c4e263a43d058b3d5038ab58a9fbb46'

function deployer(...releases: readonly object[]): string {
  return releases.map((release) => `${JSON.stringify(release)}\n`).join('')
}

const made = (release_name: unknown, more: object = {}) => ({
  created_at: '2021-11-06T20:51:45+0000',
  release_name,
  user: 'Anton Medvedev',
  target: 'HEAD',
  ...more,
})

describe("Capistrano's log", () => {
  test('is the history of its releases', () => {
    expect(vouchedBy({ revisions: capistrano }, '20261121185935')).toEqual([
      {
        release: '20261121185926',
        ref: 'v1',
        revision: sha,
        created_at: '2026-11-21T18:59:26Z',
        activations: [1],
      },
      {
        release: '20261121185931',
        ref: 'v2',
        revision: '959df3f72e339a6d561e156e8265a91a22816b33',
        created_at: '2026-11-21T18:59:31Z',
        activations: [2],
      },
      {
        release: '20261121185935',
        ref: 'v3',
        revision: '8e1df9afb9841ebfa142bfc21be502a69c52d304',
        created_at: '2026-11-21T18:59:35Z',
        activations: [3, 5],
      },
      {
        release: '20261121185939',
        ref: 'v4',
        revision: '50933c71ee6117989bef0621b4b02b95d296b8af',
        created_at: '2026-11-21T18:59:39Z',
        activations: [4],
        reason: 'rolled back to 20261121185935',
      },
    ])
  })

  test.each<[string, object]>([
    [
      `Branch main (at ${sha}) deployed as release 20260101000000 by deploy`,
      { ref: 'main', revision: sha, actor: 'deploy' },
    ],
    [
      `Branch main (at ${sha}) deployed as release 20260101000000 by Ann van der Berg`,
      { ref: 'main', revision: sha, actor: 'Ann van der Berg' },
    ],
    [
      'Branch main (at 3a1e456) deployed as release 20260101000000 by ann',
      { ref: 'main', revision: '3a1e456', actor: 'ann' },
    ],
    ['Branch main deployed as release 20260101000000 by ann', { ref: 'main', actor: 'ann' }],
    ['Branch  (at ) deployed as release 20260101000000 by ', {}],
    ['Branch  (at ) deployed as release 20260101000000 by', {}],
    [
      'Branch feature/(x) (at abc1234) deployed as release 20260101000000 by ann',
      { ref: 'feature/(x)', revision: 'abc1234', actor: 'ann' },
    ],
    [
      '[2017-03-22 08:50:25 +0300] Branch main (at abc1234) deployed as release 20260101000000 by ann',
      { ref: 'main', revision: 'abc1234', actor: 'ann' },
    ],
    [
      'Branch main (at abc1234) deployed as release 20260101000000 by ann\r',
      { ref: 'main', revision: 'abc1234', actor: 'ann' },
    ],
  ])('is read from the line %j', (line, facts) => {
    expect(vouchedBy({ revisions: line }, null)).toEqual([
      { release: '20260101000000', created_at: '2026-01-01T00:00:00Z', activations: [1], ...facts },
    ])
  })

  test.each([
    ' rolled back to release 20260101000000',
    'rolled back to release 20260101000000',
    'Ann Lee rolled back to release 20260101000000',
  ])('is read from the line %j', (line) => {
    expect(vouchedBy({ revisions: line }, null)).toEqual([{ release: '20260101000000', activations: [1] }])
  })

  test.each([
    '',
    'hello',
    'Branch main',
    'deployed as release',
    'v4 is out, see release 20260101000000',
    '\0\u001b[31m',
  ])('passes over the line %j', (line) => {
    expect(vouchedBy({ revisions: line }, null)).toEqual([])
  })

  test.each([
    ['Branch '.repeat(145_000)],
    [`${'Branch '.repeat(580)}\n`.repeat(1_000)],
    [`Branch ${' deployed as release 1 b'.repeat(160)}\n`.repeat(1_000)],
    [`Branch ${' (at '.repeat(800)}\n`.repeat(1_000)],
    [`Branch  deployed as release ${'1'.repeat(4_000)}\n`.repeat(1_000)],
    [`${' rolled back to release '.repeat(170)}\n`.repeat(1_000)],
  ])('is read in no time, whatever it holds: %.60j', (revisions) => {
    expect(vouchedBy({ revisions }, null)).toEqual([])
  })

  test.each([
    [4_096, 1],
    [4_097, 0],
  ])('passes over a line that is too long for one (%i characters: %i release)', (length, releases) => {
    const line = 'Branch main deployed as release 20260101000000 by '
    expect(vouchedBy({ revisions: line.padEnd(length, 'x') }, null)).toHaveLength(releases)
  })

  test('has the release as bad that a rollback left, and says by whom', () => {
    const log = ['1 by', '2 by', '3 by'].map((end) => `Branch main deployed as release ${end}`)
    const reasons = (more: readonly string[]) =>
      vouchedBy({ revisions: [...log, ...more].join('\n') }, null).map(({ reason }) => reason)
    const [a, b] = ['rolled back to 1 by ann', 'rolled back to 2 by ann']
    expect(reasons(['ann rolled back to release 2'])).toEqual([undefined, undefined, b])
    expect(reasons(['ann rolled back to release 2', 'ann rolled back to release 1'])).toEqual([
      undefined,
      a,
      b,
    ])
    expect(reasons(['ann rolled back to release 2', 'ann rolled back to release 3'])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe("Deployer's log", () => {
  test('is the history of its releases', () => {
    const log = deployer(made('1'), made('2', { target: 'v2.0', user: 'ci' }), made('3.1'))
    expect(vouchedBy({ deployer: log }, '2')).toEqual([
      { release: '1', created_at: '2021-11-06T20:51:45Z', actor: 'Anton Medvedev', activations: [1] },
      { release: '2', created_at: '2021-11-06T20:51:45Z', actor: 'ci', ref: 'v2.0', activations: [2] },
      { release: '3.1', created_at: '2021-11-06T20:51:45Z', actor: 'Anton Medvedev', activations: [3] },
    ])
  })

  test.each([
    ['2021-11-06T20:51:45+0000', '2021-11-06T20:51:45Z'],
    ['2021-11-06T20:51:45+02:00', '2021-11-06T18:51:45Z'],
    ['2021-11-06T20:51:45Z', '2021-11-06T20:51:45Z'],
    ['2021-13-06T20:51:45Z', undefined],
    ['yesterday', undefined],
    [1636231905, undefined],
    [null, undefined],
  ])('with the time %j means %j', (created_at, expected) => {
    expect(vouchedBy({ deployer: deployer(made('1', { created_at })) }, null)[0]?.created_at).toBe(expected)
  })

  test('takes a number for a name, as PHP and people do', () => {
    expect(vouchedBy({ deployer: deployer(made(7)) }, null)[0]?.release).toBe('7')
  })

  test.each([
    'null',
    '[]',
    '7',
    '"1"',
    '{}',
    '{"release_name":',
    '{"release_name":null}',
    '{"__proto__":{"release_name":"1"}}',
    '',
  ])('passes over the line %j', (line) => {
    expect(vouchedBy({ deployer: `${line}\n` }, null)).toEqual([])
  })

  test('of the years before is read, and not twice where it was copied', () => {
    const traces = {
      deployerOld: '20200101101010,1\n20200202101010,2\n',
      deployer: deployer(made('2'), made('3')),
    }
    expect(vouchedBy(traces, '3').map(({ release, activations }) => [release, activations])).toEqual([
      ['1', [1]],
      ['2', [2]],
      ['3', [3]],
    ])
  })

  test('is told apart by the marks in the releases', () => {
    const traces: Traces = {
      deployer: deployer(made('1'), made('2'), made('3')),
      bad: new Map([
        ['2', '2021-11-06T21:00:50+0000,Anton Medvedev\n'],
        ['x', ''],
      ]),
      revision: new Map([
        ['1', 'a4057a36c\n'],
        ['2', '$(id)'],
        ['x', 'abc'],
      ]),
      unfinished: '3',
    }
    expect(vouchedBy(traces, '1')).toMatchObject([
      { release: '1', revision: 'a4057a36c' },
      { release: '2', reason: 'rolled back by Anton Medvedev' },
    ])
    expect(vouchedBy(traces, '1')).toHaveLength(2)
    expect(vouchedBy(traces, '1')[1]).not.toHaveProperty('revision')
  })
})

describe('two tools in one place', () => {
  const traces = {
    revisions: 'Branch main deployed as release 20200101000000 by ann',
    deployer: deployer(made('1')),
  }
  test.each([
    ['1', ['20200101000000', '1']],
    ['20200101000000', ['1', '20200101000000']],
    [null, ['20200101000000', '1']],
  ])('came in the order that ends with %j, which is live', (current, expected) => {
    expect(vouchedBy(traces, current).map(({ release }) => release)).toEqual(expected)
  })
})

describe('logs that someone wrote on purpose', () => {
  test.each(hostile.filter((name) => !/\s$/.test(name)))('vouch for nothing called %j', (name) => {
    const traces = {
      revisions: `Branch main deployed as release ${name} by ann\nann rolled back to release ${name}`,
      deployer: deployer(made(name)),
      deployerOld: `20200101000000,${name}`,
    }
    for (const { release } of vouchedBy(traces, null)) expect(isPlain(release)).toBe(true)
    expect(vouchedBy({ deployer: traces.deployer }, null)).toEqual([])
  })

  test('never stop a run, and number every activation once', () => {
    const line = fc.oneof(
      anyText,
      fc
        .constantFrom('1', '2', '3', '../x')
        .map((name) => `Branch b (at c) deployed as release ${name} by x`),
      fc.constantFrom('1', '2', '__proto__').map((name) => `x rolled back to release ${name}`),
      fc.constantFrom('1', 'constructor', '-rf').map((name) => JSON.stringify(made(name))),
      fc.json(),
    )
    const log = fc.array(line).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(log, log, log, (revisions, deployer, deployerOld) => {
        const vouched = vouchedBy({ revisions, deployer, deployerOld }, '1')
        const numbers = vouched.flatMap(({ activations }) => activations)
        expect(new Set(numbers).size).toBe(numbers.length)
        expect(new Set(vouched.map(({ release }) => release)).size).toBe(vouched.length)
        for (const { release } of vouched) expect(isPlain(release)).toBe(true)
      }),
    )
  })
})

describe('a name that is a time', () => {
  test.each([
    ['20261121185926', '2026-11-21T18:59:26Z'],
    ['1795287555', '2026-11-21T18:59:15Z'],
    ['20261321185926', undefined],
    ['2795287555', undefined],
    ['v1', undefined],
    ['42', undefined],
  ])('%s is %s', (name, time) => {
    expect(timeOfName(name)).toBe(time)
  })
})
