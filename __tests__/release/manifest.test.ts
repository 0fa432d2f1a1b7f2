import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyOf } from '../../src/release/history.ts'
import {
  amend,
  Damage,
  type Deploy,
  deployOf,
  type Entry,
  type JsonObject,
  metadataOf,
  nameOf,
  nextSeq,
  parseManifest,
  readObject,
  renderManifest,
  without,
} from '../../src/release/manifest.ts'
import { isPlain } from '../../src/release/name.ts'
import { activated } from '../../src/release/transition.ts'
import { anyJson, anyText, entry, hostile, plain } from './arbitraries.ts'

const statistrano = readFileSync(new URL('statistrano-manifest.json', import.meta.url), 'utf8')
/** An object of so many levels. */
const nested = (levels: number) => `{"note":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
const own = JSON.stringify([entry('20261121184358')])

describe('a manifest that cannot be trusted', () => {
  test.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['\0\u0001\ufffd', 'it is not JSON'],
    [own.slice(0, -3), 'it is not JSON'],
    ['{}', 'it is not a JSON array'],
    ['null', 'it is not a JSON array'],
    ['"[]"', 'it is not a JSON array'],
    ['[1]', 'it holds something that is not a record'],
    ['[null]', 'it holds something that is not a record'],
    ['[[]]', 'it holds something that is not a record'],
    ['[{"release":"a","deploy":null}]', 'a record has a broken `deploy` part'],
    ['[{"release":"a","deploy":[]}]', 'a record has a broken `deploy` part'],
    ['[{"release":"a","deploy":{}}]', 'a record has a broken `deploy` part'],
    [own.replace('"seq":1', '"seq":"1"'), 'a record has a broken `deploy` part'],
    [own.replace('"seq":1', '"seq":1.5'), 'a record has a broken `deploy` part'],
    [own.replace('"seq":1', '"seq":9007199254740991'), 'a record has a broken `deploy` part'],
    [own.replace('"live"', '"dead"'), 'a record has a broken `deploy` part'],
    [own.replace('"live"', '"constructor"'), 'a record has a broken `deploy` part'],
    [own.replace('"activations":[]', '"activations":{}'), 'a record has a broken `deploy` part'],
    [own.replace('"activations":[]', '"activations":[null]'), 'a record has a broken `deploy` part'],
    [own.replace('"activated_at":[]', '"activated_at":[1]'), 'a record has a broken `deploy` part'],
    [`[${nested(200)}]`, 'it is nested more than 200 deep'],
    [`[{"build":1.0},${nested(20_000)}]`, 'it is nested more than 200 deep'],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, expect.any(String)],
  ])('%.40j is damage', (text, why) => {
    expect(() => parseManifest(text)).toThrow(Damage)
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ message: why, future: false }))
  })

  test('says when only a newer version of the tool can read it', () => {
    const future = own.replace('"schema":1', '"schema":2').replace('"state":"live"', '"phase":[{}]')
    expect(() => parseManifest(future)).toThrow(expect.objectContaining({ future: true }))
  })

  test('throws nothing but damage, whatever it holds', () => {
    const nearly = fc.array(
      fc.dictionary(fc.constantFrom('release', 'deploy', '__proto__', 'constructor', 'time'), anyJson),
    )
    const text = fc.oneof(
      anyText,
      fc.json(),
      nearly.map((value) => JSON.stringify(value)),
      fc.nat(own.length).map((length) => own.slice(0, length)),
    )
    fc.assert(
      fc.property(text, (manifest) => {
        try {
          parseManifest(manifest)
        } catch (error) {
          expect(error).toBeInstanceOf(Damage)
        }
      }),
    )
  })
})

describe('a manifest', () => {
  test('of Statistrano is read as it stands', () => {
    const entries = parseManifest(statistrano)
    expect(entries.map(nameOf)).toEqual(['1795287555', '1795287558', '1795287561'])
    expect(metadataOf(entries[0] as Entry)).toEqual({ time: 62, css: '142kb', whoami: 'freddie' })
  })

  test('comes out with all that came in', () => {
    const metadata: fc.Arbitrary<JsonObject> = fc.dictionary(
      fc.oneof(fc.string(), fc.constant('__proto__')),
      anyJson,
    )
    const record = fc.tuple(plain, metadata, metadata).map(([name, told, unknown]) => ({
      ...entry(name, {}, told),
      deploy: { ...unknown, ...(entry(name).deploy as JsonObject) },
    }))
    const foreign = fc
      .tuple(plain, metadata)
      .map(([release, told]) => ({ ...told, release, deploy: undefined }))
    fc.assert(
      fc.property(fc.array(fc.oneof(record, foreign)), (records) => {
        const text = JSON.stringify(records)
        const entries = parseManifest(text)
        expect(JSON.stringify(JSON.parse(renderManifest(entries)))).toBe(text)
        expect(renderManifest(parseManifest(renderManifest(entries)))).toBe(renderManifest(entries))
      }),
    )
  })

  test.each([['\u2028'], ['</td><script>'], ['::error::'], ['\ud800'], ['\0'], ['\u{1f600}'], ["'$(id)`"]])(
    'keeps the value %j',
    (value) => {
      const text = JSON.stringify([{ release: 'a', note: value }])
      expect(JSON.parse(renderManifest(parseManifest(text)))[0].note).toBe(value)
    },
  )

  test.each([
    '12345678901234567890',
    '-98765432109876543210',
    '1.10',
    '1700000000.123456789',
    '2.0',
    '1e3',
    '-0',
    '0.1000000000000000055511151231257827',
  ])('keeps the number %s of somebody else as it was written, and counts by its own', (number) => {
    const own = '"deploy":{"schema":1,"seq":1e0,"state":"live","activations":[1.0],"activated_at":[]}'
    const text = `[{"build":${number},"in":[${number},{"it" : ${number}}],"text":"${number}","release":"a",${own}}]`
    const entries = parseManifest(text)
    expect(deployOf(entries[0] as Entry)).toMatchObject({ seq: 1, activations: [1] })
    const written = renderManifest(entries)
    const kept = `{"build":${number},"in":[${number},{"it":${number}}],"text":"${number}","release":"a"`
    expect(written).toContain(kept)
    expect(renderManifest(parseManifest(written))).toBe(written)
  })

  test('is written back as it was read, however deep that may be', () => {
    const text = `[${nested(199)}]`
    expect(renderManifest(parseManifest(text))).toBe(text)
  })

  test('has a record a line, and none at all as []', () => {
    expect(renderManifest([])).toBe('[]')
    expect(renderManifest([{ release: 'a' }, { release: 'b', note: 'x\ny' }])).toBe(
      '[{"release":"a"},\n {"release":"b","note":"x\\ny"}]',
    )
  })

  test.each(hostile)('keeps a record named %j and never gives out its name', (name) => {
    const entries = parseManifest(JSON.stringify([{ release: name, kept: 1 }, { release: 'good' }]))
    expect(entries.map(nameOf)).toEqual([undefined, 'good'])
    expect(without(entries, [name])).toEqual(entries)
    expect(amend(entries, name, () => deployOf(entry('x')) as Deploy)).toEqual(entries)
  })

  test('gives out only plain names, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.constantFrom('release', '__proto__'), anyJson)), (records) => {
        for (const one of parseManifest(JSON.stringify(records))) {
          const name = nameOf(one)
          if (name !== undefined) expect(isPlain(name)).toBe(true)
        }
      }),
    )
  })

  test.each([2 ** 50 - 1, 2 ** 50, 2 ** 51, 2 ** 52 - 1])(
    'with the number %i is counted on from, and what is written then is read again',
    (high) => {
      let entries: readonly Entry[] = [
        entry('a', { seq: 1, activations: [2] }),
        entry('b', { seq: 3, activations: [5, high] }),
        entry('c', { seq: 4, activations: [-high] }),
      ]
      for (const release of ['c', 'a', 'b', 'a']) {
        entries = activated(parseManifest(renderManifest(entries)), release, new Date(0))
        const disk = ['a', 'b', 'c']
        const history = historyOf({ entries, disk, records: [], current: release })
        expect(history.map(({ name }) => name)).toEqual(disk)
        const last = history.toSorted((a, b) => (b.activations.at(-1) ?? 0) - (a.activations.at(-1) ?? 0))
        expect(last[0]?.name).toBe(release)
      }
      expect(nextSeq(parseManifest(renderManifest(entries)))).toBeLessThan(2 ** 50 + 10)
    },
  )

  test('is not fooled by __proto__', () => {
    const [one] = parseManifest('[{"__proto__":{"release":"a","deploy":{"schema":9}},"release":"b"}]')
    expect(nameOf(one as Entry)).toBe('b')
    expect(Object.keys(metadataOf(one as Entry))).toEqual(['__proto__'])
    expect(renderManifest([one as Entry])).toContain('"__proto__":{"release":"a"')
  })

  test('of 100,000 records is read', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => entry(`r${at}`, { seq: at + 1 }))
    expect(nextSeq(parseManifest(renderManifest(many)))).toBe(100_001)
  })
})

