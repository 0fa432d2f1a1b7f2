// An upload that relies on the hashes a host has kept must end exactly like one that compares every byte.

import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentKey, remainder, renderContent } from '../../src/transfer/content.ts'
import { Disagreement } from '../../src/transfer/trouble.ts'
import { readTree } from '../scenarios/tree.ts'
import { openYard, type Yard } from './yard.ts'

const write = (yard: Yard, files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(yard.build, path)), { recursive: true })
    rmSync(join(yard.build, path), { force: true })
    writeFileSync(join(yard.build, path), text)
  }
}

const site = { 'index.html': 'hello', 'css/app.css': 'a {}', 'js/app.js': 'go()', 'js/more.js': 'more()' }

/** Whether the newest release is what was built, byte for byte, name for name, mode for mode. */
async function expectEqual(yard: Yard): Promise<void> {
  expect(await readTree(yard.release(yard.basis as string))).toEqual(await readTree(yard.build))
}

/** A yard whose first release was proven long after it was written. */
async function aged(files: Readonly<Record<string, string>> = site): Promise<Yard> {
  const yard = await openYard()
  write(yard, files)
  await yard.deploy()
  yard.age()
  return yard
}

describe('an upload by kept hashes', () => {
  test('sends what changed, links the rest, and reads none of it on the host', async () => {
    await using yard = await aged()
    // Nobody would see this who does not read it: it tells that the host was not asked to.
    const at = join(yard.release('r1'), 'css/app.css')
    const { atime, mtime } = statSync(at)
    writeFileSync(at, 'b {}')
    utimesSync(at, atime, mtime)
    write(yard, { 'index.html': 'HELLO' })
    expect(await yard.deploy()).toMatchObject({ filesChanged: 1, hashed: true })
    expect(yard.archives).toBe(1)
    expect(readFileSync(join(yard.release('r2'), 'index.html'), 'utf8')).toBe('HELLO')
    expect(readFileSync(join(yard.release('r2'), 'css/app.css'), 'utf8')).toBe('b {}')
    expect(statSync(join(yard.release('r2'), 'js/app.js')).ino).toBe(
      statSync(join(yard.release('r1'), 'js/app.js')).ino,
    )
  })

  describe.each([
    ['as an archive', true],
    ['by rsync', false],
  ])('that goes %s', (_, tar) => {
    test.each<[string, (build: string) => void]>([
      ['nothing', () => {}],
      [
        'a file of the same size and date',
        (build) => {
          writeFileSync(join(build, 'index.html'), 'HELLO')
          utimesSync(join(build, 'index.html'), 1, 1)
        },
      ],
      ['a mode', (build) => chmodSync(join(build, 'js/app.js'), 0o755)],
      ['the mode of the artifact itself', (build) => chmodSync(build, 0o750)],
      ['the mode of a directory', (build) => chmodSync(join(build, 'js'), 0o700)],
      ['a file that goes', (build) => rmSync(join(build, 'js/app.js'))],
      ['a directory that goes', (build) => rmSync(join(build, 'js'), { recursive: true })],
      ['a name', (build) => renameSync(join(build, 'js/app.js'), join(build, 'js/APP.js'))],
      [
        'a file for a directory',
        (build) => {
          rmSync(join(build, 'js'), { recursive: true })
          writeFileSync(join(build, 'js'), 'file')
        },
      ],
      [
        'a directory for a file',
        (build) => {
          rmSync(join(build, 'index.html'))
          mkdirSync(join(build, 'index.html'))
          writeFileSync(join(build, 'index.html/index.html'), 'hello')
        },
      ],
      [
        'a link for a file',
        (build) => {
          rmSync(join(build, 'index.html'))
          symlinkSync('css/app.css', join(build, 'index.html'))
        },
      ],
      ['an empty directory', (build) => mkdirSync(join(build, 'empty/deep'), { recursive: true })],
      [
        'names that mean something to a shell',
        (build) => {
          for (const name of ['-rf', '#x', ';y', '$(touch z)', "a'b", 'a b', '\\n', '* ?', '.', '..x', '~']) {
            if (name !== '.') writeFileSync(join(build, name), name)
          }
        },
      ],
      ['a name with a newline', (build) => writeFileSync(join(build, 'a\nb'), 'x')],
    ])('sees %s', async (_, change) => {
      await using yard = await aged()
      const before = await readTree(yard.release('r1'), { identity: true })
      change(yard.build)
      await yard.deploy({ tar })
      await expectEqual(yard)
      // Linking counts the links of what is shared, and nothing else.
      const bare = (tree: Record<string, string>) =>
        Object.fromEntries(
          Object.entries(tree).map(([path, text]) => [path, text.replace(/ \d+ (\d+) \d+$/, ' $1')]),
        )
      expect(bare(await readTree(yard.release('r1'), { identity: true }))).toEqual(bare(before))
    })
  })

  test.each<[string, (tarball: Buffer) => Buffer]>([
    ['cut', (tarball) => tarball.subarray(0, tarball.length / 2)],
    ['garbage', () => Buffer.from('garbage')],
    ['garbage, well packed', () => gzipSync('garbage'.repeat(1000))],
  ])('is made by rsync when the archive arrives %s', async (_, damage) => {
    await using yard = await aged()
    write(yard, { 'index.html': 'HELLO', 'new/page.html': 'new' })
    await expect(yard.deploy({ damage })).rejects.toMatchObject({ cause: expect.any(Disagreement) })
    await yard.deploy({ tar: false })
    await expectEqual(yard)
  })

  test.each<[string, (yard: Yard, live: string) => void]>([
    ['was changed', (_, live) => appendFileSync(join(live, 'index.html'), 'more')],
    [
      'was rewritten at the same size',
      (_, live) => {
        writeFileSync(join(live, 'index.html'), 'HELLO')
        utimesSync(join(live, 'index.html'), 4e9, 4e9)
      },
    ],
    ['has other permissions', (_, live) => chmodSync(join(live, 'index.html'), 0o600)],
    ['lacks a file', (_, live) => rmSync(join(live, 'js/app.js'))],
    [
      'holds litter',
      (_, live) => {
        mkdirSync(join(live, 'cache/deep'), { recursive: true })
        writeFileSync(join(live, 'cache/deep/x'), 'litter')
        writeFileSync(join(live, 'odd\nname'), 'litter')
      },
    ],
    [
      'has a directory that leads elsewhere now',
      (yard, live) => {
        renameSync(join(live, 'js'), yard.kept('elsewhere'))
        symlinkSync(yard.kept('elsewhere'), join(live, 'js'))
      },
    ],
    [
      'has a file that is a link now',
      (_, live) => {
        rmSync(join(live, 'index.html'))
        symlinkSync('css/app.css', join(live, 'index.html'))
      },
    ],
    ['has no hashes', (yard) => rmSync(yard.kept('content/r1'))],
    ['has hashes that were cut', (yard) => truncateSync(yard.kept('content/r1'), 60)],
    [
      'has hashes that were cut and packed anew',
      (yard) => {
        const text = gunzipSync(readFileSync(yard.kept('content/r1'))).toString()
        writeFileSync(yard.kept('content/r1'), gzipSync(text.slice(0, -12)))
      },
    ],
    ['has garbage for hashes', (yard) => writeFileSync(yard.kept('content/r1'), 'garbage')],
    [
      'has hashes made with other settings',
      (yard) => {
        const text = gunzipSync(readFileSync(yard.kept('content/r1'))).toString()
        writeFileSync(yard.kept('content/r1'), gzipSync(text.replace('F\n', 'F644\n')))
      },
    ],
    ['has no index', (yard) => rmSync(yard.kept('index/r1'))],
    ['has an index of garbage', (yard) => writeFileSync(yard.kept('index/r1'), 'garbage\n')],
  ])('is right where the release before %s', async (_, damage) => {
    await using yard = await aged()
    damage(yard, yard.release('r1'))
    await yard.deploy()
    await expectEqual(yard)
    if (existsSync(yard.kept('elsewhere'))) expect(readdirSync(yard.kept('elsewhere')).length).toBe(2)
  })

  test.each([
    ['whole where that is little', 3, 3_000_000],
    ['piece by piece where it is much', 8, 500_000],
  ])('sends what is no archive %s', async (_, count, most) => {
    const large = (at: number, version: string) => `${version}${String(at).repeat(1_000_000)}`
    const files = Object.fromEntries(Array.from({ length: count }, (__, at) => [`d/${at}`, large(at, 'a')]))
    await using yard = await aged({ ...files, same: 'same' })
    write(yard, Object.fromEntries(Object.keys(files).map((path, at) => [path, large(at, 'b')])))
    const before = yard.release(yard.basis as string)
    // No compression: the bytes are those of the files, or of what changed in them.
    const { bytes, filesChanged } = await yard.deploy()
    expect(filesChanged).toBe(count)
    if (count === 3) expect(bytes).toBeGreaterThan(most)
    else expect(bytes).toBeLessThan(most)
    await expectEqual(yard)
    const inode = (release: string, path: string) => statSync(join(release, path)).ino
    expect(inode(yard.release(yard.basis as string), 'same')).toBe(inode(before, 'same'))
    expect(yard.archives).toBe(0)
  })

  test('does not trust a file that may have been written again in the second of its proof', async () => {
    await using yard = await openYard()
    write(yard, site)
    await yard.deploy()
    const at = join(yard.release('r1'), 'index.html')
    const index = yard.kept('index/r1')
    const { atime, mtime } = statSync(at)
    // Whether or not the clock ticked between the two.
    utimesSync(index, mtime, mtime)
    writeFileSync(at, 'HELLO')
    utimesSync(at, atime, mtime)
    expect(await yard.deploy()).toMatchObject({ filesChanged: 1 })
    await expectEqual(yard)
  })

  test('reads a file of the second of its proof, and shares it when it is the same', async () => {
    await using yard = await openYard()
    write(yard, site)
    await yard.deploy()
    const { atime, mtime } = statSync(join(yard.release('r1'), 'js/app.js'))
    utimesSync(yard.kept('index/r1'), atime, mtime)
    expect(await yard.deploy()).toMatchObject({ filesChanged: 0 })
    await expectEqual(yard)
    const inode = (release: string) => statSync(join(yard.release(release), 'js/app.js')).ino
    expect(inode('r2')).toBe(inode('r1'))
  })

  test.each([
    ['permissions that the settings ask for', { filePermissions: '640', dirPermissions: '750' }],
    ['no excludes', { exclude: ['*.js'] }],
    ['flags of the user’s own', { flags: ['--max-size=4'] }],
  ])('heeds %s, given only the second time', async (_, more) => {
    await using yard = await aged()
    await yard.deploy(more)
    await using other = await openYard()
    write(other, site)
    await other.deploy(more)
    expect(await readTree(yard.release('r2'))).toEqual(await readTree(other.release('r1')))
  })

  test('never takes a file that the host writes itself for the artifact’s', async () => {
    await using yard = await openYard()
    write(yard, { ...site, REVISION: 'mine' })
    await yard.deploy({ own: 'REVISION' })
    yard.age()
    expect(gunzipSync(readFileSync(yard.kept('content/r1'))).toString()).not.toContain('REVISION')
    expect(await yard.deploy()).toMatchObject({ hashed: true })
    await expectEqual(yard)
  })

  test('keeps no hashes of a build that still goes on', async () => {
    await using yard = await openYard()
    write(yard, site)
    const deploying = yard.deploy()
    const writing = setInterval(() => utimesSync(join(yard.build, 'index.html'), 1, 1), 2)
    try {
      expect((await deploying).hashed).toBe(false)
    } finally {
      clearInterval(writing)
    }
    expect(existsSync(yard.kept('content/r1'))).toBe(false)
  })
})

