import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readVerified } from '../../src/host/answers.ts'
import type { Line } from '../../src/host/line.ts'
import { readState } from '../../src/host/state.ts'
import { nameOf } from '../../src/release/manifest.ts'
import { isPlain } from '../../src/release/name.ts'
import { anyText, entry, hostile } from '../release/arbitraries.ts'

const hex = (text: string) => Buffer.from(text).toString('hex')

function lines(...texts: readonly string[]): readonly Line[] {
  return texts.map((text) => {
    const at = text.indexOf(' ')
    return at < 0 ? { key: text, rest: '' } : { key: text.slice(0, at), rest: text.slice(at + 1) }
  })
}

describe('what a host tells of itself', () => {
  test('becomes its state', () => {
    const found = readState(
      lines(
        'locked',
        'takeover {"run":"dead"}',
        'missing flock',
        'missing tar',
        'rsync rsync  version 3.2.7  protocol version 31',
        `root ${hex('/srv/app')}`,
        `link ${hex('releases/b')}`,
        'current b',
        'dir a',
        'dir b',
        'dir c symlink',
        'dir d file',
        'record a',
        'record b',
        'served a',
        'served ../b',
        'incoming x',
        'incoming y symlink',
        'leftover trash/run-1',
        'odd 2',
        'space 1048576',
        'inodes 500 400',
        'manifest present',
        `text [${JSON.stringify(entry('a'))},`,
        `text  ${JSON.stringify(entry('b', { seq: 2 }))}]`,
      ),
    )
    expect(found).toEqual({
      absent: false,
      armed: null,
      served: ['a'],
      obstacle: null,
      link: 'releases/b',
      current: 'b',
      dangling: false,
      docroot: null,
      symlinked: false,
      elsewhere: false,
      disk: ['a', 'b'],
      odd: 4,
      records: ['a', 'b'],
      incoming: ['x'],
      leftovers: ['trash/run-1'],
      missingTools: ['flock', 'tar'],
      rsync: 'rsync  version 3.2.7  protocol version 31',
      knows: [],
      offer: null,
      space: 1048576,
      inodes: 400,
      held: null,
      takenOver: '{"run":"dead"}',
      locked: true,
      lacking: [],
      unfit: [],
      unwritable: [],
      exposed: [],
      banner: false,
      blocked: null,
      verified: null,
      manifest: 'present',
      damage: null,
      entries: [entry('a'), entry('b', { seq: 2 })],
    })
  })

  test('offers what an upload may begin with, once it was all', () => {
    const offer = Buffer.from('hA 644 ./a\n')
    expect(readState(lines('offered'), false, offer).offer).toBe(offer)
    expect(readState(lines(), false, offer).offer).toBeNull()
  })

  test('may be that there is nothing yet', () => {
    expect(readState(lines('absent', 'rsync x'))).toMatchObject({
      absent: true,
      manifest: 'absent',
      damage: null,
      current: null,
      link: null,
      disk: [],
      space: null,
    })
  })

  test.each(['directory', 'file'])('may be that a %s stands where the link belongs', (kind) => {
    expect(readState(lines(`public ${kind}`)).obstacle).toBe(kind)
  })

  test.each([
    ['manifest absent', 'absent', undefined],
    ['manifest unreadable', 'damaged', 'it cannot be read'],
    ['manifest large', 'damaged', 'it is larger than 32 MiB'],
    ['manifest present', 'damaged', 'it is empty'],
  ])('may be "%s"', (line, manifest, why) => {
    const state = readState(lines(line))
    expect(state).toMatchObject({ manifest, entries: [] })
    expect(state.damage?.message).toBe(why)
  })

  test.each(hostile)('never makes a release of the name %j', (name) => {
    const state = readState([
      { key: 'dir', rest: name },
      { key: 'record', rest: name },
      { key: 'incoming', rest: name },
      { key: 'current', rest: name },
      { key: 'manifest', rest: 'present' },
      { key: 'text', rest: JSON.stringify([{ release: name }]) },
    ])
    expect(state.disk).not.toContain(name)
    expect(state.records).toEqual([])
    expect(state.current).toBeNull()
    expect(state.entries.map(nameOf)).toEqual([undefined])
  })

  test('has the records of another tool in their order', () => {
    const state = readState(
      lines('dir 1', 'dir 2', 'manifest present', 'text [{"release":"1"},{"release":"2","time":60}]'),
    )
    expect(state.entries).toMatchObject([
      { release: '1', deploy: { state: 'adopted', seq: 1 } },
      { release: '2', deploy: { state: 'adopted', seq: 2 }, time: 60 },
    ])
  })

  test.each([
    ['held 0 {"run":"x"}', '{"run":"x"}'],
    ['held 12 ', ''],
  ])('that says "%s" is held by %j', (line, held) => {
    expect(readState(lines('held 0 another', line)).held).toBe(held)
  })

  test('never stops a run, and never gives out a name that is not plain', () => {
    const keys =
      'dir record incoming current link manifest text odd space inodes held locked verified lost'.split(' ')
    const line = fc.record({
      key: fc.constantFrom(...keys),
      rest: fc.oneof(anyText, fc.json(), fc.constantFrom('present', 'a', 'a symlink', '-1')),
    })
    fc.assert(
      fc.property(fc.array(line), (all) => {
        const state = readState(all)
        for (const name of [...state.disk, ...state.records, ...state.incoming])
          expect(isPlain(name)).toBe(true)
        for (const one of state.entries) expect(nameOf(one) ?? 'none').toMatch(/^[A-Za-z0-9]/)
        expect(state.space === null || state.space >= 0).toBe(true)
      }),
    )
  })
})

describe('how a release compares with its index', () => {
  test('is told with the paths, whatever is in them', () => {
    const odd = 'a b/\u001b[31m\n\u00e9'
    expect(readVerified(lines('verified a known 1 2', `lost ${hex(odd)}`, `changed ${hex('x')}`))).toEqual({
      release: 'a',
      known: true,
      missing: 1,
      changed: 2,
      missingPaths: [odd],
      changedPaths: ['x'],
    })
  })

  test('is not known without an index', () => {
    expect(readVerified(lines('verified a unknown 0 0'))).toMatchObject({ known: false })
    expect(readVerified(lines('dir a'))).toBeNull()
  })
})
