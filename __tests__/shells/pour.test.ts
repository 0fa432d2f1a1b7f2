// All of an artifact comes as one stream: where the session says that the host can take it, it becomes what it was.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { call } from '../../src/host/quote.ts'
import { readTree } from '../scenarios/tree.ts'
import { onEveryBox } from './box.ts'
import { ask, createSite, NOBODY, opening, plant, type Site } from './site.ts'

/** An artifact in the site, and the stream of it. */
function build(site: Site) {
  const root = site.at('build')
  plant(root, { 'dir/deep/file': 'text', 'a b': 'text', 'locked/file': 'text', 'large.bin': '' })
  writeFileSync(site.at('build/large.bin'), randomBytes(200_000))
  mkdirSync(site.at('build/empty'))
  symlinkSync('../a b', site.at('build/dir/link'))
  chmodSync(site.at('build/a b'), 0o750)
  chmodSync(site.at('build/dir'), 0o2711)
  chmodSync(root, 0o751)
  return { root, stream: pack(root) }
}

const pack = (root: string) => execFileSync('tar', ['-I', 'zstd', '-cf', '-', '-C', root, '.'])

const pour = (site: Site, release: string, input: Buffer) =>
  ask(site, `umask 077; ${call('pour', site.root, 'run-1', release)}`, input)

onEveryBox('a stream', (box) => {
  test('becomes the artifact, where the session says that it can', async () => {
    using site = createSite(box, { plainUser: true })
    await using session = await site.session()
    const { knows } = await session.open(opening('look', { uploads: true }))
    expect(knows?.includes('unzstd')).toBe(!box.name.endsWith('userland'))
    if (!knows?.includes('unzstd')) return
    plant(site.root, { '.releases/incoming/': '' })
    const { root, stream } = build(site)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    expect(await pour(site, 'a', stream)).toEqual({ code: 0, signal: null, said: '' })
    const place = site.at('.releases/incoming/a')
    expect(await readTree(place)).toEqual(await readTree(root))
    expect(statSync(place).mode & 0o7777).toBe(0o751)
    // No date of the build's: a client that has an older version must be told of the newer one.
    expect(Math.abs(statSync(`${place}/a b`).mtimeMs - Date.now())).toBeLessThan(60_000)
    expect(existsSync(site.at('.releases/uploading.a'))).toBe(true)
  })

  test('that is cut at any place, or none, is told', async () => {
    using site = createSite(box)
    await using session = await site.session()
    const { knows } = await session.open(opening('look', { uploads: true }))
    if (!knows?.includes('unzstd')) return
    plant(site.root, { '.releases/incoming/': '' })
    const { stream } = build(site)
    for (const [at, length] of [0, 10, 100_000, stream.length - 1].entries()) {
      const { code, said } = await pour(site, `cut${at}`, stream.subarray(0, length))
      expect(code, `cut at ${length}`).not.toBe(0)
      expect(said).toContain('tar: ')
    }
  })

  test('goes nowhere where something is already', async () => {
    using site = createSite(box)
    plant(site.root, { '.releases/incoming/a/file': 'other', elsewhere: 'mine' })
    symlinkSync('../../elsewhere', site.at('.releases/incoming/b'))
    const { stream } = build(site)
    for (const name of ['a', 'b']) expect(await pour(site, name, stream)).toMatchObject({ code: 74 })
    expect(readFileSync(site.at('.releases/incoming/a/file'), 'utf8')).toBe('other')
    expect(readFileSync(site.at('elsewhere'), 'utf8')).toBe('mine')
  })

  test('of what is left goes on from what the session has offered, and writes through nothing of it', async () => {
    using site = createSite(box, { plainUser: true })
    await using session = await site.session()
    const { knows } = await session.open(opening('look', { uploads: true }))
    if (!knows?.includes('unzstd')) return
    const { root } = build(site)
    const draft = '.releases/trash/offer.run-1'
    plant(site.root, {
      '.releases/incoming/': '',
      '.releases/content/': '',
      [`${draft}/kept`]: ['h 644 ./kept', 'h 644 ./a b', 'h 644 ./dir/gone', ''].join('\n'),
      [`${draft}/tree/kept`]: 'kept',
      [`${draft}/tree/a b`]: 'old',
      [`${draft}/tree/dir/gone`]: 'gone',
      'releases/live/': '',
    })
    linkSync(site.at(draft, 'tree/a b'), site.at('releases/live/a b'))
    chmodSync(site.at(draft, 'tree/dir'), 0o500)
    // As in a tree that a group shares: what hands its group on must not hand it to the artifact's.
    chmodSync(site.at(draft, 'tree'), 0o2755)
    mkdirSync(site.at('build/own'), { mode: 0o700 })
    const stream = pack(root)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    const head = ['-./a b', '-./dir/gone', '+h 750 ./a b', '.', ''].join('\n')
    const go = (key: string, release: string, input: Buffer) =>
      ask(site, `umask 077; ${call('pour', site.root, 'run-1', release, key)}`, input)
    expect(await go('key', 'a', Buffer.concat([Buffer.from(head), stream]))).toMatchObject({
      code: 0,
      said: '',
    })
    plant(root, { kept: 'kept' })
    expect(await readTree(site.at('.releases/incoming/a'))).toEqual(await readTree(root))
    expect(readFileSync(site.at('releases/live/a b'), 'utf8')).toBe('old')
    const content = gunzipSync(readFileSync(site.at('.releases/content/a.run-1~'))).toString()
    expect(content).toBe('key\nh 644 ./kept\nh 750 ./a b\n.\n')
    // What was offered is used.
    expect(await go('key', 'b', Buffer.concat([Buffer.from(head), stream]))).toMatchObject({ code: 76 })
  })
})
