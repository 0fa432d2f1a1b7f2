import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import type { Course } from '../../src/flow/course.ts'
import { putRight } from '../../src/flow/revert.ts'
import type { Station } from '../../src/flow/station.ts'
import type { HostState } from '../../src/host/state.ts'
import { Damage, type Entry, nameOf, renderManifest } from '../../src/release/manifest.ts'
import { failedFor } from '../../src/release/transition.ts'
import { entry } from '../release/arbitraries.ts'
import { courseOf, makeRun, stateOf, stationWith } from './runs.ts'

const known = [entry('a', { activations: [1] }), entry('b', { seq: 2, activations: [3] })]
const recordsOf = (_: Station, why: string) => failedFor(known, 'b', why)
const failures = [new Failure('not healthy')]

/** A host that was led from `a` to `b`; `found` is what its link leads to, and what is on record, when it is looked at anew. */
function switched(found?: { readonly link: string; readonly entries?: readonly Entry[] }) {
  const asked: string[] = []
  const texts: string[] = []
  const station = stationWith('web1', known, 'b')
  const seen = (link: string): HostState => ({
    ...stateOf('dir a', 'dir b', 'manifest present', 'text []'),
    link,
  })
  const session = {
    async publish(
      { link, manifest }: { readonly link: string; readonly manifest: string },
      onSwitched: () => void,
    ) {
      asked.push(`publish ${link}`)
      if (found && asked.length === 1) throw new Failure('the connection was lost')
      texts.push(manifest)
      onSwitched()
    },
    async settle(manifest: string, event: string) {
      asked.push(`settle ${JSON.parse(event).event}`)
      texts.push(manifest)
    },
  }
  const open = async () => {
    asked.push('open')
    const state = seen(found?.link ?? '')
    station.state = state
    station.entries = found?.entries ?? known
    station.current = state.link?.replace('releases/', '') ?? null
    return state
  }
  Object.assign(station, { session, open, touched: true, before: 'a', state: seen('releases/a') })
  return { station, asked, texts }
}

function revertOf(fleet: readonly Station[]): {
  readonly course: Course
  readonly warned: () => readonly string[]
} {
  const { context, told } = makeRun({ on_failure: 'revert', lock_timeout: 0 })
  const course = { ...courseOf(fleet, 'b'), context: { ...context, hooks: [] } }
  return { course, warned: () => told.filter(({ kind }) => kind === 'warn').map(({ text }) => text) }
}

const back = renderManifest(failedFor(known, 'b', 'not healthy'))

