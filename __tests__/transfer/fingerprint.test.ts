import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { readArtifact } from '../../src/transfer/artifact.ts'
import { digestOf } from '../../src/transfer/digest.ts'
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
    expect(first).toMatch(/^[0-9a-f]{64}$/)
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
    [
      'many files',
      Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`dir${at % 7}/file${at}`, `${at}`])),
    ],
    ['much', { ...files, large: 'x'.repeat(5_000_000) }],
  ])('of %s is made by a thread, to the same end', async (_, tree) => {
    using made = makeTree(tree)
    const artifact = await readArtifact(made.dir, [], [])
    const { since, ...told } = await fingerprintOf(artifact)
    const { since: earlier, ...here } = digestOf(artifact)
    expect(since).toBeLessThanOrEqual(earlier)
    const text = (value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
    expect(Object.entries(told).map(([key, value]) => [key, text(value)])).toEqual(
      Object.entries(here).map(([key, value]) => [key, text(value)]),
    )
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
