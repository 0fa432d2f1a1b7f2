// What is left to send comes as one archive: with every tar it becomes what it was, and goes nowhere else.

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
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { call } from '../../src/host/quote.ts'
import { remainder, renderRemainder } from '../../src/transfer/content.ts'
import { tarballOf } from '../../src/transfer/tarball.ts'
import { readTree } from '../scenarios/tree.ts'
import { onEveryBox } from './box.ts'
import { ask, createSite, NOBODY, opening, plant, type Site } from './site.ts'

const long = (length: number) => `${'long/'.repeat(40)}${'n'.repeat(length)}`

const files = [
  ...['plain', 'a b', "it's", '-rf', '#x', '\\n', '\\101', '*', 'é', 'dir/deep/er', 'same'],
  ...[long(90), long(250)],
]
const links: Readonly<Record<string, string>> = {
  'dir/up': '../plain',
  'dir/out': '../../../../etc/passwd',
  absolute: '/etc/passwd',
  nowhere: 'no/such/file',
  [`${'long/'.repeat(40)}link`]: `${'../'.repeat(40)}plain`,
  text: 't'.repeat(300),
}
const dirs = [
  'dir',
  'dir/deep',
  'empty',
  'own',
  ...Array.from({ length: 40 }, (_, at) => 'long/'.repeat(at + 1).slice(0, -1)),
]