describe('a host that was switched', () => {
  test('is put back, and its records with it', async () => {
    const { station, asked, texts } = switched()
    const { course } = revertOf([station])
    expect(await putRight(course, failures, recordsOf)).toMatchObject({ status: 'reverted' })
    expect(asked).toEqual(['publish releases/a'])
    expect(texts).toEqual([back])
    expect(station).toMatchObject({ current: 'a', putBack: true, error: null })
    expect(renderManifest(station.entries)).toBe(back)
  })

  test('is put back by a new connection where the first was lost before it was', async () => {
    const { station, asked, texts } = switched({ link: 'releases/b' })
    const { course } = revertOf([station])
    expect(await putRight(course, failures, recordsOf)).toMatchObject({ status: 'reverted' })
    expect(asked).toEqual(['publish releases/a', 'open', 'publish releases/a'])
    expect(texts).toEqual([back])
    expect(station).toMatchObject({ current: 'a', putBack: true })
  })

  test('is left where another run has led it meanwhile', async () => {
    const { station, asked, texts } = switched({ link: 'releases/c' })
    const { course, warned } = revertOf([station])
    expect(await putRight(course, failures, recordsOf)).toEqual({ status: 'failed', failures })
    expect(asked).toEqual(['publish releases/a', 'open'])
    expect(texts).toEqual([])
    expect(warned()).toEqual(['was switched to c by another run meanwhile; it is left there'])
    expect(station).toMatchObject({ current: 'c', putBack: false })
  })

  test('gets its records where it was put back before the connection was lost', async () => {
    const { station, asked, texts } = switched({ link: 'releases/a' })
    const { course } = revertOf([station])
    const { status, failures: told } = await putRight(course, failures, recordsOf)
    expect(status).toBe('failed')
    expect(told[0]?.detail.unchanged).toBe('The host serves what it did before.')
    expect(asked).toEqual(['publish releases/a', 'open', 'settle reverted'])
    expect(texts).toEqual([back])
    expect(renderManifest(station.entries)).toBe(back)
  })

  test('counts as put back from the moment its link is, whatever becomes of its records', async () => {
    const { station, asked } = switched({ link: 'releases/a' })
    Object.assign(station.session, {
      publish(_: object, onSwitched: () => void) {
        asked.push('publish')
        onSwitched()
        return Promise.reject(new Failure('the disk is full'))
      },
    })
    expect(await putRight(revertOf([station]).course, failures, recordsOf)).toMatchObject({
      status: 'reverted',
    })
    expect(asked).toEqual(['publish', 'open', 'settle reverted'])
    expect(station).toMatchObject({ current: 'a', putBack: true })
  })

  test.each<[string, readonly Entry[]]>([
    ['another run has worked there since', [...known, entry('c', { seq: 4 })]],
    ['they were written already', failedFor(known, 'b', 'not healthy')],
  ])('keeps the records it has where %s', async (_, entries) => {
    const { station, asked } = switched({ link: 'releases/a', entries })
    const { course } = revertOf([station])
    await putRight(course, failures, recordsOf)
    expect(asked).toEqual(['publish releases/a', 'open'])
    expect(station.entries.map(nameOf)).toEqual(entries.map(nameOf))
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['of failed releases keeps its own alone', [], ['finish old']],
    ['has nothing removed where nobody could ask what became of a release', ['x'], []],
  ])('%s', async (_, records, then) => {
    const old = entry('old', { seq: 3, state: 'failed' })
    const { station, asked } = switched({ link: 'releases/b', entries: [...known, old] })
    const { open, session } = station
    station.placed = known[1] as Entry
    Object.assign(session, {
      records: () => Promise.reject(new Failure('the connection was lost')),
      async finish(_: string, __: string, names: readonly string[]) {
        asked.push(`finish ${names.join()}`)
        return { removed: names, kept: [], left: 0, noise: '', current: 'a' }
      },
    })
    station.open = async (...words) => {
      const state = await open(...words)
      station.state = { ...state, records, disk: ['a', 'b', 'old', ...records] }
      return station.state
    }
    const { course } = revertOf([station])
    const withOld = (one: Station, why: string) => [...recordsOf(one, why), old]
    expect(await putRight(course, failures, withOld)).toMatchObject({ status: 'reverted' })
    expect(asked).toEqual(['publish releases/a', 'open', 'publish releases/a', ...then])
  })

  test.each<[string, string | null, string]>([
    [
      'a release',
      'releases/a',
      "cd '/srv/app' && mkdir -p .fix && ln -sf 'releases/a' '.fix/current' && mv -f '.fix/current' . && rmdir .fix",
    ],
    ['nothing', null, "rm -f '/srv/app/current'"],
  ])('and cannot be put back to %s is named with the command that does it', async (_, link, command) => {
    const { station } = switched()
    station.state = { ...(station.state as HostState), link }
    station.before = link && 'a'
    const lost = () => Promise.reject(new Failure('the connection was lost'))
    Object.assign(station, { open: lost, session: { publish: lost } })
    const { status, failures: told } = await putRight(revertOf([station]).course, failures, recordsOf)
    expect(status).toBe('failed')
    expect(told.map(({ detail }) => detail.remedy)).toEqual([undefined, `By hand, on the host: ${command}`])
    expect(station).toMatchObject({ current: null, putBack: false })
  })

  test('that served nothing before serves nothing again', async () => {
    const { station, asked } = switched()
    station.state = { ...(station.state as HostState), link: null }
    station.before = null
    expect(await putRight(revertOf([station]).course, failures, recordsOf)).toMatchObject({
      status: 'reverted',
    })
    expect(asked).toEqual(['publish '])
    expect(station).toMatchObject({ current: null, putBack: true })
  })

  test('has no damaged manifest written over', async () => {
    const damage = new Damage('it is not JSON')
    const { station, texts } = switched()
    station.state = { ...(station.state as HostState), damage }
    await putRight(revertOf([station]).course, failures, recordsOf)
    expect(texts).toEqual([''])

    const { station: lost, asked } = switched({ link: 'releases/a' })
    const { open } = lost
    lost.open = async (...words) => {
      lost.state = { ...(await open(...words)), damage }
      return lost.state
    }
    Object.assign(lost.session, { records: () => Promise.reject(new Failure('the connection was lost')) })
    await putRight(revertOf([lost]).course, failures, recordsOf)
    expect(asked).toEqual(['publish releases/a', 'open'])
  })
})
