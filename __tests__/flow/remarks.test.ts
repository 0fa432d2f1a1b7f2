import { describe, expect, test } from 'vitest'
import { remarks } from '../../src/flow/remarks.ts'
import { makeStation, stateOf } from './runs.ts'

const hex = (text: string) => Buffer.from(text).toString('hex')

describe('a host', () => {
  test('that nobody has looked at yet is worth none', () => {
    expect(remarks(makeStation('web1', { state: null }), 'deploy')).toEqual([])
  })

  test.each<[string, readonly string[]]>([
    ['dir a', []],
    ['manifest large', ['manifest.json cannot be trusted (it is larger than 32 MiB); it is left as it is']],
    [
      'missing flock',
      ['the host has no flock: the lock of a dead run frees itself by a lease instead of at once'],
    ],
    ['missing tar', ['the host has no tar: releases cannot be archived there']],
    ['dangling', ['/srv/app/current leads nowhere']],
    ['odd 2', ['2 entries of releases/ are no plain releases; they are left alone']],
    [
      `link ${hex('/var/www/old')}\ndir a`,
      [
        '/srv/app/current leads to /var/www/old, which is no release here. A switch leads it away from there and touches nothing there; no rollback leads back',
      ],
    ],
    [`link ${hex('/var/www/old')}\ndangling`, ['/srv/app/current leads nowhere']],
    [
      `link ${hex('releases/a/public/')}\ncurrent a\ndir a`,
      [
        '/srv/app/current leads to a part of a (public). A switch leads it to the whole of a release, also when that one is gone back to: have the web server look in /srv/app/current/public',
      ],
    ],
    [`link ${hex('./releases/a/.')}\ncurrent a\ndir a`, []],
    [`link ${hex('latest')}\ncurrent a\ndir a`, []],
    ['dir a symlink', ['1 entries of releases/ are no plain releases; they are left alone']],
  ])('that tells "%s" is worth the remark %j', (line, expected) => {
    const station = makeStation('web1', { state: stateOf(...line.split('\n')) })
    expect(remarks(station, 'deploy')).toEqual(expected)
  })
})
