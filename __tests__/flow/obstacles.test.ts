import { describe, expect, test } from 'vitest'
import { obstacles } from '../../src/flow/obstacles.ts'
import { quote } from '../../src/host/quote.ts'
import { makeRun, makeStation, stateOf } from './runs.ts'

const hex = (text: string) => Buffer.from(text).toString('hex')

const future = 'text [{"release":"a","deploy":{"schema":2}}]'

function problems(mode: string, ...lines: readonly string[]): readonly string[] {
  const station = makeStation('web1', { state: stateOf(...lines) })
  const found = obstacles(makeRun({ mode }).context, station, true)
  for (const { detail } of found) {
    expect(detail).toMatchObject({ host: 'web1', phase: 'starting', unchanged: expect.any(String) })
    expect(detail.remedy).toMatch(/^[A-Z].*\.$/)
  }
  return found.map(({ message }) => message)
}

describe('a host', () => {
  test.each(['deploy', 'rollback', 'prune', 'list'])('that has what it takes stops no %s', (mode) => {
    expect(problems(mode, 'dir a')).toEqual([])
    expect(problems(mode, 'missing flock', 'missing tar')).toEqual([])
  })

  test.each<[string, string, readonly string[], readonly string[]]>([
    ['without find', 'prune', ['missing find'], ['the host has no find']],
    ['without rsync', 'deploy', ['missing rsync', 'rsync sh: rsync: not found'], ['the host has no rsync']],
    [
      'with an old rsync',
      'deploy',
      ['rsync rsync  version 3.0.9  protocol version 30'],
      ["the host's rsync is too old (3.0)"],
    ],
    [
      'with a directory for a link',
      'rollback',
      ['public directory'],
      ['/srv/app/current is a real directory, not a symlink, and is never replaced'],
    ],
    [
      'with a file for a link',
      'deploy',
      ['public file'],
      ['/srv/app/current is a real file, not a symlink, and is never replaced'],
    ],
    ['without remote_dir', 'rollback', ['absent'], ['/srv/app does not exist']],
    ['without remote_dir', 'prune', ['absent'], ['/srv/app does not exist']],
    [
      'with a link for releases',
      'prune',
      ['symlinked releases'],
      ['/srv/app/releases is a symlink, which is never followed'],
    ],
    ...['deploy', 'stage', 'check', 'publish', 'prune', 'repair'].map(
      (mode): [string, string, readonly string[], readonly string[]] => [
        'with a remote_dir of everybody’s',
        mode,
        [`exposed ${Buffer.from('/srv/app\n/srv').toString('hex')}`],
        [
          'everybody on the host may write in /srv/app, and could put something else in the place of a release',
        ],
      ],
    ),
    [
      'with two filesystems',
      'deploy',
      ['elsewhere'],
      ['/srv/app/releases is on another filesystem than remote_dir'],
    ],
    [
      'with a damaged manifest',
      'deploy',
      ['manifest present'],
      ['manifest.json cannot be trusted: it is empty'],
    ],
    [
      'with a damaged manifest',
      'prune',
      ['manifest large'],
      ['manifest.json cannot be trusted: it is larger than 32 MiB'],
    ],
    [
      'with a manifest of tomorrow',
      'deploy',
      ['manifest present', future],
      ['manifest.json cannot be trusted: a newer version of this tool wrote it'],
    ],
    [
      'with all of it',
      'deploy',
      ['missing stat', 'missing sort', 'symlinked releases', 'elsewhere', 'manifest large'],
      [
        'the host has no stat',
        'the host has no sort',
        '/srv/app/releases is a symlink, which is never followed',
        '/srv/app/releases is on another filesystem than remote_dir',
        'manifest.json cannot be trusted: it is larger than 32 MiB',
      ],
    ],
  ])('%s stops a %s', (_, mode, lines, expected) => {
    expect(problems(mode, ...lines)).toEqual(expected)
  })

  test.each<[string, string, readonly string[]]>([
    ['without rsync', 'rollback', ['missing rsync']],
    ['with an old rsync', 'prune', ['rsync rsync  version 2.6.9']],
    ['without remote_dir', 'deploy', ['absent']],
    ['with a damaged manifest', 'rollback', ['manifest present']],
    ['with a manifest of tomorrow', 'rollback', ['manifest present', future]],
    [
      'with anything wrong',
      'list',
      ['missing find', 'public directory', 'symlinked releases', 'elsewhere', 'manifest large'],
    ],
  ])('%s stops no %s', (_, mode, lines) => {
    expect(problems(mode, ...lines)).toEqual([])
  })

  test.each([
    ['repair', 0],
    ['rollback', 1],
    ['prune', 1],
  ])('without remote_dir, beside one that has it, stops no repair, but any other: %s', (mode, count) => {
    const station = makeStation('web1', { state: stateOf('absent') })
    expect(obstacles(makeRun({ mode }).context, station, false)).toHaveLength(count)
  })

  test('that nobody has looked at yet stops nothing', () => {
    const station = makeStation('web1', { state: null })
    expect(obstacles(makeRun().context, station, true)).toEqual([])
  })

  test('that names a directory with a quote in it puts no command into anybody’s paste', () => {
    const evil = "/srv/it's; reboot '"
    for (const word of ['exposed', 'unwritable']) {
      const station = makeStation('web1', { state: stateOf(`${word} ${hex(evil)}`) })
      const found = obstacles(makeRun({ mode: 'deploy' }).context, station, true)
      expect(found.at(-1)?.detail.remedy).toContain(quote(evil))
    }
  })
})
