import { expect, test } from 'vitest'
import { tellDrift, tellState, warnOfPins } from '../../src/flow/sight.ts'
import { entry } from '../release/arbitraries.ts'
import { makeRun, makeStation, stateOf, stationWith } from './runs.ts'

const holder = JSON.stringify({
  id: 'x',
  run: 'https://example.com/1',
  actor: 'mona',
  since: '2026-11-21T18:43:58Z',
})

test.each<[string, 'failed' | 'live', readonly string[], readonly RegExp[]]>([
  ['that works', 'failed', [`held 0 ${holder}`], [/^locked: .*mona/, /^two may be what it works on/]],
  ['that has switched already', 'live', [`held 0 ${holder}`], [/^locked: .*mona/]],
  ['that left no record', 'failed', ['held 0 '], [/^locked: /, /^two may be what it works on/]],
  ['that is none', 'failed', [], []],
])('a look beside a run %s', (_, state, lines, told) => {
  const run = makeRun({ mode: 'list' })
  const station = makeStation('web1', {
    state: stateOf('dir one', 'dir two', 'current one', ...lines),
    entries: [entry('one'), entry('two', { seq: 2, state })],
    current: state === 'live' ? 'two' : 'one',
  })
  tellState(run.context, station)
  expect(run.told.map(({ text }) => text)).toEqual(told.map((words) => expect.stringMatching(words)))
})

test.each([
  [20, []],
  [21, ['1 more release is missing on some host']],
  [1020, ['1,000 more releases are missing on some host']],
])('of %i releases that a host lacks the newest are named, and the others counted', (lacking, more) => {
  const run = makeRun({ mode: 'list' })
  const many = Array.from({ length: lacking }, (_, at) => entry(`r${at}`, { seq: at + 1 }))
  const both = entry('both', { seq: lacking + 1 })
  tellDrift(run.context, [stationWith('web1', [...many, both], 'both'), stationWith('web2', [both], 'both')])
  const named = Array.from({ length: 20 }, (_, at) => `r${lacking - 1 - at} is missing on web2`)
  expect(run.told.map(({ text }) => text)).toEqual([...named, ...more])
})

test('what never was a release of the fleet is missing on no host', () => {
  const run = makeRun({ mode: 'list' })
  const both = entry('both', { seq: 1 })
  const web1 = stationWith(
    'web1',
    [both, entry('broken', { seq: 2, state: 'failed' })],
    'both',
    [],
    ['by-hand'],
  )
  tellDrift(run.context, [web1, stationWith('web2', [both], 'both')])
  expect(run.told).toEqual([])
})

test('a pinned name that no host has is told, but for the one that is to be made', () => {
  const run = makeRun({ mode: 'deploy' })
  const station = makeStation('web1', { state: stateOf('dir one'), entries: [entry('one')], current: 'one' })
  Object.assign(station.host.settings, { pinned_releases: ['one', 'oen', 'two'] })
  warnOfPins(run.context, [station], 'two')
  expect(run.told.map(({ text }) => text)).toEqual(['pinned_releases names oen, which no host has'])
})
