import { expect, test } from 'vitest'
import { lackedIn } from '../../src/flow/retrieval.ts'
import { entry } from '../release/arbitraries.ts'
import { stationWith } from './runs.ts'

const known = (name: string, seq: number) => entry(name, { seq, digest: `sha256:${name}` })

test('what some host lacks is told with the digest that any of them knows, the last first', () => {
  const all = [known('a', 1), known('b', 2), known('c', 3), entry('d', { seq: 4 })]
  const fleet = [stationWith('web1', all, 'c', ['b']), stationWith('web2', [entry('a'), known('c', 3)], 'c')]
  expect(lackedIn(fleet)).toEqual([{ name: 'b', digest: 'sha256:b' }])
  expect(lackedIn([stationWith('web1', all, 'c', ['a', 'b', 'd'])]).map(({ name }) => name)).toEqual([
    'b',
    'a',
  ])
})

test('what a host lacks of 20,000 releases is told', () => {
  const many = Array.from({ length: 20_000 }, (_, at) => known(`r${at}`, at + 1))
  expect(lackedIn([stationWith('web1', many, 'r1'), stationWith('web2', [], null)])).toHaveLength(20_000)
})
