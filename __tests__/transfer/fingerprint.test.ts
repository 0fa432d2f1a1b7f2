import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { readArtifact } from '../../src/transfer/artifact.ts'
import { digestOf, type Fingerprint } from '../../src/transfer/digest.ts'
import { fingerprintOf } from '../../src/transfer/fingerprint.ts'
import { makeTree } from './trees.ts'

const files = {
  'index.html': 'hello\n',
  'css/site.css': 'a { }\n',
  'caf\u00c3\u00a9\n\u00ff': 'odd',
  link: '->index.html',
}

async function digest(
  tree: Readonly<Record<string, string>>,
  change: (dir: string) => void = () => undefined,
) {
  using made = makeTree(tree)
  change(made.dir)
  return (await fingerprintOf(await readArtifact(made.dir, [], []))).digest
}

describe('a digest', () => {
  test('is the same for the same content, whenever and wherever it was built', async () => {
    const first = await digest(files)
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await digest(Object.fromEntries(Object.entries(files).reverse()))).toBe(first)
    expect(await digest(files, (dir) => utimesSync(join(dir, 'index.html'), 1, 1))).toBe(first)
  })

  test.each<[string, Record<string, string>]>([
    ['a byte', { ...files, 'index.html': 'hellO\n' }],
    [
      'a name',
      {
        'Index.html': 'hello\n',
        'css/site.css': 'a { }\n',
        'caf\u00c3\u00a9\n\u00ff': 'odd',
        link: '->index.html',
      },
    ],
    ['one more file', { ...files, more: '' }],
    ['where a link leads', { ...files, link: '->index.htmx' + 'l' }],
    ['contents swapped', { ...files, 'index.html': 'a { }\n', 'css/site.css': 'hello\n' }],
  ])('is another for %s', async (_, other) => {
    expect(await digest(other)).not.toBe(await digest(files))
  })

  test('reads files that are larger than its buffer, and empty ones', async () => {
    const large = 'x'.repeat((1 << 20) + 1)
    expect(await digest({ a: large, b: '' })).not.toBe(await digest({ a: `${large.slice(1)}y`, b: '' }))
  })

  test.each([
    ['250 files', 'here', 250, 0],
    ['251 files', 'by a thread', 251, 0],
    ['4,000,000 bytes', 'here', 2, 4_000_000],
    ['4,000,001 bytes', 'by a thread', 2, 4_000_001],
  ])('of %s is made %s', async (_, where, count, bytes) => {
    const names = Array.from({ length: count }, (__, at) => `dir${at % 7}/file${at}`)
    const contents = names.map((name, at) => [name, 'x'.repeat(at === 0 ? bytes : 0)])
    using tree = makeTree(Object.fromEntries(contents))
    const artifact = await readArtifact(tree.dir, [], [])
    const whole = await fingerprintOf(artifact)
    // What is read here is read by the time that it is asked for; a thread has not begun yet.
    const made = fingerprintOf(artifact)
    rmSync(join(tree.dir, 'dir0/file0'))
    if (where === 'here') expect((await made).digest).toBe(whole.digest)
    else await expect(made).rejects.toThrow(/ENOENT/)
  })

  test('is the same here and by a thread, also of a list that is a part of something', async () => {
    using tree = makeTree({
      ...files,
      ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${at}`, `${at}`])),
    })
    const artifact = await readArtifact(tree.dir, [], [])
    const larger = Buffer.concat([Buffer.from('8 7 ./other\0'), artifact.list])
    const text = ({ since: _, ...told }: Fingerprint) =>
      Object.entries(told).map(([key, value]) => [
        key,
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      ])
    const here = digestOf({ ...artifact, list: larger.subarray(larger.length - artifact.list.length) })
    expect(text(await fingerprintOf(artifact))).toEqual(text(here))
  })

  test.each([
    ['few files', files],
    ['many', { ...files, ...Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${at}`, ''])) }],
  ])('of %s says so when one has gone in the meantime', async (_, all) => {
    using tree = makeTree(all)
    const artifact = await readArtifact(tree.dir, [], [])
    rmSync(join(tree.dir, 'index.html'))
    const error = await fingerprintOf(artifact).catch((reason) => reason)
    expect(error).toBeInstanceOf(Failure)
    expect(error.message).toMatch(/^local_dir changed or cannot be read: ENOENT/)
    writeFileSync(join(tree.dir, 'index.html'), 'hello\n')
    expect((await fingerprintOf(await readArtifact(tree.dir, [], []))).digest).toBe(await digest(all))
  })
})
