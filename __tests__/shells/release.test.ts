// A release's way through a host: placed only when whole, published by one rename, pruned through the trash, verified.

import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { call } from '../../src/host/quote.ts'
import { find, onEveryBox } from './box.ts'
import {
  ask,
  createSite,
  everything,
  lockedSession,
  NOBODY,
  opening,
  placement,
  plant,
  type Tree,
} from './site.ts'

const odd: Tree = {
  'new\nline': 'a',
  'two\nlines\n': 'b',
  'quote\'s "and" `that` $(x)': 'c',
  'ünï/漢字/😀': 'd',
  'esc\u001b[31m': 'e',
  'back\\slash\\n': 'f',
  ' lead and trail ': 'g',
  '-rf': 'h',
  '.dot/.dot': 'i',
  'star *?[a]': 'j',
  'empty/': '',
  'deep/link': ['../-rf'],
  'dangling\nlink': ['no\nwhere'],
  '4 0 ./fake': 'k',
  tab: '\t',
  [`long-${'x'.repeat(245)}`]: 'l',
}

const publication = { previous: '', manifest: '', event: '' }

onEveryBox('a release', (box) => {
  test('is placed when whole, with all its odd names', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.upload('a', odd)
    // Bytes that are no UTF-8: the proof must hold for them too.
    writeFileSync(
      Buffer.concat([Buffer.from(site.at('.releases/incoming/a/')), Buffer.from([0xff, 0x80])]),
      '',
    )
    const proof = await site.upload('a', {})
    await session.place(placement('a', proof, '{"release":"a","é":"\\\\n"}'))
    expect(readFileSync(site.at('.releases/records/a.json'), 'utf8')).toBe('{"release":"a","é":"\\\\n"}\n')
    expect(readdirSync(site.at('releases/a'))).toHaveLength(Object.keys(odd).length + 1)
    expect(readdirSync(site.at('.releases/incoming'))).toEqual([])
    expect(await session.verify('a')).toMatchObject({ known: true, missing: 0, changed: 0 })
    const { records } = await session.records()
    expect(records.get('a')).toBe('{"release":"a","é":"\\\\n"}')
    await expect(session.place(placement('a', proof, '{}'))).rejects.toThrow(/gone from its private place/)
    await site.upload('a', { x: '' })
    await expect(session.place(placement('a', proof, '{}'))).rejects.toThrow(/exists already/)
    await expect(session.place(placement('../a', proof, '{}'))).rejects.toThrow(/not plain/)
  })

  test('is refused when it is not the artifact', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const whole: Tree = { f: 'one', 'd/g': 'two', 'empty/': '', l: ['f'] }
    const proof = await site.upload('a', whole)
    const here = (...names: string[]) => site.at('.releases/incoming/a', ...names)
    const swap = (name: string, put: (file: string) => void) => () => {
      rmSync(here(name), { recursive: true })
      put(here(name))
    }
    const harms: [string, () => void][] = [
      ['missing file', () => unlinkSync(here('d/g'))],
      ['extra file', () => writeFileSync(here('d/.g.Xy12'), '')],
      ['wrong size', () => writeFileSync(here('f'), 'four')],
      ['empty directory missing', () => rmSync(here('empty'), { recursive: true })],
      ['file for a directory', swap('empty', (file) => writeFileSync(file, ''))],
      ['link for a file', swap('f', (file) => symlinkSync('abc', file))],
      ['fifo', () => execFileSync('mkfifo', [here('p')])],
      ['fifo for a file', swap('f', (file) => execFileSync('mkfifo', [file]))],
    ]
    for (const [what, harm] of harms) {
      rmSync(here(), { recursive: true })
      await site.upload('a', whole)
      harm()
      await expect(session.place(placement('a', proof, '{}')), what).rejects.toThrow(
        /not whole: its \d+ entries/,
      )
    }
    expect(existsSync(site.at('releases'))).toBe(false)
    rmSync(here(), { recursive: true })
    symlinkSync('/etc', here())
    await expect(session.place(placement('a', proof, '{}'))).rejects.toThrow(/gone from its private place/)
    unlinkSync(here())
    await site.upload('a', whole)
    await session.place(placement('a', proof, '{}'))
    expect(everything(site.at('releases'))).toEqual(['a', 'a/d', 'a/d/g', 'a/empty', 'a/f', 'a/l'])
  })

  test('is published by one link, and the link is put back', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'a')
    await site.deploy(session, 'b')
    await session.publish({
      link: 'releases/a',
      release: 'a',
      previous: 'b',
      manifest: '[]',
      event: '{"n":1}',
    })
    expect(site.link()).toBe('releases/a')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[]\n')
    await session.publish({
      link: 'releases/b',
      release: 'b',
      previous: 'a',
      manifest: '[1]',
      event: '{"n":2}',
    })
    expect(readFileSync(site.at('.releases/manifest.json.previous'), 'utf8')).toBe('[]\n')
    expect(readFileSync(site.at('releases.log'), 'utf8')).toBe('{"n":1}\n{"n":2}\n')
    await session.publish({ ...publication, link: '', release: '' })
    expect(site.link()).toBe(null)
    const other = site.at('else where')
    mkdirSync(other)
    for (const text of [other, 'gone/for\never', "it's é", '-f', '.']) {
      await session.publish({ ...publication, link: text, release: '' })
      expect(site.link()).toBe(text)
      await session.publish({ ...publication, link: 'releases/a', release: 'a' })
      expect(site.link()).toBe('releases/a')
    }
    expect(readdirSync(other)).toEqual([])
    expect(readdirSync(site.at('.releases')).filter((name) => /stage|~/.test(name))).toEqual([])
  })

  test('is not published over a directory, through a link, or to nowhere', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    plant(site.root, {
      'releases/a/f': '',
      'releases/linked': ['a'],
      'releases/file': '',
      'current/mine': 'x',
    })
    const to = (release: string, link = `releases/${release}`) =>
      session.publish({ ...publication, link, release })
    await expect(to('a')).rejects.toThrow(/current is not a symlink/)
    expect(everything(site.at('current'))).toEqual(['mine'])
    rmSync(site.at('current'), { recursive: true })
    for (const name of ['linked', 'file', 'gone'])
      await expect(to(name)).rejects.toThrow(/not there as a plain/)
    await expect(to('a', 'releases/linked/../../a')).rejects.toThrow(/would not lead to the release/)
    await expect(to('a', 'a')).rejects.toThrow(/would not lead to the release/)
    expect(site.link()).toBe(null)
    await to('a')
  })

  test('is published by a link in a directory of its own, or elsewhere', async () => {
    using site = createSite(box, { public_dir: 'web/sites/current' })
    const [session] = await lockedSession(site)
    await using _ = session
    const proof = await site.upload('a', { f: 'x' })
    await session.place(placement('a', proof, '{}'))
    await session.publish({ ...publication, link: '../../releases/a', release: 'a' })
    expect(readFileSync(site.at('web/sites/current/f'), 'utf8')).toBe('x')
    expect(readdirSync(site.at('web/sites'))).toEqual(['current'])
    // An administrator moves the web directory: the relative link would lead nowhere from there.
    renameSync(site.at('web'), join(site.base, 'web'))
    symlinkSync(join(site.base, 'web'), site.at('web'))
    rmSync(join(site.base, 'web/sites/current'))
    const again = session.publish({ ...publication, link: '../../releases/a', release: 'a' })
    await expect(again).rejects.toThrow(/would not lead to the release: is that directory a symlink/)

    using far = createSite(box, { public_dir: join(site.base, "doc root's", '-link') })
    const [other] = await lockedSession(far)
    await using __ = other
    const same = await far.upload('a', { f: 'y' })
    await other.place(placement('a', same, '{}'))
    const link = far.at('releases/a')
    await expect(other.publish({ ...publication, link, release: 'a' })).rejects.toThrow(/would not lead/)
    mkdirSync(far.layout.linkDir)
    // What a run left that died in the middle of a switch.
    plant(join(far.layout.linkDir, '.releases-stage.-link'), { '-link': ['x'] })
    await other.publish({ ...publication, link, release: 'a' })
    expect(readFileSync(join(far.layout.linkDir, '-link/f'), 'utf8')).toBe('y')
    expect(readdirSync(far.layout.linkDir)).toEqual(['-link'])
  })

  test('is pruned through the trash, and never the one that is served', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    for (const release of ['a', 'b', 'c', 'a.json']) await site.deploy(session, release, odd)
    const precious = join(site.base, 'precious')
    plant(precious, { x: '' })
    plant(site.root, {
      'releases/linked': [precious],
      'releases/not plain/x': '',
      '.releases/incoming/cut/x': '',
      '.releases/trash/dead/x': '',
      '.releases/trash/link': [precious],
      '.releases/stage.dead/current': ['x'],
      '.releases/records/never.json': '{}',
      '.releases/index/never': '',
      '.releases/manifest.json.dead~': 'half',
      '.releases/records/x.json.dead~': 'half',
    })
    symlinkSync(precious, site.at('releases/a/out'))
    const asked = ['a', 'a.json', 'linked', 'gone', '../../precious', '', '-rf', 'not plain', '.', '..']
    const { removed, kept, left } = await session.finish('[]', '{"pruned":1}', asked)
    expect(removed).toEqual(['a'])
    expect(kept).toEqual(['a.json', 'linked', '../../precious', '', '-rf', 'not plain', '.', '..'])
    expect(left).toBe(0)
    expect(readdirSync(site.at('releases')).sort()).toEqual(['a.json', 'b', 'c', 'linked', 'not plain'])
    expect(readdirSync(precious)).toEqual(['x'])
    expect(site.link()).toBe('releases/a.json')
    for (const room of ['records', 'index'])
      expect(readdirSync(site.at('.releases', room)), room).toHaveLength(3)
    expect(readdirSync(site.at('.releases')).sort()).toEqual([
      'content',
      'incoming',
      'index',
      'lock',
      'previous',
      'records',
      'trash',
    ])
    expect(readdirSync(site.at('.releases/trash'))).toEqual([])
    expect(readdirSync(site.at('.releases/incoming'))).toEqual([])
    // Also when the link leads into the release only, or by another way.
    for (const text of ['releases/b/empty', `${site.root}/releases/../releases/b`]) {
      unlinkSync(site.at('current'))
      symlinkSync(text, site.at('current'))
      expect(await session.finish('', '', ['b'])).toMatchObject({ removed: [], kept: ['b'] })
    }
  })

  test('is not pruned while a link of another name serves it, or a file of it', async () => {
    using site = createSite(box, { public_dir: 'web/current' })
    const [session] = await lockedSession(site)
    await using _ = session
    for (const release of ['a', 'b', 'c', 'd']) {
      const proof = await site.upload(release, { 'index.html': release })
      await session.place(placement(release, proof, '{}'))
    }
    await session.publish({ ...publication, link: '../releases/d', release: 'd' })
    symlinkSync('releases/a', site.at('preview'))
    symlinkSync('../releases/b/index.html', site.at('web/page'))
    symlinkSync('nowhere', site.at('odd'))
    const { served, current } = await session.open(opening('lock'))
    expect([served, current]).toEqual([['a', 'b'], 'd'])
    const { removed, kept } = await session.finish('', '', ['a', 'b', 'c', 'd'])
    expect([removed, kept]).toEqual([['c'], ['a', 'b', 'd']])
    expect(readdirSync(site.at('releases')).sort()).toEqual(['a', 'b', 'd'])
  })

  test.runIf(process.getuid?.() === 0)(
    'is the group’s, but for files that another release shares',
    async () => {
      using site = createSite(box)
      chownSync(site.root, 0, 1)
      chmodSync(site.root, 0o2775)
      const [session] = await lockedSession(site)
      await using _ = session
      plant(site.root, { 'releases/live/shared': 'shared' })
      chownSync(site.at('releases/live/shared'), 0, 8)
      const proof = await site.upload('a', { own: 'own', shared: 'shared' })
      unlinkSync(site.at('.releases/incoming/a/shared'))
      linkSync(site.at('releases/live/shared'), site.at('.releases/incoming/a/shared'))
      chownSync(site.at('.releases/incoming/a/own'), 0, 9)
      await session.place(placement('a', proof, '{}'))
      expect(lstatSync(site.at('releases/a/own')).gid).toBe(1)
      expect(lstatSync(site.at('releases/live/shared')).gid).toBe(8)
    },
  )

  test('is placed and pruned with directories that nobody may write into', async () => {
    using site = createSite(box, { plainUser: true })
    const [session] = await lockedSession(site)
    await using _ = session
    const proof = await site.upload('a', { 'd/e/f': 'x', g: 'y' })
    const dirs = ['d/e', 'd', ''].map((name) => site.at('.releases/incoming/a', name))
    if (process.getuid?.() === 0) {
      for (const file of ['d/e/f', 'g']) chownSync(site.at('.releases/incoming/a', file), NOBODY, NOBODY)
      for (const dir of dirs) chownSync(dir, NOBODY, NOBODY)
    }
    for (const dir of dirs) chmodSync(dir, 0o555)
    await session.place(placement('a', proof, '{}'))
    chmodSync(site.at('releases/a/d/e'), 0)
    chmodSync(site.at('releases/a'), 0o555)
    expect(await session.finish('', '', ['a'])).toMatchObject({ removed: ['a'], left: 0 })
    expect(everything(site.at('.releases/trash'))).toEqual([])
  })

  test('is compared with what it was', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'a', { ...odd, 'spa ce/f': 'x', g: 'y', h: 'z' })
    const file = (name: string) => site.at('releases/a', name)
    expect(await session.verify('a')).toMatchObject({ release: 'a', known: true, missing: 0, changed: 0 })
    plant(site.at('releases/a'), { extra: 'does not count' })
    appendFileSync(file('g'), '!')
    utimesSync(file('h'), 1e9, 1e9)
    utimesSync(file('new\nline'), 1e9, 1e9)
    lutimesSync(file('dangling\nlink'), 1e9, 1e9)
    unlinkSync(file('spa ce/f'))
    unlinkSync(file('quote\'s "and" `that` $(x)'))
    const seen = await session.verify('a')
    expect(seen).toMatchObject({ known: true, missing: 2, changed: 4 })
    expect([...(seen?.missingPaths ?? [])].sort()).toEqual(['quote\'s "and" `that` $(x)', 'spa ce/f'])
    expect([...(seen?.changedPaths ?? [])].sort()).toEqual(['dangling', 'g', 'h', 'new'])
    unlinkSync(file('two\nlines\n'))
    expect((await session.verify('a'))?.missing).toBeGreaterThanOrEqual(3)
    plant(site.root, { 'releases/foreign/x': '', 'releases/linked': ['a'] })
    expect(await session.verify('foreign')).toMatchObject({ known: false })
    expect(await session.verify('linked')).toBe(null)
    expect(await session.verify('gone')).toBe(null)
    expect(await session.verify('../releases/a')).toBe(null)
    expect((await session.open(opening('lock', { verify: '@previous' }))).verified).toBe(null)
    await session.publish({ ...publication, link: 'releases/foreign', release: 'foreign', previous: 'a' })
    expect((await session.open(opening('lock', { verify: '@previous' }))).verified).toMatchObject({
      release: 'a',
      known: true,
    })
  })

  test('is what commands have made of it, once that is said', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const { 'new\nline': _1, 'two\nlines\n': _2, 'dangling\nlink': _3, ...plain } = odd
    await site.deploy(session, 'a', { ...plain, 'spa ce/f': 'x', g: 'y', h: 'z', 'gone/i': '' })
    const file = (name: string) => site.at('releases/a', name)
    plant(site.at('releases/a'), { cache: 'of a command', 'gone/cache': '' })
    appendFileSync(file('g'), '!')
    for (const name of ['spa ce/f', 'quote\'s "and" `that` $(x)', 'gone/i']) unlinkSync(file(name))
    expect(await session.verify('a')).toMatchObject({ missing: 3, changed: 1 })
    expect(await session.renew('a')).toBe(true)
    expect(await session.verify('a')).toMatchObject({ known: true, missing: 0, changed: 0 })
    expect(readdirSync(site.at('.releases/index'))).toEqual(['a'])
    // What they made beside it may go again.
    unlinkSync(file('cache'))
    expect(await session.renew('a')).toBe(false)
    expect(await session.verify('a')).toMatchObject({ known: true, missing: 0, changed: 0 })
    unlinkSync(file('h'))
    expect(await session.verify('a')).toMatchObject({ missing: 1, missingPaths: ['h'] })
    await expect(session.renew('../a')).rejects.toThrow('the release is not there as a plain directory')
    await expect(session.renew('gone')).rejects.toThrow('the release is not there as a plain directory')
  })

  test('with a newline in a name is compared with its upload, whatever commands made of it', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'a', { 'two\nlines': 'x', g: 'y' })
    unlinkSync(site.at('releases/a/g'))
    expect(await session.renew('a')).toBe(false)
    expect(await session.verify('a')).toMatchObject({ missing: 1, changed: 0 })
    expect(readdirSync(site.at('.releases/index'))).toEqual(['a'])
  })

  test('is switched to without its hint, and its index is written through nothing', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    plant(site.root, {
      precious: 'mine',
      '.releases/index/a': ['../../precious'],
      '.releases/previous/in-the-way': '',
    })
    await site.deploy(session, 'a')
    expect(site.link()).toBe('releases/a')
    expect(readFileSync(site.at('precious'), 'utf8')).toBe('mine')
    expect(await session.verify('a')).toMatchObject({ known: true, missing: 0, changed: 0 })
  })

  test('is not taken for whole when nothing could be compared, and half a complaint hides no answer', async () => {
    const tools = mkdtempSync(join(tmpdir(), 'tools-'))
    const complaint = "printf 'sort: ' >&2; sleep 0.5; echo 'cannot make a file in /tmp' >&2; exit 2"
    const trip = `[ ! -e '${tools}/trip' ] || case " $* " in *" -r "*) ${complaint} ;; esac`
    plant(tools, {
      sort: `#!/bin/sh\n${trip}\nexec '${find('sort')}' "$@"\n`,
    })
    chmodSync(join(tools, 'sort'), 0o755)
    using site = createSite(box, { path: `${tools}:${box.path}` })
    const [first] = await lockedSession(site)
    for (const release of ['a', 'b']) await site.deploy(first, release)
    await first[Symbol.asyncDispose]()
    plant(tools, { trip: '' })
    await using session = await site.session()
    const state = await session.open(opening('lock', { verify: 'a' }))
    expect(state).toMatchObject({ current: 'b', link: 'releases/b', verified: null, disk: ['a', 'b'] })
    // Of all the answers, this one usually comes in the middle of the complaint.
    expect(state.rsync).toContain('version')
    await expect(session.verify('a')).rejects.toThrow(
      /could not be compared with what it was \(sort: cannot make a file in \/tmp\b/,
    )
    rmSync(tools, { recursive: true })
  })

  test('is known from records and log when all else is lost', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    expect(await session.records()).toEqual({ records: new Map(), log: [] })
    for (const release of ['a', 'b']) await site.deploy(session, release)
    await session.settle('', '{"to":"é \\\\n %s"}')
    await session.settle('', '')
    plant(site.root, { '.releases/records/-x.json': '{}', '.releases/records/odd.json/': '' })
    const { records, log } = await session.records()
    expect([...records]).toEqual([
      ['a', '{"release":"a"}'],
      ['b', '{"release":"b"}'],
    ])
    expect(log).toEqual(['{"to":"é \\\\n %s"}'])
  })

  test('a line of the log that was cut short takes no other with it', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await session.settle('', '{"to":"a"}')
    writeFileSync(site.at('releases.log'), '{"to":"b', { flag: 'a' })
    await session.settle('', '{"to":"c"}')
    await session.settle('', '{"to":"d"}')
    expect((await session.records()).log).toEqual(['{"to":"a"}', '{"to":"b', '{"to":"c"}', '{"to":"d"}'])
  })

  test('log and manifest that cannot be written are told, and harm nothing', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    mkdirSync(site.at('releases.log'))
    await session.settle('[1]', '{}')
    await session.settle('[2]', '')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[2]\n')
    expect(lstatSync(site.at('manifest.json')).mode & 0o777).toBe(0o644)
    rmSync(site.at('.releases/manifest.json.previous'))
    mkdirSync(site.at('.releases/manifest.json.previous/manifest.json'), { recursive: true })
    await session.settle('[3]', '')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[3]\n')
    // Who opens one to write waits for a reader.
    rmSync(site.at('releases.log'), { recursive: true })
    execFileSync('mkfifo', [site.at('releases.log')])
    await session.settle('[4]', '{}')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[4]\n')
  })

  test('writes through no link that lies where a hint is kept, and waits for nobody there', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const own = join(site.base, 'own')
    writeFileSync(own, 'precious')
    symlinkSync(own, site.at('.releases/previous'))
    await site.deploy(session, 'a')
    expect(readFileSync(own, 'utf8')).toBe('precious')
    rmSync(site.at('.releases/previous'))
    execFileSync('mkfifo', [site.at('.releases/previous')])
    await site.deploy(session, 'b')
    expect(site.link()).toBe('releases/b')
    symlinkSync(own, site.at('.releases/uploading.c'))
    const { code, said } = await ask(site, call('upload', site.root, 'c', '', '', 'true'), Buffer.from(''))
    expect({ code, said }).toEqual({ code: 74, said: expect.stringContaining('is in the way') })
    expect(readFileSync(own, 'utf8')).toBe('precious')
  })
})
