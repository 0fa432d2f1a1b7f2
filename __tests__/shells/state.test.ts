// What a session tells of a remote_dir when it opens, whatever lies there, and what it refuses to work in.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { startSession } from '../../src/host/session.ts'
import { WORDS } from '../../src/transfer/compression.ts'
import { onEveryBox } from './box.ts'
import {
  createSite,
  everything,
  lockedSession,
  NOBODY,
  opening,
  placement,
  plant,
  type Tree,
} from './site.ts'

/** What rsync says of itself: every box has the system's. */
const ABOUT = execFileSync('rsync', ['--version'], { encoding: 'utf8' })

onEveryBox('opening', (box) => {
  test('looks at an absent remote_dir, locks none, and creates one', async () => {
    using site = createSite(box, { absent: true, root: 'deep/er/site' })
    await using first = await site.session()
    expect(await first.open(opening('look'))).toMatchObject({ absent: true, locked: false, missingTools: [] })
    expect(await first.open(opening('lock'))).toMatchObject({ absent: true, locked: false })
    expect(everything(site.base)).toEqual([])
    const state = await first.open(opening('create'))
    expect(state).toMatchObject({
      absent: false,
      locked: true,
      link: null,
      current: null,
      manifest: 'absent',
      disk: [],
      odd: 0,
      held: null,
      takenOver: null,
    })
    expect(state.rsync).toMatch(/^rsync +version \d/)
    expect(state.knows?.filter((word) => word !== 'tar' && word !== 'unzstd')).toEqual(
      WORDS.filter((word) => ABOUT.includes(` ${word} `)),
    )
    expect(state.space).toBeGreaterThan(0)
    expect(readdirSync(site.at('.releases')).sort()).toEqual([
      'content',
      'incoming',
      'index',
      'lock',
      'records',
      'trash',
    ])
    expect(statSync(site.at('.releases')).mode & 0o777).toBe(0o700)
    expect(await first.open(opening('lock'))).toMatchObject({ locked: false, disk: [] })
  })

  test('refuses to begin where everybody may write, and says where', async () => {
    using site = createSite(box)
    for (const [dir, mode, exposed] of [
      [site.root, 0o777, true],
      [site.root, 0o1777, true],
      [site.base, 0o777, true],
      [site.base, 0o1777, false],
      [site.base, 0o775, false],
    ] as const) {
      chmodSync(dir, mode)
      {
        await using session = await site.session()
        const state = await session.open(opening('create'))
        expect(state.exposed, mode.toString(8)).toEqual(exposed ? [dir] : [])
        expect(state.locked).toBe(!exposed)
        expect(existsSync(site.at('.releases'))).toBe(!exposed)
      }
      chmodSync(dir, 0o755)
      rmSync(site.at('.releases'), { recursive: true, force: true })
    }
    using absent = createSite(box, { absent: true })
    chmodSync(absent.base, 0o777)
    await using session = await absent.session()
    expect((await session.open(opening('create'))).exposed).toEqual([absent.base])
    expect(existsSync(absent.root)).toBe(false)
  })

  test('refuses as well where a link leads through such a place, or the public one lies there', async () => {
    using site = createSite(box, { root: 'open/site' })
    const { base, layout, wire } = site
    mkdirSync(join(base, 'web'))
    symlinkSync('open/site', join(base, 'door'))
    const exposed = async (places: Partial<typeof layout>) => {
      const host = { label: box.name, logFile: 'releases.log', become: undefined }
      await using session = startSession(wire, host, { ...layout, ...places }, 'run')
      return (await session.open(opening('look'))).exposed
    }
    expect(await exposed({ root: join(base, 'door') })).toEqual([])
    chmodSync(join(base, 'open'), 0o777)
    expect(await exposed({ root: join(base, 'door') })).toEqual([join(base, 'open')])
    chmodSync(join(base, 'open'), 0o1777)
    expect(await exposed({ root: join(base, 'door') })).toEqual([])
    chmodSync(join(base, 'web'), 0o777)
    expect(await exposed({ linkDir: join(base, 'web') })).toEqual([join(base, 'web')])
  })

  test('is private to its user, or to the group that may write in the root', async () => {
    using site = createSite(box)
    const group = process.getuid?.() === 0 ? NOBODY : (process.getgid?.() ?? 0)
    chownSync(site.root, process.getuid?.() ?? 0, group)
    const modeOf = (...names: string[]) => statSync(site.at(...names)).mode & 0o7777
    const open = async () => {
      const [session] = await lockedSession(site)
      return session
    }
    {
      await using _ = await open()
      expect(modeOf('.releases')).toBe(0o700)
    }
    chmodSync(site.at('.releases'), 0o755)
    {
      await using _ = await open()
      expect(modeOf('.releases'), 'shut again').toBe(0o700)
    }
    chmodSync(site.root, 0o775)
    {
      await using session = await open()
      await site.deploy(session, 'a')
      await session.settle('[1]', 'event')
      for (const room of ['', 'incoming', 'records', 'index', 'trash']) {
        expect(modeOf('.releases', room).toString(8), room).toBe('2770')
        expect(statSync(site.at('.releases', room)).gid).toBe(group)
      }
      for (const file of ['manifest.json', 'releases.log', '.releases/lock', '.releases/records/a.json']) {
        expect(modeOf(file).toString(8), file).toBe('664')
      }
      expect(modeOf('releases').toString(8)).toBe('2775')
      for (const name of ['releases', 'releases/a', 'releases/a/index.html']) {
        expect(statSync(site.at(name)).gid, name).toBe(group)
      }
    }
  })

  test('changes nothing when it looks', async () => {
    using site = createSite(box)
    plant(site.root, { 'releases/a/f': 'x', current: ['releases/a'], 'manifest.json': '[]' })
    const before = everything(site.root)
    await using session = await site.session()
    expect(await session.open(opening('look'))).toMatchObject({
      current: 'a',
      disk: ['a'],
      manifest: 'present',
    })
    expect(everything(site.root)).toEqual(before)
  })

  test('works in a root that no shell text could be made of by luck', async () => {
    const name = `it's -a "root" $(touch pwned) \`touch pwned\` é漢 * ? \\n ;&| #!~`
    using site = createSite(box, { root: name })
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'a')
    expect(site.link()).toBe('releases/a')
    expect(everything(site.base).filter((file) => basename(file) === 'pwned')).toEqual([])
  })

  test('counts what is odd in releases/ and takes only what is plain', async () => {
    using site = createSite(box)
    plant(site.root, {
      'releases/20261121184358/x': '',
      'releases/v1.2_3-x/x': '',
      'releases/new\nline/x': '',
      'releases/spa ce/x': '',
      'releases/-rf/x': '',
      'releases/.hidden/x': '',
      'releases/..twice/x': '',
      'releases/héé/x': '',
      'releases/esc\u001b[31m/x': '',
      'releases/star*/x': '',
      'releases/file': '',
      'releases/linked': ['/etc'],
      'releases/dangling': ['nowhere'],
      '.releases/incoming/cut/x': '',
      '.releases/records/20261121184358.json': '{}',
      '.releases/records/-x.json': '{}',
      '.releases/trash/run-1/x': '',
      '.releases/trash/b\nad/x': '',
      '.releases/stage.run-1/current': ['x'],
    })
    mkdirSync(Buffer.concat([Buffer.from(site.at('releases/')), Buffer.from([0x78, 0xff, 0xfe])]))
    await using session = await site.session()
    const state = await session.open(opening('look'))
    expect([...state.disk].sort()).toEqual(['20261121184358', 'v1.2_3-x'])
    expect(state).toMatchObject({
      // yash passes over names that are no characters.
      odd: box.name === 'yash' ? 11 : 12,
      incoming: ['cut'],
      records: ['20261121184358'],
      leftovers: ['trash/run-1', 'stage.run-1'],
    })
  })

  test('sees where the public link leads', async () => {
    using site = createSite(box)
    plant(site.root, { 'releases/a/public/x': '', 'elsewhere/b/x': '' })
    await using session = await site.session()
    const look = async (text: string) => {
      rmSync(site.at('current'), { force: true })
      symlinkSync(text, site.at('current'))
      const { link, current, dangling, obstacle } = await session.open(opening('look'))
      expect(link).toBe(text)
      return { current, dangling, obstacle }
    }
    const fine = { dangling: false, obstacle: null }
    expect(await look('releases/a')).toEqual({ current: 'a', ...fine })
    expect(await look('./releases/../releases/a/')).toEqual({ current: 'a', ...fine })
    expect(await look('releases/a/public')).toEqual({ current: 'a', ...fine })
    expect(await look(site.at('releases/a'))).toEqual({ current: 'a', ...fine })
    expect(await look('releases/a/public/x')).toEqual({ current: 'a', ...fine })
    expect(await look(site.at('releases/a/public/x'))).toEqual({ current: 'a', ...fine })
    expect(await look('elsewhere/b/x')).toEqual({ current: null, ...fine })
    expect(await look('elsewhere/b')).toEqual({ current: null, ...fine })
    expect(await look('/')).toEqual({ current: null, ...fine })
    expect(await look("releases/gone'\n\u001b[31m é")).toEqual({
      current: null,
      dangling: true,
      obstacle: null,
    })
    expect(await look('current')).toEqual({ current: null, dangling: true, obstacle: null })
    mkdirSync(site.at('releases/a\n'))
    rmSync(site.at('current'))
    symlinkSync('releases/a\n', site.at('current'))
    expect(await session.open(opening('look'))).toMatchObject({ current: null, dangling: false })
    rmSync(site.at('current'))
    writeFileSync(site.at('current'), 'precious')
    expect(await session.open(opening('create'))).toMatchObject({ obstacle: 'file', locked: false })
    rmSync(site.at('current'))
    mkdirSync(site.at('current'))
    expect(await session.open(opening('create'))).toMatchObject({ obstacle: 'directory', locked: false })
    expect(everything(site.at('.releases'))).toEqual([])
  })

  test('tells who only glances the same', async () => {
    const trees: readonly Tree[] = [
      {},
      { 'releases/a/x': '', current: ['releases/a'], 'manifest.json': '[{"release":"a"}]' },
      { 'releases/a/x': '', 'releases/b/x': '', current: ['./releases/b/'], other: ['releases/a'] },
      { 'releases/a/x': '', 'shared/env': '', current: ['gone'], '.releases/records/a.json': '{}' },
      { 'real/a/x': '', releases: ['real'], current: ['releases/a'], 'manifest.json': '{' },
      {
        'releases/a/REVISION': 'f00',
        'revisions.log': 'Branch main (at f00) deployed as release a by ann\n',
      },
      { 'releases/l': ['a'], 'releases/a/x': '', current: ['releases/l'] },
      { current: 'a file' },
    ]
    const odd = { root: "it's ! $x é" }
    for (const [at, tree] of trees.entries()) {
      for (const options of [{}, { public_dir: 'web/live', ...odd }]) {
        using site = createSite(box, options)
        plant(site.root, tree)
        await using glancing = await site.session()
        const glanced = await glancing.open(opening('look', { shared: ['file:env', 'dir:uploads'] }))
        await using session = await site.session()
        const looking = opening('look', { shared: ['file:env', 'dir:uploads'], uploads: true })
        const { rsync, knows, space, inodes, ...seen } = await session.open(looking)
        expect(rsync.startsWith('rsync '), `tree ${at}`).toBe(seen.obstacle === null)
        expect(glanced, `tree ${at}`).toEqual({ ...seen, rsync: '', knows: [], space: null, inodes: null })
        expect(await glancing.records(), `tree ${at}`).toEqual(await session.records())
      }
    }
  })

  test('tells of a releases/ that is a symlink', async () => {
    using site = createSite(box)
    plant(site.root, { 'real/a/x': '', releases: ['real'] })
    await using session = await site.session()
    expect(await session.open(opening('look'))).toMatchObject({ symlinked: true })
    expect(await session.open(opening('create'))).toMatchObject({ symlinked: true })
    writeFileSync(site.at('.releases/index/x'), '')
    mkdirSync(site.at('.releases/incoming/b'))
    await expect(session.place(placement('b', 'proof', '{}'))).rejects.toThrow(/releases is a symlink/)
    expect(await session.finish('', '', ['a'])).toMatchObject({ removed: [], kept: ['a'] })
    expect(everything(site.at('real'))).toEqual(['a', 'a/x'])
  })

  test('does not work behind a symlink where its own things belong', async () => {
    const names = [
      '.releases',
      '.releases/trash',
      '.releases/records',
      '.releases/incoming',
      '.releases/index',
    ]
    for (const name of [...names, '.releases/lock']) {
      using site = createSite(box)
      const other = mkdtempSync(join(tmpdir(), 'other-'))
      plant(other, { 'docs/precious': 'x', precious: 'x' })
      const before = everything(other)
      if (name !== '.releases') mkdirSync(site.at('.releases'))
      symlinkSync(name.endsWith('lock') ? join(other, 'precious') : other, site.at(name))
      await using session = await site.session()
      await expect(session.open(opening('create'))).rejects.toThrow(`${name} is a symlink`)
      await expect(session.finish('', '', ['docs'])).rejects.toThrow('the lock is not held')
      expect(everything(other)).toEqual(before)
      rmSync(other, { recursive: true })
    }
  })

  test('survives a lock file that cannot be one', async () => {
    using site = createSite(box)
    mkdirSync(site.at('.releases/lock'), { recursive: true })
    await using session = await site.session()
    await expect(session.open(opening('create'))).rejects.toThrow(/failed in "open".*lock/)
    expect(await session.open(opening('look'))).toMatchObject({ locked: false })
    await expect(session.settle('[]', '')).rejects.toThrow('the lock is not held')
    rmSync(site.at('.releases/lock'), { recursive: true })
    expect(await session.open(opening('create'))).toMatchObject({ locked: true })
  })

  test('gives the manifest back as it is, and says when it is none', async () => {
    using site = createSite(box)
    await using session = await site.session()
    const kept = { release: 'a', whoami: 'it\'s "é" 漢 \\n \\ \u2028 <b> %s %b', deep: [{ x: null }] }
    writeFileSync(site.at('manifest.json'), JSON.stringify([kept], null, 2))
    const { entries } = await session.open(opening('look'))
    expect(entries).toMatchObject([kept])
    for (const bad of ['', '{', '[{"release":"a"},', '\0\0\0\n\0', '\u00ff\u00fe', '{}', '[1]']) {
      writeFileSync(site.at('manifest.json'), bad)
      expect(await session.open(opening('look'))).toMatchObject({ manifest: 'damaged', entries: [] })
    }
    rmSync(site.at('manifest.json'))
    mkdirSync(site.at('manifest.json'))
    expect(await session.open(opening('look'))).toMatchObject({ manifest: 'damaged' })
    rmSync(site.at('manifest.json'), { recursive: true })
    symlinkSync('nowhere', site.at('manifest.json'))
    expect(await session.open(opening('look'))).toMatchObject({ manifest: 'damaged' })
  })

  test('lets two first runs make the private room at once', async () => {
    using site = createSite(box, { absent: true })
    const sessions = await Promise.all(Array.from({ length: 4 }, () => site.session()))
    const states = await Promise.all(sessions.map((session) => session.open(opening('create'))))
    expect(states.filter(({ locked }) => locked)).toHaveLength(1)
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()))
  })

  test('keeps working in its root when that is renamed meanwhile', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'a')
    renameSync(site.root, `${site.root}-moved`)
    await session.settle('[]', '')
    expect(readdirSync(`${site.root}-moved`)).toContain('manifest.json')
  })
})