const name = fc.constantFrom('a', 'b', 'c d', 'é', '#e', '-f')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const text = fc.constantFrom('', 'one', 'two', 'three', 'x'.repeat(5000), 'y'.repeat(5000))

type Change = (yard: Yard) => void
const inBuild = (kind: string, act: (at: string) => void): Change =>
  Object.assign((yard: Yard) => void tolerate(() => act(join(yard.build, kind))), { toString: () => kind })

/** What is in the way goes; what cannot be done on this tree is no step. */
function tolerate(act: () => void): void {
  try {
    act()
  } catch (error) {
    // Empty for a loop of symlinks that rmSync met.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
}

const clear = (at: string) => rmSync(at, { recursive: true, force: true })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(path, text, fc.boolean()).map(([at, content, clamp]) =>
    inBuild(at, (full) => {
      mkdirSync(dirname(full), { recursive: true })
      clear(full)
      writeFileSync(full, content)
      if (clamp) utimesSync(full, 1, 1)
    }),
  ),
  path.map((at) => inBuild(at, clear)),
  path.map((at) =>
    inBuild(at, (full) => {
      clear(full)
      mkdirSync(full, { recursive: true })
    }),
  ),
  path.map((at) =>
    inBuild(at, (full) => {
      clear(full)
      symlinkSync('a', full)
    }),
  ),
  fc.tuple(path, fc.constantFrom(0o644, 0o755, 0o600)).map(([at, mode]) =>
    inBuild(at, (full) => {
      const directory = lstatSync(full).isDirectory()
      if (!lstatSync(full).isSymbolicLink()) chmodSync(full, directory ? mode | 0o700 : mode)
    }),
  ),
  // What somebody does to the release that is live.
  fc.tuple(path, text).map(
    ([at, content]): Change =>
      (yard) => {
        if (yard.basis === null) return
        const live = yard.release(yard.basis)
        const full = join(live, at)
        tolerate(() => {
          mkdirSync(dirname(full), { recursive: true })
          clear(full)
          writeFileSync(full, content)
        })
      },
  ),
)

