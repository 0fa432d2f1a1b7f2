import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidates, historyOf } from '../../src/release/history.ts'
import { deployOf, nameOf, parseManifest, renderManifest } from '../../src/release/manifest.ts'
import { completed, rebuild } from '../../src/release/rebuild.ts'
import { planPrune } from '../../src/release/retention.ts'
import { activated } from '../../src/release/transition.ts'
import { entry, hostile } from './arbitraries.ts'

const records = (...names: readonly string[]) =>
  new Map(names.map((name, at) => [name, JSON.stringify(entry(name, { seq: at * 2 + 1, state: 'failed' }))]))

const deploy = (to: string, from: string | null = null) =>
  JSON.stringify({ event: 'deploy', at: `at ${to}`, from, to })
const back = (to: string, from: string) =>
  JSON.stringify({ event: 'rollback', at: `at ${to} again`, from, to })
const reverted = (to: string | null, from: string) => JSON.stringify({ event: 'reverted', from, to })
const putBack = (mode: string, to: string, from: string) =>
  JSON.stringify({ event: 'reverted', mode, from, to })
const staged = (to: string) => JSON.stringify({ event: 'stage', to })
const publish = (to: string, from: string) => JSON.stringify({ event: 'publish', mode: 'publish', from, to })

function told(disk: readonly string[], ...log: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    rebuild(disk, records(...disk), log).map((one) => [nameOf(one), String(deployOf(one)?.state)]),
  )
}

