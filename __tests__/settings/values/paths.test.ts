import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { below, belowOrAbsolute, remoteDir } from '../../../src/settings/values/paths.ts'
import { faultOf } from '../faults.ts'

describe('remote_dir', () => {
  test.each([
    ['/srv/app', '/srv/app'],
    ['/srv/app/', '/srv/app'],
    ['//srv///app//', '/srv/app'],
    ['/srv/./app', '/srv/app'],
    [' /srv/app \n', '/srv/app'],
    ['/srv/it\'s "$(here)" `now`', '/srv/it\'s "$(here)" `now`'],
    ['/srv/-x', '/srv/-x'],
    ['/srv/..app', '/srv/..app'],
    ['/srv/naïve', '/srv/naïve'],
    ['/srv/a:b', '/srv/a:b'],
    ['/app', '/app'],
    ['/srv2/', '/srv2'],
  ])('%j is taken as %j', (given, path) => {
    expect(remoteDir(given)).toBe(path)
  })

  test.each([
    ['/', '"/" is the whole host. Give a directory of its own, such as /srv/app.'],
    ['//', '"/" is the whole host. Give a directory of its own, such as /srv/app.'],
    [
      '/srv',
      '"/srv" is the system\'s, and holds more than one application. Give a directory below it, such as "/srv/app".',
    ],
    [
      '/srv/.',
      '"/srv" is the system\'s, and holds more than one application. Give a directory below it, such as "/srv/app".',
    ],
    [
      'srv/app',
      '"srv/app" is not an absolute path. Write it from the root, such as /srv/app. Nothing is expanded in it.',
    ],
    [
      '$HOME',
      '"$HOME" is not an absolute path. Write it from the root, such as /srv/app. Nothing is expanded in it.',
    ],
    [
      '~/app',
      '"~/app" is not an absolute path. A ~ is not expanded: write the directory in full, such as /home/deploy/app.',
    ],
    ['/home/~deploy/app', '"/home/~deploy/app" holds a "~", which is not expanded. Write the path in full.'],
    ['/srv/../etc', '"/srv/../etc" climbs with "..". Write the path it leads to.'],
    ['/srv/app/..', '"/srv/app/.." climbs with "..". Write the path it leads to.'],
    ['/srv/a\nb', '"/srv/a\\nb" holds a line break or another control character. Give one plain line.'],
    [
      '/srv/\u001b[2J',
      '"/srv/\\u001b[2J" holds a line break or another control character. Give one plain line.',
    ],
    [
      `/srv/${'x'.repeat(4096)}`,
      `"/srv/${'x'.repeat(73)}… is longer than 4096 bytes. Choose a shorter path.`,
    ],
  ])('%j is refused', (given, fault) => {
    expect(faultOf(() => remoteDir(given))).toBe(fault)
  })

  test('a path of 4096 bytes is taken', () => {
    const path = `/srv/${'x'.repeat(4091)}`
    expect(remoteDir(path)).toBe(path)
  })

  test('a YAML number is refused', () => {
    expect(faultOf(() => remoteDir(7))).toBe('must be text, not a number. Put the value in quotes.')
  })

  test('whatever is taken is absolute, not the root, without `..` and stays what it is when read again', () => {
    const path = fc.array(fc.oneof(fc.constantFrom('/', '..', '.', '~', ' ', '-'), fc.string()), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(path, (parts) => {
        const given = `/${parts.join('/')}`
        let taken: string
        try {
          taken = remoteDir(given)
        } catch {
          return
        }
        expect(taken).toMatch(/^\/[^/]+(\/[^/]+)*$/)
        expect(taken.split('/')).not.toContain('..')
        expect(remoteDir(`${taken}/`)).toBe(taken)
      }),
    )
  }, 30_000)
})

describe('a path below remote_dir', () => {
  test.each([
    ['releases', 'releases'],
    ['var//releases/', 'var/releases'],
    ['./releases', 'releases'],
  ])('%j is taken as %j', (given, path) => {
    expect(below(given)).toBe(path)
    expect(belowOrAbsolute(given)).toBe(path)
  })

  test.each([
    ['.', '"." is remote_dir itself. Give the name of a path below it.'],
    ['./', '"./" is remote_dir itself. Give the name of a path below it.'],
    ['..', '".." climbs with "..". Write the path it leads to.'],
    ['a/../b', '"a/../b" climbs with "..". Write the path it leads to.'],
    ['-rf', '"-rf" starts with a hyphen, like an option. Choose another name.'],
    ['~/www', '"~/www" holds a "~", which is not expanded. Write the path in full.'],
  ])('%j is refused', (given, fault) => {
    expect(faultOf(() => below(given))).toBe(fault)
    expect(faultOf(() => belowOrAbsolute(given))).toBe(fault)
  })

  test('an absolute one is taken only where it may be one', () => {
    expect(belowOrAbsolute('/var//www/')).toBe('/var/www')
    expect(faultOf(() => below('/var/www'))).toBe(
      '"/var/www" is absolute. Give a path relative to remote_dir, such as releases.',
    )
    expect(faultOf(() => belowOrAbsolute('/'))).toBe(
      '"/" is the whole host. Give the path of one entry, such as /var/www/html.',
    )
  })
})
