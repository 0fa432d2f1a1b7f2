import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { layoutOf } from '../../src/release/layout.ts'
import { argumentsOf } from '../../src/transfer/flags.ts'
import type { Upload } from '../../src/transfer/sending.ts'
import { makeTree } from './trees.ts'

const layout = layoutOf({ remote_dir: '/srv/app', release_dir: 'releases', public_dir: 'current' })

function upload(known: Partial<Upload> = {}, selection: readonly string[] = []): Upload {
  return {
    artifact: {
      dir: '/build',
      selection,
      plain: true,
      files: 1,
      dirs: 0,
      links: 0,
      bytes: 1,
      list: new Uint8Array(),
      skipped: [],
      secluded: false,
    },
    release: '20261121184358',
    basis: '20261120101010',
    dedupe: 'hardlink',
    leftover: null,
    dirPermissions: undefined,
    filePermissions: undefined,
    become: undefined,
    run: 'run-1',
    own: null,
    offer: null,
    xxh128: false,
    fresh: false,
    compression: null,
    tar: false,
    stream: false,
    ...known,
  }
}

describe('an upload', () => {
  test('goes into its private place, from the directory that rsync is started in', () => {
    const args = argumentsOf(layout, upload())
    expect(args.slice(-2)).toEqual(['./', 'host:/srv/app/.releases/incoming/20261121184358/'])
  })

  test('compares content, keeps no times, and leaves nothing there that is not in the artifact', () => {
    const args = argumentsOf(layout, upload())
    expect(args).toEqual(
      expect.arrayContaining(['-rlp', '-s', '--no-times', '--checksum', '--delete', '--delete-excluded']),
    )
    expect(args.join(' ')).not.toMatch(/--size-only|--times|--inplace|--owner|--group|--archive/)
  })

  test.each([
    ['hardlink', '20261120101010', ['--link-dest=/srv/app/releases/20261120101010']],
    ['copy', '20261120101010', ['--copy-dest=/srv/app/releases/20261120101010']],
    ['reflink', '20261120101010', []],
    ['off', '20261120101010', []],
    ['hardlink', null, []],
    ['copy', null, []],
  ] as const)('with dedupe: %s and %s before it has %j', (dedupe, basis, expected) => {
    const args = argumentsOf(layout, upload({ dedupe, basis }))
    expect(args.filter((arg) => /-dest/.test(arg))).toEqual(expected)
  })

  test("takes the user's flags before what must not be changed", () => {
    const args = argumentsOf(layout, upload({}, ['--exclude=*.map', '--compress']))
    expect(args.indexOf('--compress')).toBeLessThan(args.indexOf('-e'))
    expect(args).toContain('--exclude=*.map')
  })

  test('looks at nothing of the release before for what is little and known to have changed', () => {
    const args = argumentsOf(layout, upload(), { list: '/list', whole: true })
    expect(args).toEqual(expect.arrayContaining(['--whole-file', '--ignore-times', '--files-from=/list']))
    expect(args.join(' ')).not.toMatch(/--checksum |--link-dest/)
    const compared = argumentsOf(layout, upload(), { list: '/list', whole: false })
    expect(compared).toEqual(expect.arrayContaining(['--checksum', '--files-from=/list']))
    expect(compared.join(' ')).toContain('--link-dest')
  })

  test('sends all of it, unread, to a host that has nothing, whatever may lie there', () => {
    using tree = makeTree({ page: 'new', same: 'same' })
    using target = makeTree({ page: 'old', same: 'same', stray: '' })
    const args = argumentsOf(layout, upload({ basis: null, fresh: true }))
    expect(args).not.toContain('--checksum')
    const local = [...args.slice(0, args.indexOf('-e')), './', `${target.dir}/`]
    const { status } = spawnSync('rsync', local, { cwd: tree.dir })
    expect(status).toBe(0)
    expect(readFileSync(join(target.dir, 'page'), 'utf8')).toBe('new')
    expect(readdirSync(target.dir)).toEqual(['page', 'same'])
  })

  test('starts a bridge that is there', () => {
    const args = argumentsOf(layout, upload())
    const bridge = (args[args.indexOf('-e') + 1] as string).match(/^sh "(.*)"$/)?.[1]
    expect(statSync(bridge as string).isFile()).toBe(true)
  })
})

/** Modes in octal of what arrives when rsync sends these with the upload's own flags, but to a local place. */
function sent(permissions: Partial<Upload>, modes: Readonly<Record<string, number>>): Record<string, string> {
  using tree = makeTree(Object.fromEntries(Object.keys(modes).map((name) => [name, name])))
  mkdirSync(join(tree.dir, 'dir'), 0o700)
  chmodSync(join(tree.dir, 'dir'), 0o700)
  for (const [name, mode] of Object.entries(modes)) chmodSync(join(tree.dir, name), mode)
  const target = mkdtempSync(join(tmpdir(), 'sent-'))
  const args = argumentsOf(layout, upload({ ...permissions, basis: null }))
  const local = args.slice(0, args.indexOf('-e'))
  const { status, stderr } = spawnSync('rsync', [...local, './', `${target}/`], { cwd: tree.dir })
  try {
    expect(stderr.toString()).toBe('')
    expect(status).toBe(0)
    const mode = (name: string) => (lstatSync(join(target, name)).mode & 0o7777).toString(8)
    return Object.fromEntries([...Object.keys(modes), 'dir'].map((name) => [name, mode(name)]))
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

describe('what arrives', () => {
  const files = { text: 0o640, script: 0o750, private: 0o600, mine: 0o700, open: 0o777 }

  test("has the artifact's own permissions when none are asked for", () => {
    expect(sent({}, files)).toEqual({
      text: '640',
      script: '750',
      private: '600',
      mine: '700',
      open: '777',
      dir: '700',
    })
  })

  test.each<[string, string, string]>([
    // file_permissions, of a file, of one that can be executed
    ['644', '644', '755'],
    ['0644', '644', '755'],
    ['640', '640', '750'],
    ['600', '600', '700'],
    ['664', '664', '775'],
    ['666', '666', '777'],
    ['444', '444', '555'],
    ['400', '400', '500'],
    ['755', '755', '755'],
    ['711', '711', '711'],
    ['740', '740', '750'],
    ['2644', '2644', '2755'],
    ['4644', '4644', '4755'],
    ['6640', '6640', '6750'],
    ['1644', '1644', '1755'],
  ])('with file_permissions %s is %s, and %s if it can be executed', (filePermissions, text, script) => {
    expect(sent({ filePermissions }, files)).toEqual({
      text,
      private: text,
      script,
      mine: script,
      open: script,
      dir: '700',
    })
  })

  test.each(['755', '0750', '2775', '1777', '700'])(
    'with dir_permissions %s has directories of that kind',
    (dirPermissions) => {
      expect(sent({ dirPermissions }, files)).toMatchObject({
        text: '640',
        script: '750',
        dir: dirPermissions.replace(/^0/, ''),
      })
    },
  )

  test('takes both at once', () => {
    expect(sent({ dirPermissions: '2755', filePermissions: '0644' }, files)).toMatchObject({
      text: '644',
      script: '755',
      dir: '2755',
    })
  })
})