/** An artifact in the site, and all of it left to send. */
async function build(site: Site) {
  const root = site.at('build')
  for (const dir of dirs) mkdirSync(join(root, dir), { recursive: true })
  for (const path of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${path}${randomBytes(300).toString('latin1')}`)
  }
  for (const [path, text] of Object.entries(links)) symlinkSync(text, join(root, path))
  chmodSync(join(root, 'plain'), 0o755)
  chmodSync(join(root, 'a b'), 0o400)
  chmodSync(join(root, 'dir'), 0o770)
  chmodSync(join(root, 'own'), 0o700)
  chmodSync(root, 0o751)
  const content = Buffer.from(files.map((path) => `h 644 ./${path}\n`).join(''))
  const others = Buffer.from([...dirs, ...Object.keys(links)].map((path) => `./${path}\0`).join(''))
  const rest = remainder({ content, others }, Buffer.from('h 644 ./gone\n'), null)
  if (rest === null) throw new Error('that is little')
  return { root, rest, tarball: await tarballOf(root, site.base, rest)?.data }
}

const extract = (site: Site, release: string, input: Buffer) =>
  ask(site, `umask 027; ${call('extract', site.root, 'run-1', release, 'key')}`, input)

/** As `prepare` leaves it. */
function offer(site: Site) {
  plant(site.root, {
    '.releases/incoming/': '',
    '.releases/content/': '',
    '.releases/trash/offer.run-1/content': '',
    '.releases/trash/offer.run-1/kept': 'h 644 ./gone\n',
    '.releases/trash/offer.run-1/tree/gone': 'gone',
  })
}

onEveryBox('an archive', (box) => {
  test('becomes the artifact, name for name, byte for byte, mode for mode, where the session says so', async () => {
    using site = createSite(box, { plainUser: true })
    await using session = await site.session()
    const { knows } = await session.open(opening('look', { uploads: true }))
    expect(knows?.includes('tar')).toBe(box.name !== 'busybox userland')
    if (!knows?.includes('tar')) return
    const { root, rest, tarball } = await build(site)
    if (!tarball) throw new Error('this machine needs GNU tar')
    offer(site)
    // They have other modes there already.
    const tree = site.at('.releases/trash/offer.run-1/tree')
    plant(tree, { 'dir/deep/kept': 'kept', 'empty/kept': 'kept' })
    plant(root, { 'dir/deep/kept': 'kept', 'empty/kept': 'kept' })
    for (const dir of ['dir/deep', 'dir', 'empty', '.']) chmodSync(join(tree, dir), 0o700)
    // As in a tree that a group shares: what hands its group on must not hand it to the artifact's.
    chmodSync(tree, 0o2700)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    expect(await extract(site, 'a', Buffer.concat([renderRemainder(rest), tarball]))).toMatchObject({
      code: 0,
    })
    const place = site.at('.releases/incoming/a')
    expect(await readTree(place)).toEqual(await readTree(root))
    expect(statSync(place).mode & 0o7777).toBe(0o751)
    // No date of the build's: a client that has an older version must be told of the newer one.
    expect(Math.abs(statSync(join(place, 'plain')).mtimeMs - Date.now())).toBeLessThan(60_000)
  })

  test('that is cut, or none, is told', async () => {
    using site = createSite(box)
    const { rest, tarball } = await build(site)
    offer(site)
    const cut = Buffer.concat([renderRemainder(rest), (tarball as Buffer).subarray(0, -400)])
    expect((await extract(site, 'a', cut)).code).not.toBe(0)
    offer(site)
    const garbage = Buffer.concat([renderRemainder(rest), Buffer.from('garbage')])
    expect((await extract(site, 'b', garbage)).code).not.toBe(0)
    offer(site)
    const none = Buffer.concat([renderRemainder(rest), gzipSync(randomBytes(3000))])
    expect((await extract(site, 'c', none)).code).not.toBe(0)
    // Nothing to begin with.
    expect((await extract(site, 'd', Buffer.from('.\n'))).code).toBe(76)
  })

  test('never writes through what another release shares', async () => {
    using site = createSite(box)
    offer(site)
    plant(site.root, { 'releases/live/kept': 'kept' })
    const root = site.at('build')
    plant(root, { gone: 'new', dir: ['/tmp'] })
    const rest = {
      gone: ['./gone'],
      fresh: ['h 644 ./gone'],
      files: ['./gone'],
      others: Buffer.from('./dir\0'),
      paths: Buffer.alloc(0),
    }
    const before = statSync(site.at('.releases/trash/offer.run-1/tree/gone')).ino
    const tarball = (await tarballOf(root, site.base, rest)?.data) as Buffer
    expect((await extract(site, 'a', Buffer.concat([renderRemainder(rest), tarball]))).code).toBe(0)
    expect(readFileSync(site.at('.releases/incoming/a/gone'), 'utf8')).toBe('new')
    expect(statSync(site.at('.releases/incoming/a/gone')).ino).not.toBe(before)
  })
})

onEveryBox('what is struck out', (box) => {
  test('goes from directories, too, that their owner may not write in', async () => {
    using site = createSite(box, { plainUser: true })
    offer(site)
    const tree = site.at('.releases/trash/offer.run-1/tree')
    plant(tree, {
      'locked/gone': 'gone',
      'locked/deep/in': 'in',
      'locked/away/gone': 'gone',
      'locked/kept': 'kept',
    })
    for (const dir of ['locked/deep', 'locked/away', 'locked', '.']) chmodSync(join(tree, dir), 0o555)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    const lines = ['-./gone', '-./locked/gone', '-./locked/deep/in', '-./locked/away/gone', '.', '']
    const invocation = call('resume', site.root, 'run-1', 'a', 'key', 'true')
    expect(await ask(site, invocation, Buffer.from(lines.join('\n')))).toEqual({
      code: 0,
      signal: null,
      said: '',
    })
    expect(Object.keys(await readTree(site.at('.releases/incoming/a')))).toEqual(['locked', 'locked/kept'])
  })

  test('leaves no directory empty, also where removing it fails without a word', async () => {
    using site = createSite(box, { plainUser: true })
    offer(site)
    const tree = site.at('.releases/trash/offer.run-1/tree')
    plant(tree, { 'locked/away/gone': 'gone', 'locked/kept': 'kept', 'open/gone': 'gone' })
    chmodSync(join(tree, 'locked'), 0o555)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    const lines = ['-./locked/away/gone', '-./open/gone', '.', '']
    const invocation = call('resume', site.root, 'run-1', 'a', 'key', 'true')
    expect((await ask(site, invocation, Buffer.from(lines.join('\n')))).code).toBe(0)
    expect(Object.keys(await readTree(site.at('.releases/incoming/a')))).toEqual([
      'gone',
      'locked',
      'locked/kept',
    ])
  })
})

onEveryBox('an upload that was cut', (box) => {
  test('shares nothing with a release any more when it is gone on with', async () => {
    using site = createSite(box, { plainUser: true })
    plant(site.root, { 'releases/live/same': 'same', 'releases/live/dir/same': 'same' })
    plant(site.root, { '.releases/incoming/cut/dir/new': 'new' })
    for (const path of ['same', 'dir/same'])
      linkSync(site.at('releases/live', path), site.at('.releases/incoming/cut', path))
    chmodSync(site.at('.releases/incoming/cut/dir'), 0o555)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    const invocation = call('upload', site.root, 'b', 'cut', '', 'true')
    expect(await ask(site, invocation, Buffer.alloc(0))).toEqual({ code: 0, signal: null, said: '' })
    expect(Object.keys(await readTree(site.at('.releases/incoming/b')))).toEqual(['dir', 'dir/new'])
    expect(statSync(site.at('releases/live/same')).nlink).toBe(1)
  })

  test('is not gone on with when it cannot be parted from a release', async () => {
    using site = createSite(box, { plainUser: true })
    plant(site.root, { 'releases/live/same': 'same', '.releases/incoming/b/dir/new': 'new' })
    linkSync(site.at('releases/live/same'), site.at('.releases/incoming/b/dir/same'))
    // A colleague's: who may write beside it may not write into it.
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, site.root])
    execFileSync('chown', ['-R', '1:1', site.at('.releases/incoming/b')])
    const invocation = call('upload', site.root, 'b', '', '', 'touch', 'started')
    expect((await ask(site, invocation, Buffer.alloc(0))).code).toBe(74)
    expect(existsSync(site.at('.releases/incoming/started'))).toBe(false)
  })
})
