// What a release gets beside its artifact: a revision, links into shared/; and what is done with one and the manifest afterwards.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SharedLink } from '../../src/host/questions.ts'
import { onEveryBox } from './box.ts'
import { createSite, everything, lockedSession, NOBODY, opening, placement, plant } from './site.ts'

const odd = 'con fig/it\'s -x"\n$(id) é'

onEveryBox('a release on its host', (box) => {
  test('gets its revision and its links into shared/', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const tree = { f: 'x', 'log/old': 'y', [`${odd}/z`]: 'z', REVISION: 'an old one' }
    const proof = await site.upload('a', tree)
    // A hard link, as rsync makes them: the release before must not change with this one.
    linkSync(site.at('.releases/incoming/a/REVISION'), site.at('before'))
    const links: SharedLink[] = [
      { kind: 'dir', path: 'log', text: '../../shared/log' },
      { kind: 'dir', path: 'tmp/deep/pids', text: '../../../../shared/tmp/deep/pids' },
      { kind: 'file', path: '.env', text: '../../shared/.env' },
      { kind: 'dir', path: odd, text: `../../../shared/${odd}` },
    ]
    const { shadowed } = await session.place({
      ...placement('a', proof, '{}'),
      revisionFile: 'REVISION',
      revision: '0123\n%s \\n é',
      links,
    })
    expect(shadowed).toEqual(['REVISION', 'log', odd])
    expect(readFileSync(site.at('releases/a/REVISION'), 'utf8')).toBe('0123\n%s \\n é\n')
    expect(readFileSync(site.at('before'), 'utf8')).toBe('an old one')
    for (const { path, text } of links) expect(readlinkSync(site.at('releases/a', path))).toBe(text)
    expect(everything(site.at('shared'))).toEqual(
      ['con fig', odd, 'log', 'tmp', 'tmp/deep', 'tmp/deep/pids'].sort(),
    )
    expect(await session.verify('a')).toMatchObject({ known: true, missing: 0, changed: 0 })
    const asked = ['dir:log', 'file:.env', 'dir:gone/gone', `dir:${odd}`]
    expect(await session.open(opening('lock', { shared: asked }))).toBeDefined()
  })

  test('does not lose a directory of the artifact to a revision', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const proof = await site.upload('a', { 'css/main.css': 'x' })
    const placing = session.place({ ...placement('a', proof, '{}'), revisionFile: 'css', revision: 'r' })
    await expect(placing).rejects.toThrow('css is a directory, where a file is to be written')
    expect(existsSync(site.at('releases/a'))).toBe(false)
  })

  test('gives them the permissions that were asked for, also where those let nobody write', async () => {
    using site = createSite(box, { plainUser: true })
    const [session] = await lockedSession(site)
    await using _ = session
    const proof = await site.upload('a', { 'd/f': 'x', 'd/log': 'y' })
    const here = site.at('.releases/incoming/a')
    for (const path of ['d/f', 'd/log', 'd', '.']) {
      if (process.getuid?.() === 0) chownSync(join(here, path), NOBODY, NOBODY)
      if (path === 'd' || path === '.') chmodSync(join(here, path), 0o555)
    }
    const to = (path: string): SharedLink => ({ kind: 'dir', path, text: `x/${path}` })
    await session.place({
      ...placement('a', proof, '{}'),
      revisionFile: 'etc/made/REVISION',
      revision: 'r',
      fileMode: '0640',
      dirMode: '0551',
      links: [to('d/log'), to('d/new/deep/pids'), to('top')],
    })
    const modeOf = (path: string) => (lstatSync(site.at('releases/a', path)).mode & 0o7777).toString(8)
    expect(modeOf('etc/made/REVISION')).toBe('640')
    expect(modeOf('d/new/deep')).toBe('751')
    expect(modeOf('etc/made')).toBe('751')
    for (const path of ['d/log', 'd/new/deep/pids', 'top'])
      expect(readlinkSync(site.at('releases/a', path))).toBe(`x/${path}`)
    expect((lstatSync(site.at('shared/d/new')).mode & 0o777).toString(8)).toBe('755')
    expect(await session.verify('a')).toMatchObject({ known: true, missing: 0, changed: 0 })
  })

  test('cannot have what its user may not make in shared/, and that is told at once', async () => {
    using site = createSite(box, { plainUser: true })
    const [session] = await lockedSession(site)
    await using _ = session
    const asked = (...shared: string[]) => session.open(opening('lock', { shared }))
    expect((await asked('dir:log', 'dir:a/b')).unwritable).toEqual([])
    mkdirSync(site.at('shared', odd), { recursive: true })
    chmodSync(site.at('shared'), 0o555)
    chmodSync(site.at('shared', odd), 0o555)
    const { unwritable, unfit } = await asked('dir:log', `dir:${odd}/a/b`, `dir:${odd}`)
    expect(unwritable).toEqual([site.at('shared'), site.at('shared', odd)])
    expect(unfit).toEqual([])
    rmSync(site.at('shared'), { recursive: true })
    plant(site.root, { 'shared/file': 'text', 'shared/link': ['nowhere'] })
    expect((await asked('dir:file/a/b', 'dir:link')).unfit).toEqual(['shared/file', 'shared/link'])
  })

  test('gets no link that would lead out of it', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const other = join(site.base, 'other')
    plant(other, { 'sub/precious': 'x' })
    const before = everything(other)
    const place = async (path: string, revisionFile = '') => {
      rmSync(site.at('.releases/incoming/a'), { recursive: true, force: true })
      const proof = await site.upload('a', { out: [other], f: 'x' })
      const links: SharedLink[] = path ? [{ kind: 'dir', path, text: '../x' }] : []
      return session.place({ ...placement('a', proof, '{}'), revisionFile, revision: 'r', links })
    }
    for (const path of ['out/sub', 'out/new/deep', '../../../../other/sub', 'f/../../b', '/etc/x'])
      await expect(place(path), path).rejects.toThrow(/goes through the symlink|outside of the release/)
    await expect(place('', 'out/REVISION')).rejects.toThrow(/goes through the symlink/)
    expect(everything(other)).toEqual(before)
    expect(existsSync(site.at('releases'))).toBe(false)
    // A link that is replaced is itself taken away, never what it leads to.
    expect((await place('out')).shadowed).toEqual(['out'])
    expect(everything(other)).toEqual(before)
  })

  test('is archived whole, or not at all', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'a', { 'd/f': 'x', 'a b\nc': 'y', l: ['d/f'] })
    await session.archive('a')
    const file = site.at('rolled-back-release-a.tar.gz')
    expect(lstatSync(file).mode & 0o777).toBe(0o600)
    mkdirSync(join(site.base, 'out'))
    execFileSync('tar', ['-xzf', file, '-C', join(site.base, 'out')])
    expect(everything(join(site.base, 'out'))).toEqual(['a', 'a/a b\nc', 'a/d', 'a/d/f', 'a/l'])
    mkdirSync(site.at('rolled-back-release-b.tar.gz'))
    await site.deploy(session, 'b', { f: 'x' })
    await expect(session.archive('b')).rejects.toThrow(/is a directory, where a file is to be written/)
    expect(readdirSync(site.at('rolled-back-release-b.tar.gz'))).toEqual([])
    for (const name of ['gone', '../a', '-x'])
      await expect(session.archive(name)).rejects.toThrow(/not there/)
    expect(readdirSync(site.root).filter((name) => name.includes('~'))).toEqual([])
  })

  test('is listed in a manifest that can be rebuilt, with the broken one kept', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const broken = site.at('manifest.json.broken')
    writeFileSync(site.at('manifest.json'), '{half')
    await session.restore('[1]', 'manifest.json.broken')
    expect(readFileSync(broken, 'utf8')).toBe('{half')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[1]\n')
    // One that is only added to is kept as ever.
    await session.restore('[1]', '')
    expect(readFileSync(site.at('.releases/manifest.json.previous'), 'utf8')).toBe('[1]\n')
    await expect(session.restore('[2]', 'manifest.json.broken')).rejects.toThrow()
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[1]\n')
    for (const put of [
      () => mkdirSync(site.at('manifest.json')),
      () => symlinkSync('gone', site.at('manifest.json')),
    ]) {
      execFileSync('rm', ['-rf', site.at('manifest.json'), broken])
      put()
      await session.restore('[3]', 'manifest.json.broken')
      expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[3]\n')
    }
  })

  test('is on a host that can be probed without a trace', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    plant(site.root, { 'revisions.log': 'Branch main (at 0123) deployed\n\u001b[31m' })
    const before = everything(site.root)
    const { clock, unwritable, hardLinks, place, logs } = await session.probe()
    expect(Math.abs(clock - Date.now() / 1000)).toBeLessThan(60)
    expect({ unwritable, hardLinks, logs }).toEqual({ unwritable: [], hardLinks: true, logs: true })
    if (existsSync('/proc/sys/kernel/random/boot_id') && place !== null)
      expect(place).toMatch(/^[0-9a-f-]{36} \d+:\d+$/)
    expect(everything(site.root)).toEqual(before)
  })

  test('is on a host that tells where it may not write', async () => {
    using site = createSite(box, { plainUser: true })
    const [session] = await lockedSession(site)
    await using _ = session
    for (const path of ['.releases/incoming', '.releases/records']) chmodSync(site.at(path), 0o555)
    expect((await session.probe()).unwritable).toEqual(['.releases/incoming', '.releases/records'])
    expect((await session.probe()).logs).toBe(true)
    writeFileSync(site.at('releases.log'), '')
    chmodSync(site.at('releases.log'), 0o444)
    expect((await session.probe()).logs).toBe(false)
    for (const path of ['.releases/incoming', '.releases/records']) chmodSync(site.at(path), 0o755)
  })
})
