import { expect, test } from 'vitest'
import { carriedOut, standsAlone } from '../../src/flow/ahead.ts'
import type { Ahead } from '../../src/flow/order.ts'
import type { Pruned } from '../../src/host/answers.ts'
import { entry } from '../release/arbitraries.ts'
import { courseOf, makeStation, stationWith } from './runs.ts'

const entries = [entry('a'), entry('b', { seq: 2 })]
const order = {
  publication: { link: 'releases/b', release: 'b', previous: 'a', manifest: '', event: '' },
  entries,
}
const ahead = (more: object) =>
  ({ order, switched: Promise.resolve(), clearing: {}, cleared: null, ...more }) as unknown as Ahead
const cleared = Promise.resolve({} as Pruned)
const never = () => {
  const no = Promise.reject(new Error('no'))
  no.catch(() => {})
  return no
}

test.each<[string, Ahead | null, boolean, string | null]>([
  ['nothing', null, false, 'a'],
  ['all of it', ahead({ cleared }), true, 'b'],
  ['the switch, and was told of no more', ahead({}), false, 'b'],
  ['the switch alone', ahead({ cleared: never() }), false, 'b'],
  ['none of it', ahead({ switched: never(), cleared: never() }), false, 'a'],
])('a host that has done %s serves what it says', async (_, told, all, current) => {
  const station = Object.assign(stationWith('web1', [entry('a')], 'a'), { ahead: told })
  expect(await carriedOut(station)).toBe(all)
  expect(station.current).toBe(current)
  expect(station.entries).toHaveLength(current === 'b' ? 2 : 1)
})

test.each<[string, object, object, number, boolean]>([
  ['one host', {}, {}, 1, true],
  ['two hosts', {}, {}, 2, false],
  ['a health check', { health_check_command: 'true' }, {}, 1, false],
  ['a command after the switch', { post_deploy_command: 'true' }, {}, 1, false],
  ['a command before it', { pre_symlink_command: 'true' }, {}, 1, false],
  ['a hook in between', {}, { when: 'after', point: 'publishing' }, 1, false],
  ['a hook at the end', {}, { when: 'after', point: 'finishing' }, 1, true],
  ['a hook at the beginning', {}, { when: 'before', point: 'updating' }, 1, true],
])('%s: is there nobody to wait for?', (_, settings, hook, size, alone) => {
  const fleet = Array.from({ length: size }, (__, at) => makeStation(`web${at}`))
  for (const station of fleet) Object.assign(station.host.settings, settings)
  const course = courseOf(fleet, 'b')
  const hooks = 'point' in hook ? [{ at: hook, name: 'x', run: 'true', on: { kind: 'each' } }] : []
  Object.assign(course.context, { hooks })
  expect(standsAlone(course)).toBe(alone)
})
