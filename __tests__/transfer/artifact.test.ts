import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainLocale } from '../../src/environment.ts'
import { start } from '../../src/host/script.ts'
import { type Artifact, createListing, kindAt, readArtifact } from '../../src/transfer/artifact.ts'
import { filesIn, proofOf } from '../../src/transfer/proof.ts'
import { makeTree, runOnHost } from './trees.ts'

function bytesOf({ list }: Pick<Artifact, 'list'>): Buffer {
  return Buffer.from(list.buffer)
}

/** One character a byte. */
function pathsOf(artifact: Pick<Artifact, 'list'>): readonly string[] {
  return Array.from(filesIn(bytesOf(artifact)), (path) => path.toString('latin1'))
}

/** What a whole output of rsync comes to, given in pieces of any size. */
function parseListing(text: string, piece = text.length || 1) {
  const listing = createListing()
  for (let at = 0; at < text.length; at += piece) listing.read(text.slice(at, at + piece))
  const { list, ...found } = listing.end()
  return { ...found, paths: pathsOf({ list }), proof: proofOf(bytesOf({ list })) }
}

/** What rsync writes for a name: control characters, high bytes and its own escape come as `\#ooo`. */
function written(name: string): string {
  return [...name]
    .map((char, at) => {
      const own = char === '\\' && /^#\d{3}/.test(name.slice(at + 1))
      const odd = char < ' ' ? char !== '\t' : char > '~'
      return own || odd ? `\\#${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char
    })
    .join('')
}

const file = (name: string, size = 7) => `>f+++++++++ ${size} ${written(name)}\n`

describe('a listing by rsync', () => {
  test('is counted by kind', () => {
    const text = [
      'cd+++++++++ 4096 ./',
      '>f+++++++++ 7 index.html',
      'cd+++++++++ 4096 css/',
      '>f+++++++++ 11 css/site.css',
      'cL+++++++++ 10 link',
      'skipping non-regular file "pipe"',
      'cS+++++++++ 0 socket',
      '',
    ].join('\n')
    expect(parseListing(text)).toMatchObject({
      files: 2,
      dirs: 1,
      links: 1,
      bytes: 18,
      paths: ['css/site.css', 'index.html'],
      skipped: ['pipe', 'socket'],
    })
  })

  test.each([
    '',
    '\n\n',
    'sending incremental file list',
    'rsync: opendir failed',
    '*deleting   x',
    '>f+++ 7 x',
    '>f+++++++++ x x',
    'cd+++++++++ 4096 ./',
  ])('has no entry in %j', (text) => {
    expect(parseListing(text)).toMatchObject({ files: 0, dirs: 0, links: 0, bytes: 0, paths: [] })
  })

  test.each([
    'a b',
    ' leading',
    'trailing ',
    'new\nline',
    '\n',
    'back\\slash',
    '\\#012',
    '\\\\#012',
    '\\#12',
    'a\\',
    '\u00e9\u00ff',
    '\u0080',
    '\u001b[31m',
    '\r',
    '\t',
    '\u007f',
    '>f+++++++++ 7 x',
    'a\n>f+++++++++ 7 x',
    '::error::x',
    '.\u00a0',
    '-rf',
    '"quoted"',
  ])('knows the name %j again', (name) => {
    expect(parseListing(file(name)).paths).toEqual([name])
  })

  test('knows any names again, and nothing that they pretend to be', () => {
    const name = fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)),
      minLength: 1,
    })
    const tricky = fc.string({ unit: fc.constantFrom(...'\\#01234567\n >f+'), minLength: 1 })
    fc.assert(
      fc.property(fc.array(fc.oneof(name, tricky)), (names) => {
        const good = names.filter((one) => one !== './')
        expect(parseListing(good.map((one) => file(one)).join(''), 7).paths).toEqual([...good].sort())
      }),
    )
  })

  test('gives the same proof in any order, and another for any other content', () => {
    const proof = (...rows: readonly string[]) => parseListing(rows.join('')).proof
    expect(proof(file('a'), file('b'))).toBe(proof(file('b'), file('a')))
    const all = [
      proof(),
      proof(file('a')),
      proof(file('a', 8)),
      proof(file('b')),
      proof(file('a'), file('b')),
      proof('cL+++++++++ 7 a\n'),
      proof('cd+++++++++ 4096 a/\n'),
      proof(file('a\n8 7 ./c')),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(proof('cd+++++++++ 4096 a/\n')).toBe(proof('cd+++++++++ 60 a/\n'))
  })
})

describe('an artifact', () => {
  const names = [
    'plain',
    'sub/dir/deep',
    'sp ace/a b ',
    ' lead',
    'new\nline',
    'new\ndir/below',
    'back\\slash',
    '\\#012',
    '\u00e9t\u00e9',
    'caf\u00c3\u00a9',
    '\u0080\u00ff',
    '\u001b[31mred',
    '\r\r',
    'tab\there',
    '-rf',
    '*',
    "it's",
    '$(touch owned)',
    `${'x'.repeat(200)}`,
    '.hidden/.also',
    '..also',
    '8 7 .',
  ]

  test('is the same to the runner and to a host, whatever its names', async () => {
    const files = Object.fromEntries(names.map((name, at) => [name, 'x'.repeat(at)]))
    using tree = makeTree({
      ...files,
      'to file': '->plain',
      'to\nnowhere': '->/no\\where/\u00e9',
      'to dir': '->sub',
    })
    const artifact = await readArtifact(tree.dir, [], [])
    expect(pathsOf(artifact)).toEqual([...names].sort())
    expect(artifact).toMatchObject({ files: names.length, dirs: 5, links: 3, skipped: [] })
    const { input } = start('session', ':')
    const functions = input.slice(0, input.lastIndexOf('end-of-script'))
    expect(runOnHost(functions, 'STAT=gnu; listing . | proof', tree.dir).slice(0, 64)).toBe(
      proofOf(bytesOf(artifact)),
    )
  })

  test('has nothing that was excluded', async () => {
    using tree = makeTree({ a: '1', 'b.map': '2', 'c/d.map': '3', '.git/HEAD': '4' })
    const artifact = await readArtifact(tree.dir, ['*.map', '/.git'], [])
    expect(pathsOf(artifact)).toEqual(['a'])
    expect(artifact).toMatchObject({ dirs: 1, bytes: 1, selection: ['--exclude=*.map', '--exclude=/.git'] })
  })

  test('names what cannot be sent', async () => {
    using tree = makeTree({ a: '1' })
    spawnSync('mkfifo', [join(tree.dir, 'pipe')])
    expect((await readArtifact(tree.dir, [], [])).skipped).toEqual(['pipe'])
  })

  test.each([
    ['is empty', {}, []],
    ['has only directories', { 'a/b': '->x' }, ['b']],
    ['has all of it excluded', { a: '1' }, ['*']],
  ])('that %s is refused', async (_, files, exclude) => {
    using tree = makeTree(files as Record<string, string>)
    await expect(readArtifact(tree.dir, exclude, [])).rejects.toThrow('would be sent')
  })

  // Root can read everything, so rsync's own words are put into its mouth.
  test('that cannot be read whole is refused', async () => {
    using tree = makeTree({ a: '1' })
    using bin = makeTree({
      rsync: '#!/bin/sh\necho "opendir sub failed: Permission denied (13)" >&2\nexit 23\n',
    })
    chmodSync(join(bin.dir, 'rsync'), 0o755)
    const path = process.env.PATH
    process.env.PATH = `${bin.dir}:${path}`
    try {
      await expect(readArtifact(tree.dir, [], [])).rejects.toThrow(/cannot be read whole.*opendir sub failed/)
    } finally {
      process.env.PATH = path
    }
  })
})

/** A name as it is on the disk, one character a byte. */
const bytes = (name: string) => Buffer.from(name).toString('latin1')

describe('what is at a path of an artifact', () => {
  test('is known by its whole path, also beside names that look like entries', async () => {
    using tree = makeTree({
      var: '->elsewhere',
      'a/var': '1',
      '8 3 ./b': '1',
      'a b/4 0 ./c': '1',
      [bytes('é/ü')]: '1',
      'two\nlines': '1',
    })
    const artifact = await readArtifact(tree.dir, [], [])
    const paths = [
      'var',
      'a',
      'a/var',
      'b',
      'c',
      'a b',
      'a b/4 0 ./c',
      'é',
      'é/ü',
      'ü',
      'two\nlines',
      'lines',
      'va',
    ]
    expect(paths.map((path) => [path, kindAt(artifact, path)])).toEqual([
      ['var', 'link'],
      ['a', 'directory'],
      ['a/var', 'file'],
      ['b', null],
      ['c', null],
      ['a b', 'directory'],
      ['a b/4 0 ./c', 'file'],
      ['é', 'directory'],
      ['é/ü', 'file'],
      ['ü', null],
      ['two\nlines', 'file'],
      ['lines', null],
      ['va', null],
    ])
  })
})

describe('the environment of an rsync that is read', () => {
  test('has no inputs, none of the variables that change what rsync does, and one language', () => {
    process.env.INPUT_SSH_PRIVATE_KEY = 'secret'
    process.env.RSYNC_RSH = 'evil'
    process.env.LC_MESSAGES = 'de_DE.UTF-8'
    try {
      const env = plainLocale({ EXTRA: '1' })
      expect(env).toMatchObject({ LC_ALL: 'C', EXTRA: '1', PATH: process.env.PATH })
      expect(Object.keys(env).filter((name) => /^(INPUT|RSYNC)_/.test(name))).toEqual([])
    } finally {
      delete process.env.INPUT_SSH_PRIVATE_KEY
      delete process.env.RSYNC_RSH
      delete process.env.LC_MESSAGES
    }
  })
})