test('any line of releases is the line of what was built', { timeout: 120_000 }, async () => {
  let deploys = 0
  let archives = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.array(change, { maxLength: 6 }), fc.boolean(), fc.boolean()), { maxLength: 4 }),
      async (line) => {
        await using yard = await openYard()
        write(yard, site)
        for (const [changes, wait, tar] of line) {
          for (const act of changes) act(yard)
          if (readdirSync(yard.build).length === 0) write(yard, site)
          if (!holdsFiles(yard.build)) write(yard, site)
          await yard.deploy({ tar })
          deploys += 1
          await expectEqual(yard)
          if (wait) yard.age()
        }
        archives += yard.archives
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 8) },
  )
  console.log(`${deploys} deploys, ${archives} by an archive, each equal to its build`)
})

function holdsFiles(dir: string): boolean {
  return readdirSync(dir, { withFileTypes: true, recursive: true }).some((entry) => !entry.isDirectory())
}

describe('what is left to send', () => {
  const content = Buffer.from('hA 644 ./a\nhB 644 ./b c\n')
  const rest = (artifact: Parameters<typeof remainder>[0], offered: string, own: string | null = null) =>
    remainder(artifact, Buffer.from(offered, 'latin1'), own)
  const made = { content, others: Buffer.from('./dir\0') }

  test('is what the host has not, or has otherwise', () => {
    expect(rest(made, 'hA 644 ./a\nhX 644 ./b c\nhC 600 ./gone\n', null)).toEqual({
      gone: ['./b c', './gone'],
      fresh: ['hB 644 ./b c'],
      others: made.others,
      paths: Buffer.from('./dir\0./b c\0'),
      files: ['./b c'],
    })
  })

  test.each([
    [1000, 750, true],
    [1000, 751, false],
    [20_000, 1000, true],
    [20_000, 1001, false],
  ])('of %s files, %s changes are told: %s', (files, changes, told) => {
    const lines = (hash: (at: number) => string) =>
      Array.from({ length: files }, (_, at) => `${hash(at)} 644 ./dir/file-${at}\n`).join('')
    const artifact = { ...made, content: Buffer.from(lines((at) => (at < changes ? 'new' : 'old'))) }
    const left = rest(
      artifact,
      lines(() => 'old'),
    )
    expect(left?.files.length).toBe(told ? changes : undefined)
    expect(left?.gone.length).toBe(told ? changes : undefined)
  })

  test('tells lines apart of which one begins like the other', () => {
    const one = { ...made, content: Buffer.from('hA 644 ./a\n') }
    for (const [offered, files] of [
      ['hA 644 ./a\n', []],
      ['hA 644 ./a', []],
      ['hA 644 ./ab\n', ['./a']],
      ['xhA 644 ./a\n', ['./a']],
      ['hA 6440 ./a\n', ['./a']],
      ['', ['./a']],
    ] as const)
      expect(rest(one, offered)?.files).toEqual(files)
  })

  test('is nothing but a file that is there already, where nothing would be listed', () => {
    const bare = { content, others: Buffer.from('') }
    expect(rest(bare, 'hA 644 ./a\nhB 644 ./b c\n', null)).toMatchObject({
      paths: Buffer.from('./a\0'),
      files: [],
    })
    // Never one that the artifact has not.
    expect(rest(bare, 'hO 644 ./0\nhA 644 ./a\nhB 644 ./b c\n', null)).toMatchObject({
      gone: ['./0'],
      paths: Buffer.from('./a\0'),
    })
  })

  test('is everything once that is less to say', () => {
    const offered = Array.from({ length: 6000 }, (_, at) => `h 644 ./gone${at}\n`).join('')
    expect(rest(made, offered, null)).toBeNull()
    expect(rest({ ...made, content: null }, 'hA 644 ./a\n', null)).toBeNull()
  })

  test('is never decided by a line that is none', () => {
    expect(rest(made, 'welcome\n./a\n../../etc/passwd\n', null)?.gone).toEqual([])
  })

  test('has the host’s own file in neither list of hashes', () => {
    expect(renderContent('key', content, 'a').toString()).toBe('key\nhB 644 ./b c\n.\n')
    expect(renderContent('key', content, 'b').toString()).toBe('key\nhA 644 ./a\nhB 644 ./b c\n.\n')
    expect(rest(made, 'hA 644 ./a\n', 'a')).toMatchObject({ gone: ['./a'], fresh: ['hB 644 ./b c'] })
  })

  const hashing = {
    dedupe: 'hardlink',
    plain: true,
    dirPermissions: undefined,
    filePermissions: undefined,
  } as const

  test('is keyed by the permissions that were asked for', () => {
    const files = contentKey({ ...hashing, filePermissions: '644' })
    expect(contentKey(hashing)).not.toBe(files)
    expect(contentKey({ ...hashing, dirPermissions: '644' })).not.toBe(files)
  })

  test('has no key where hashes are of no use', () => {
    expect(contentKey(hashing)).not.toBe('')
    for (const dedupe of ['reflink', 'copy', 'off'] as const)
      expect(contentKey({ ...hashing, dedupe })).toBe('')
    expect(contentKey({ ...hashing, plain: false })).toBe('')
  })
})
