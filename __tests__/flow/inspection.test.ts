import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { keepForInspection } from '../../src/flow/inspection.ts'
import { nameOf, parseManifest } from '../../src/release/manifest.ts'
import { entry } from '../release/arbitraries.ts'
import { courseOf, makeStation, stateOf } from './runs.ts'

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['goes', ['manifest present'], ['old'], []],
  ['stays on record where the host keeps it', ['manifest present'], ['old'], ['old']],
  ['stays where the manifest was lost, which owns nothing', ['record old', 'record a'], [], []],
])('an older failed release %s when another one fails', async (_, lines, removed, kept) => {
  const asked: (readonly string[])[] = []
  const manifests: string[] = []
  const session = {
    finish: async (manifest: string, __: string, names: readonly string[]) => {
      manifests.push(manifest)
      asked.push(names)
      const gone = names.filter((name) => !kept.includes(name))
      return { removed: gone, kept, left: 0, noise: '', current: 'a' }
    },
    settle: async (manifest: string) => void manifests.push(manifest),
  }
  const station = makeStation('web1', {
    state: stateOf('dir a', 'dir old', 'dir new', 'current a', ...lines, 'text []'),
    entries: [entry('a'), entry('old', { seq: 2, state: 'failed' })],
    current: 'a',
    placed: entry('new', { seq: 3, state: 'failed' }),
  })
  Object.assign(station, { session })
  await keepForInspection(courseOf([station], 'new'), [new Failure('no')])
  expect(asked).toEqual([removed])
  const stays = ['a', 'old', 'new'].filter((name) => !removed.includes(name) || kept.includes(name))
  expect(parseManifest(manifests.at(-1) as string).map(nameOf)).toEqual(stays)
  expect(station.entries.map(nameOf)).toEqual(stays)
})

test('a run that is cancelled tells its hosts why, and waits for none that is slow', async () => {
  const cancelled = AbortSignal.abort(new Failure('the run was cancelled'))
  const settled: string[] = []
  const quick = makeStation('web1')
  Object.assign(quick, { session: { settle: async (_: string, event: string) => void settled.push(event) } })
  const slow = makeStation('web2')
  Object.assign(slow, { session: { settle: () => new Promise(() => {}) } })
  const course = courseOf([quick, slow], 'new')
  const aborted = { ...course, context: { ...course.context, signal: cancelled } }
  await keepForInspection(aborted, [new Failure('the run was cancelled')])
  expect(settled.map((event) => JSON.parse(event))).toMatchObject([{ event: 'failed', to: 'new' }])
})