test.each([
  [200, true],
  [201, false],
  [200_000, false],
])('an object of %i levels on a host is read: %s', (levels, read) => {
  expect(readObject(nested(levels)) !== null).toBe(read)
})

describe('a change', () => {
  const entries = [
    entry('a', { seq: 1, activations: [2] }),
    { release: 'b', time: 1 },
    entry('c', { seq: 3 }),
  ]

  test('of one record leaves the others as they are', () => {
    const changed = amend(entries, 'a', (deploy) => ({ ...deploy, state: 'bad', reason: 'it broke' }))
    expect(changed[0]).toEqual(entry('a', { seq: 1, activations: [2], state: 'bad', reason: 'it broke' }))
    expect(changed.slice(1)).toEqual(entries.slice(1))
  })

  test('takes away what is named and nothing else', () => {
    expect(without(entries, ['b', 'nowhere'])).toEqual([entries[0], entries[2]])
  })

  test('takes away 150,000 at once', () => {
    const names = Array.from({ length: 150_000 }, (_, at) => `r${at}`)
    const others = names.map((name) => entry(`${name}.`))
    expect(without([...names.map((name) => entry(name)), ...others], names)).toEqual(others)
  })

  test('gets a number that none has', () => {
    expect(nextSeq(entries)).toBe(4)
    expect(nextSeq([])).toBe(1)
    expect(nextSeq([entry('a', { seq: -7, activations: [-6] })])).toBe(1)
    expect(nextSeq([entry('a', { seq: 5, activations: [9, 6] }), entry('b', { seq: 7 })])).toBe(10)
  })
})