describe('records and log', () => {
  test.each<[string, readonly string[], Record<string, string>]>([
    ['tell which releases were live', [deploy('a'), deploy('b', 'a')], { a: 'live', b: 'live', c: 'failed' }],
    [
      'tell which one was rolled back from',
      [deploy('a'), deploy('b'), back('a', 'b')],
      { a: 'live', b: 'bad', c: 'failed' },
    ],
    [
      'tell that one is good again which a rollback went to by name',
      [deploy('a'), deploy('b'), back('a', 'b'), back('b', 'a')],
      { a: 'live', b: 'live', c: 'failed' },
    ],
    [
      'tell what a failed run had put back',
      [deploy('a'), deploy('b', 'a'), reverted('a', 'b')],
      { a: 'live', b: 'failed', c: 'failed' },
    ],
    [
      'tell it also where the switch itself is not told of any more',
      [deploy('a'), reverted('a', 'b')],
      { a: 'live', b: 'bad', c: 'failed' },
    ],
    [
      'take a rollback that was put back for no verdict on either',
      [deploy('a'), deploy('b', 'a'), back('a', 'b'), putBack('rollback', 'b', 'a')],
      { a: 'live', b: 'live', c: 'failed' },
    ],
    [
      'nor one that is told of only as put back',
      [deploy('a'), deploy('b', 'a'), putBack('rollback', 'b', 'a')],
      { a: 'live', b: 'live', c: 'failed' },
    ],
    [
      'leave one staged whose publishing was put back',
      [deploy('a'), staged('b'), publish('b', 'a'), putBack('publish', 'a', 'b')],
      { a: 'live', b: 'staged', c: 'failed' },
    ],
    [
      'let a verdict stand that was there before a rollback was put back',
      [
        deploy('a'),
        deploy('b', 'a'),
        back('a', 'b'),
        deploy('c', 'a'),
        back('a', 'c'),
        putBack('rollback', 'c', 'a'),
      ],
      { a: 'live', b: 'bad', c: 'live' },
    ],
    [
      'take a rollback that was not switched for no verdict on its target',
      [
        deploy('b'),
        '{"event":"failed","mode":"rollback","to":"a"}',
        '{"event":"failed","mode":"publish","to":"a"}',
      ],
      { a: 'adopted', b: 'live', c: 'failed' },
    ],
    [
      'tell nothing good of one that was reverted to nothing',
      [deploy('a'), reverted(null, 'a')],
      { a: 'failed', b: 'failed', c: 'failed' },
    ],
    [
      'are not disturbed by what others write',
      [
        '',
        'null',
        '[]',
        '7',
        '{',
        '{"time":61,"deployer":"freddie"}',
        '{"event":"deploy"}',
        '{"event":"prune","releases":["a"]}',
        '{"event":"prune"}',
        '{"event":"prune","releases":"a"}',
        deploy('../..'),
        deploy('a'),
        '{"event":"cleanup","releases":["a"]}',
      ],
      { a: 'live', b: 'failed', c: 'failed' },
    ],
  ])('%s', (_, log, expected) => {
    expect(told(['a', 'b', 'c'], ...log)).toEqual(expected)
  })

  test('that do not reach back far enough call nothing failed, and still lead a rollback', () => {
    const disk = ['a', 'b', 'c']
    expect(told(disk)).toEqual({ a: 'adopted', b: 'adopted', c: 'adopted' })
    expect(told(disk, deploy('b', 'a'))).toEqual({ a: 'live', b: 'live', c: 'failed' })
    const lead = (current: string, ...log: readonly string[]) =>
      candidates(
        historyOf({ entries: rebuild(disk, records(...disk), log), disk, records: disk, current }),
        current,
      )
    expect(lead('c')).toEqual(['b', 'a'])
    expect(lead('b')).toEqual(['a'])
    expect(lead('c', deploy('c', 'b'))).toEqual(['b', 'a'])
  })

  test('tell which release failed before it was ever live', () => {
    const failed = JSON.stringify({ event: 'failed', to: 'a', outcome: 'not switched' })
    expect(told(['a', 'b'], failed)).toEqual({ a: 'failed', b: 'failed' })
    expect(told(['a', 'b'], failed, deploy('a'))).toEqual({ a: 'live', b: 'failed' })
  })

  test('without a log never make a prune remove anything that would have stayed', () => {
    const disk = ['a', 'b', 'c', 'd']
    const history = historyOf({
      entries: rebuild(disk, records(...disk), []),
      disk,
      records: disk,
      current: 'd',
    })
    expect(planPrune(history, 3, 'd').remove).toEqual(['a'])
  })

  test('give back the order and all that was known of a release', () => {
    const record = JSON.stringify(
      entry('a', { seq: 4, state: 'failed', revision: '0123', later: { x: 1 } }, { time: 60 }),
    )
    expect(rebuild(['a'], new Map([['a', record]]), [deploy('a')])).toEqual([
      entry(
        'a',
        {
          seq: 4,
          state: 'live',
          activations: [2],
          activated_at: ['at a'],
          revision: '0123',
          later: { x: 1 },
        },
        { time: 60 },
      ),
    ])
    const order = rebuild(['b', 'a', 'c'], records('c', 'b', 'a'), [])
    expect(order.map(nameOf)).toEqual(['c', 'b', 'a'])
  })

  test('lead a rollback where the manifest would have led it', () => {
    const log = [deploy('a'), deploy('b'), deploy('c'), back('b', 'c'), deploy('d', 'b')]
    const disk = ['a', 'b', 'c', 'd']
    const entries = rebuild(disk, records(...disk), log)
    const history = historyOf({ entries, disk, records: disk, current: 'd' })
    expect(candidates(history, 'd')).toEqual(['b', 'a'])
  })

  test('that are nested too deep to be written back tell nothing', () => {
    const deep = (text: string) => text.replace('{', `{"note":${'['.repeat(300)}${']'.repeat(300)},`)
    expect(told(['a', 'b', 'c'], deploy('a'), deep(deploy('b')))).toEqual({
      a: 'live',
      b: 'failed',
      c: 'failed',
    })
    const known = records('a', 'b').set('b', deep(records('a', 'b').get('b') as string))
    expect(rebuild(['a', 'b'], known, []).map(nameOf)).toEqual(['a'])
  })

  test('vouch for what one of them tells of, and is there', () => {
    expect(told(['a'], deploy('a'), deploy('x'))).toEqual({ a: 'live' })
    expect(rebuild(['x', 'a', 'y'], records('a'), [deploy('x')]).map(nameOf)).toEqual(['x', 'a'])
    // A rollback by night, with nothing but the log: from our first release to another tool's last.
    const entries = rebuild(['old', 'a', 'b'], new Map(), [deploy('a', 'old'), deploy('b', 'a')])
    expect(entries.map((one) => [nameOf(one), deployOf(one)?.state])).toEqual([
      ['old', 'live'],
      ['a', 'live'],
      ['b', 'live'],
    ])
    const history = historyOf({ entries, disk: ['old', 'a', 'b'], records: [], current: 'b' })
    expect(candidates(history, 'b')).toEqual(['a', 'old'])
    expect(() => parseManifest(renderManifest(entries))).not.toThrow()
  })

  test('a log that was begun anew calls nothing failed that was live before it', () => {
    expect(told(['a', 'b', 'c', 'd'], back('a', 'c'), deploy('d', 'a'))).toEqual({
      a: 'live',
      b: 'adopted',
      c: 'bad',
      d: 'live',
    })
  })

  test('a log that begins with one that has been pruned calls nothing older failed', () => {
    expect(told(['a', 'b'], deploy('pruned'), deploy('b', 'pruned'))).toEqual({ a: 'adopted', b: 'live' })
  })

  test('tell of one whose own line could not be written by the one that came after it', () => {
    const disk = ['a', 'b', 'c']
    const log = [deploy('a'), deploy('c', 'b')]
    expect(told(disk, ...log)).toEqual({ a: 'live', b: 'live', c: 'live' })
    const entries = rebuild(disk, records(...disk), log)
    expect(candidates(historyOf({ entries, disk, records: disk, current: 'c' }), 'c')).toEqual(['b', 'a'])
  })

  test('tell what is staged, until it failed or was published', () => {
    const stage = (to: string) => JSON.stringify({ event: 'stage', mode: 'stage', to })
    const failed = (mode: string) => JSON.stringify({ event: 'failed', mode, to: 'b' })
    expect(told(['a', 'b'], deploy('a'), stage('b'))).toEqual({ a: 'live', b: 'staged' })
    expect(told(['a', 'b'], deploy('a'), stage('b'), failed('publish'))).toEqual({ a: 'live', b: 'staged' })
    expect(told(['a', 'b'], deploy('a'), stage('b'), failed('stage'))).toEqual({ a: 'live', b: 'failed' })
    const publish = JSON.stringify({ event: 'publish', from: 'a', to: 'b' })
    expect(told(['a', 'b'], deploy('a'), stage('b'), publish)).toEqual({ a: 'live', b: 'live' })
  })

  test.each([
    '',
    'null',
    '{',
    '[]',
    '{"deploy":{}}',
    '{"deploy":{"seq":"1"}}',
    '{"deploy":null}',
    '{"deploy":[]}',
  ])('have no use for the record %j', (record) => {
    expect(rebuild(['a'], new Map([['a', record]]), [])).toEqual([])
  })

  test.each(hostile)('give no release the name %j', (name) => {
    const record = JSON.stringify({ ...entry('a'), release: name })
    expect(rebuild(['a'], new Map([['a', record]]), [deploy(name), deploy('a')]).map(nameOf)).toEqual(['a'])
  })

  test('never stop a run, and give what a manifest may hold', () => {
    const json = fc.json()
    const broken = fc
      .dictionary(
        fc.constantFrom('schema', 'seq', 'state', 'activations', 'activated_at', '__proto__'),
        fc.jsonValue(),
      )
      .map((known) => JSON.stringify({ release: 'a', deploy: { seq: 1, ...known } }))
    const event = fc
      .record({
        event: fc.constantFrom('deploy', 'rollback', 'reverted', 'failed'),
        from: fc.constantFrom('a', 'b', null, 7, '__proto__'),
        to: fc.constantFrom('a', 'b', null, '../x', {}),
      })
      .map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(fc.oneof(json, broken), fc.array(fc.oneof(json, event)), (record, log) => {
        const entries = rebuild(
          ['a', 'b'],
          new Map([
            ['a', record],
            ['b', JSON.stringify(entry('b'))],
          ]),
          log,
        )
        expect(parseManifest(renderManifest(entries))).toHaveLength(entries.length)
        for (const one of entries) activated(entries, nameOf(one) as string, new Date())
      }),
    )
  })

  test("are not disturbed by Statistrano's log of deploys", () => {
    const log = readFileSync(new URL('statistrano-deploys.log', import.meta.url), 'utf8').split('\n')
    expect(told(['a', 'b'], ...log, deploy('a'))).toEqual({ a: 'live', b: 'failed' })
  })
})

