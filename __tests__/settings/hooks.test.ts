import { describe, expect, test } from 'vitest'
import { type Hook, readHooks, roleProblems } from '../../src/settings/hooks.ts'
import { modes } from '../../src/settings/mode.ts'
import { points } from '../../src/settings/points.ts'
import type { Problem } from '../../src/settings/problem.ts'

function read(value: unknown): { readonly hooks: readonly Hook[]; readonly faults: readonly string[] } {
  const problems: Problem[] = []
  const hooks = readHooks(value, (path) => ['f', ...path].join(':'), problems)
  return { hooks, faults: problems.map(({ line }) => line) }
}

describe('a hook', () => {
  test('needs a time and a command', () => {
    expect(read([{ at: 'after updated', run: 'bin/migrate' }])).toEqual({
      hooks: [
        {
          at: { when: 'after', point: 'updated' },
          run: 'bin/migrate',
          on: { kind: 'each' },
          name: 'bin/migrate',
          timeout: undefined,
          allow_failure: false,
          where: 'f:0',
        },
      ],
      faults: [],
    })
  })

  test('may say more', () => {
    const { hooks } = read([
      {
        at: ' before   publishing ',
        run: '\r\n  echo "$(id)"\r\n',
        on: 'role:worker',
        name: ' warm up ',
        timeout: '30',
        allow_failure: true,
      },
    ])
    expect(hooks).toMatchObject([
      {
        at: { when: 'before', point: 'publishing' },
        run: '\n  echo "$(id)"\n',
        on: { kind: 'role', role: 'worker' },
        name: 'warm up',
        timeout: 30,
        allow_failure: true,
      },
    ])
  })

  test.each(['each', 'first', 'runner'])('may run on %s', (on) => {
    expect(read([{ at: 'after failed', run: 'x', on }]).hooks[0]?.on).toEqual({ kind: on })
  })

  test('may be at each side of each point', () => {
    const value = points.flatMap((point) => [
      { at: `before ${point}`, run: 'x' },
      { at: `after ${point}`, run: 'x' },
    ])
    const { hooks, faults } = read(value)
    expect(faults).toEqual([])
    expect(hooks.map(({ at }) => `${at.when} ${at.point}`)).toEqual(value.map(({ at }) => at))
    expect(points).toHaveLength(12)
  })

  test.each([
    ['set -e\nbin/migrate', 'set -e'],
    ['\n\n  bin/migrate  \n', 'bin/migrate'],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ])('is called by its first line: %j', (run, name) => {
    expect(read([{ at: 'after updated', run }]).hooks[0]?.name).toBe(name)
  })
})

const at = 'after updated'
const run = 'x'