describe('a manifest that is older than records and log', () => {
  const log = [deploy('a'), deploy('b', 'a'), staged('c'), deploy('d', 'b')]
  const disk = ['a', 'b', 'c', 'd', 'e']
  const seen = { disk, records: records(...disk), log }
  const statesOf = (entries: ReturnType<typeof rebuild>) =>
    Object.fromEntries(entries.map((one) => [nameOf(one), deployOf(one)?.state]))

  test('is completed by what they tell', () => {
    const old = [entry('a', { seq: 1, state: 'live', activations: [2] }, { note: 'kept' })]
    const { entries, told: known } = completed(old, seen)
    expect(statesOf(entries)).toEqual({ a: 'live', b: 'live', c: 'staged', d: 'live', e: 'failed' })
    expect(known.get('e')).toBe('failed')
    expect(entries[0]).toMatchObject({ release: 'a', note: 'kept' })
    const history = historyOf({ entries, disk, records: disk, current: 'd' })
    expect(candidates(history, 'd')).toEqual(['b', 'a'])
    expect(planPrune(history, 5, 'd').remove).toEqual(['c', 'e'])
  })

  test('keeps what they do not tell of, as older than all that they do', () => {
    const old = [
      entry('x', { seq: 7, state: 'bad', activations: [8, 90], reason: 'slow' }),
      entry('y', { seq: 9, state: 'live', activations: [10] }),
    ]
    const there = [...disk, 'x', 'y']
    const { entries } = completed(old, { ...seen, disk: there })
    expect(statesOf(entries)).toMatchObject({ x: 'bad', y: 'live', d: 'live' })
    const history = historyOf({ entries, disk: there, records: disk, current: 'd' })
    expect(candidates(history, 'd')).toEqual(['b', 'a', 'y'])
  })

  test('does not take a name for the release that had it before', () => {
    const pruned = JSON.stringify({ event: 'prune', releases: ['b', 7, null] })
    const again = [deploy('a'), deploy('b', 'a'), back('a', 'b'), pruned]
    expect([...completed([], { disk: ['a', 'b'], records: records('a', 'b'), log: again }).told]).toEqual([
      ['a', 'live'],
      ['b', 'failed'],
    ])
  })

  test('remembers what was to go and stayed, not what another of its name had been', () => {
    const prune = (...releases: string[]) => JSON.stringify({ event: 'prune', releases, outcome: 'pruned' })
    const kept = (...releases: string[]) => JSON.stringify({ event: 'prune', releases, outcome: 'kept' })
    const told = (...log: string[]) =>
      Object.fromEntries(completed([], { disk: ['a', 'b'], records: records('a', 'b'), log }).told)
    const start = [deploy('a'), deploy('b', 'a')]
    expect(told(...start, prune('a'))).toEqual({ b: 'live' })
    expect(told(...start, prune('a', 'b'), kept('a', 'b'))).toEqual({ a: 'live', b: 'live' })
    expect(told(...start, back('a', 'b'), prune('b', 'c'), kept('b'))).toEqual({ a: 'live', b: 'bad' })
    expect(told(...start, prune('a'), prune('a'), kept('a'))).toEqual({ b: 'live' })
  })

  test('goes by what is told of the run that made a release', () => {
    const made = new Map([['a', JSON.stringify(entry('a', { seq: 1, state: 'failed', run: 'https://x/1' }))]])
    const by = (run: string | null) =>
      completed([], { disk: ['a'], records: made, log: [JSON.stringify({ event: 'deploy', to: 'a', run })] })
    expect(by('https://x/1').told.get('a')).toBe('live')
    expect(by(null).told.get('a')).toBe('live')
    expect(by('https://x/2').told.get('a')).toBe(undefined)
  })

  test.each<[string, readonly object[], Record<string, string>]>([
    [
      'leaves what another run had made',
      [
        { event: 'deploy', from: null, to: 'a', run: 1 },
        { event: 'deploy', from: 'a', to: 'b', run: 2 },
      ],
      { a: 'live', b: 'live' },
    ],
    [
      'goes back to what another run had made',
      [
        { event: 'deploy', from: 'a', to: 'b', run: 2 },
        { event: 'rollback', mode: 'rollback', from: 'b', to: 'a', run: 3 },
      ],
      { a: 'live', b: 'bad' },
    ],
    [
      'publishes what another run had staged',
      [
        { event: 'stage', mode: 'stage', to: 'b', run: 2 },
        { event: 'publish', mode: 'publish', from: 'a', to: 'b', run: 3 },
      ],
      { a: 'live', b: 'live' },
    ],
    [
      'puts back a rollback to what another run had made',
      [
        { event: 'deploy', from: 'a', to: 'b', run: 2 },
        { event: 'rollback', mode: 'rollback', from: 'b', to: 'a', run: 3 },
        { event: 'reverted', mode: 'rollback', from: 'a', to: 'b', run: 3 },
      ],
      { a: 'live', b: 'live' },
    ],
    [
      'puts back what has only the name of what another run has made since',
      [
        { event: 'deploy', from: 'a', to: 'b', run: 1 },
        { event: 'reverted', mode: 'deploy', from: 'b', to: 'a', run: 1 },
        { event: 'deploy', from: 'a', to: 'b', run: 2 },
        { event: 'reverted', mode: 'deploy', from: 'b', to: 'a', run: 1 },
      ],
      { a: 'live', b: 'live' },
    ],
  ])('knows of a run that %s', (_, lines, states) => {
    const url = (run: unknown) => `https://x/${run}`
    const known = ['a', 'b'].map((name, at) => entry(name, { seq: at + 1, run: url(at + 1) }))
    const made = new Map(known.map((one) => [nameOf(one) as string, JSON.stringify(one)]))
    const log = lines.map((line) => JSON.stringify({ ...line, run: url((line as { run: number }).run) }))
    expect(Object.fromEntries(completed([], { disk: ['a', 'b'], records: made, log }).told)).toEqual(states)
  })

  test('knows what came after something was staged, or failed', () => {
    const came = (line: string) =>
      completed([], { disk: ['a', 'b'], records: records('a', 'b'), log: [line] }).told.get('b')
    expect(came(staged('a'))).toBe('failed')
    expect(came('{"event":"failed","mode":"deploy","to":"a"}')).toBe('failed')
    expect(came('{"event":"failed","mode":"rollback","to":"a"}')).toBe(undefined)
  })

  test('is believed more than the silence of a log that could not be written', () => {
    const live = (name: string, seq: number) => entry(name, { seq, state: 'live', activations: [seq + 1] })
    const old = [live('a', 1), live('c', 5)]
    const there = ['a', 'b', 'c', 'd']
    const silent = {
      disk: there,
      records: records(...there),
      log: [deploy('a'), deploy('b', 'a'), deploy('d')],
    }
    expect(completed(old, silent)).toEqual({ entries: old, told: new Map() })
  })

  test('says nothing of what is older than the log', () => {
    const { told: known } = completed([], {
      disk: ['a', 'b'],
      records: records('a', 'b'),
      log: [deploy('b')],
    })
    expect([...known]).toEqual([['b', 'live']])
    expect(completed([], { disk: ['a'], records: records('a'), log: [] }).told.size).toBe(0)
  })
})