describe('a hook is refused when it', () => {
  test.each([
    ['has no time', { run }, 'f:0, hooks, entry 1: lacks the key at. Say when: after updated, say.'],
    ['has no command', { at }, 'f:0, hooks, entry 1: lacks the key run. Say what to run.'],
    [
      'is at no known point',
      { at: 'after update', run },
      'f:0:at, hooks, entry 1, at: "update" is not a point of the flow. Did you mean updated?',
    ],
    [
      'is at a point like no other',
      { at: 'before lunch', run },
      'f:0:at, hooks, entry 1, at: "lunch" is not a point of the flow. The points are starting, started, updating, updated, reverting, reverted, publishing, published, finishing, finishing_rollback, finished, failed.',
    ],
    [
      'does not say which side',
      { at: 'updated', run },
      'f:0:at, hooks, entry 1, at: "updated" is not before or after a point of the flow. Write after updated, say.',
    ],
    [
      'says too much',
      { at: 'after updated now', run },
      'f:0:at, hooks, entry 1, at: "after updated now" is not before or after a point of the flow. Write after updated, say.',
    ],
    [
      'has a time that is no text',
      { at: ['after updated'], run },
      'f:0:at, hooks, entry 1, at: must be text, not a list. Put the value in quotes.',
    ],
    [
      'has a misspelt key',
      { at, run, allow_failures: true },
      'f:0:allow_failures, hooks, entry 1: "allow_failures" is not a key of a hook. Did you mean allow_failure?',
    ],
    [
      'has an unknown key',
      { at, run, environment: {} },
      'f:0:environment, hooks, entry 1: "environment" is not a key of a hook. The keys are at, run, on, name, timeout, allow_failure.',
    ],
    [
      'has an empty command',
      { at, run: ' \n' },
      'f:0:run, hooks, entry 1, run: is empty. Write the command.',
    ],
    [
      'has a command of nothing',
      { at, run: null },
      'f:0:run, hooks, entry 1, run: must be text, not nothing. Put the value in quotes.',
    ],
    [
      'has a list of commands',
      { at, run: ['a', 'b'] },
      'f:0:run, hooks, entry 1, run: must be text, not a list. Put the value in quotes.',
    ],
    [
      'has NUL in its command',
      { at, run: 'a\0' },
      'f:0:run, hooks, entry 1, run: holds a NUL character. Remove it: no shell can take it.',
    ],
    [
      'runs nowhere known',
      { at, run, on: 'all' },
      'f:0:on, hooks, entry 1, on: "all" is not a place to run. Write each, first, role:NAME or runner.',
    ],
    [
      'runs on a mapping',
      { at, run, on: { role: 'web' } },
      'f:0:on, hooks, entry 1, on: must be text, not a mapping. Put the value in quotes.',
    ],
    [
      'runs on a role without a name',
      { at, run, on: 'role:' },
      'f:0:on, hooks, entry 1, on: "" is not a role\'s name. Use letters, digits, dot, hyphen and underscore.',
    ],
    [
      'has no time to run',
      { at, run, timeout: 0 },
      'f:0:timeout, hooks, entry 1, timeout: 0 is not a whole number from 1 to 1000000. Write plain seconds, such as 300 for five minutes.',
    ],
    [
      'may perhaps fail',
      { at, run, allow_failure: 'maybe' },
      'f:0:allow_failure, hooks, entry 1, allow_failure: "maybe" is neither true nor false. Write true or false.',
    ],
    [
      'has a number for a name',
      { at, run, name: 7 },
      'f:0:name, hooks, entry 1, name: must be text, not a number. Put the value in quotes.',
    ],
    [
      'is a text',
      'after updated',
      'f:0, hooks, entry 1: is a string, not a hook. Write {at: after updated, run: …}.',
    ],
    ['is nothing', null, 'f:0, hooks, entry 1: is nothing, not a hook. Write {at: after updated, run: …}.'],
  ])('%s', (_, hook, fault) => {
    expect(read([hook])).toEqual({ hooks: [], faults: [fault] })
  })

  test('and all that is wrong is told, while the others stay', () => {
    const { hooks, faults } = read([
      { at, run },
      { on: 'all', ran: 'x' },
      { at, run },
    ])
    expect(hooks.map(({ where }) => where)).toEqual(['f:0', 'f:2'])
    expect(faults).toHaveLength(4)
  })
})

test('hooks must be a list, which may be empty', () => {
  expect(read(undefined)).toEqual({ hooks: [], faults: [] })
  expect(read(null)).toEqual({ hooks: [], faults: [] })
  expect(read([])).toEqual({ hooks: [], faults: [] })
  expect(read({ at, run }).faults).toEqual([
    'f, hooks: must be a list, not a mapping. Begin each hook with "- ".',
  ])
})

describe('a role that no host has', () => {
  const on = 'role:worker'
  const { hooks } = read(points.map((point) => ({ at: `after ${point}`, run, on })))
  const told = (mode: (typeof modes)[number] | undefined, roles: readonly string[][]): readonly string[] =>
    roleProblems(
      hooks,
      roles.map((each) => ({ roles: each })),
      mode,
    ).map(({ line }) => line)

  test('is a problem in the modes that pass the point', () => {
    const passed = modes.map((mode) => {
      const lines = told(mode, [['web']])
      return [mode, points.filter((_, index) => lines.some((line) => line.startsWith(`f:${index},`)))]
    })
    const deploy = 'starting started updating updated publishing published finishing finished failed'.split(
      ' ',
    )
    expect(Object.fromEntries(passed)).toEqual({
      deploy,
      check: deploy,
      stage: ['starting', 'started', 'updating', 'updated', 'finished', 'failed'],
      publish: ['starting', 'started', 'publishing', 'published', 'finishing', 'finished', 'failed'],
      rollback:
        'starting started reverting reverted publishing published finishing_rollback finished failed'.split(
          ' ',
        ),
      prune: [],
      list: [],
      repair: [],
    })
  })

  test('is told with the one that was meant, or all there are', () => {
    expect(told('stage', [['workers'], ['web']])[0]).toBe(
      'f:0, hooks, on: no host has the role "worker". Did you mean workers?',
    )
    expect(told('stage', [['web'], ['db']])[0]).toBe(
      'f:0, hooks, on: no host has the role "worker". The roles are web, db.',
    )
    expect(told('stage', [[]])[0]).toBe(
      'f:0, hooks, on: no host has the role "worker". No host has any: give them roles, as in {host: web1, roles: [worker]}.',
    )
    expect(told('stage', [['web'], ['worker']])).toEqual([])
  })
})
