import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  branchName,
  releaseName,
  releaseNames,
  targetName,
  userName,
} from '../../../src/settings/values/names.ts'
import { faultOf } from '../faults.ts'

const rule = 'Use 1 to 128 letters, digits, dots, hyphens and underscores, the first a letter or a digit.'

describe('a release name', () => {
  test.each(['20261121184358', 'v1.2.3', 'current', '1', 'a'.repeat(128), 'Feature_x-1', 'a..b'])(
    '%j is taken',
    (name) => {
      expect(releaseName(name)).toBe(name)
    },
  )

  test.each([
    '',
    '.',
    '..',
    '-rf',
    '.hidden',
    '_x',
    'a/b',
    'a/../b',
    'a\nb',
    'a b',
    'caf\u00e9',
    'cafe\u0301',
    'a$(id)',
    'a\0',
    'a'.repeat(129),
    'a'.repeat(256),
  ])('%j is refused by name', (name) => {
    expect(faultOf(() => releaseName(name))).toMatch(/is not a release name\. /)
    expect(faultOf(() => releaseName(name))).toContain(rule)
  })

  test('a YAML number is refused, for it may have lost its zeros', () => {
    expect(faultOf(() => releaseName(7))).toBe('must be text, not a number. Put the value in quotes.')
  })

  test('whatever is taken needs no quoting anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 140 }), (text) => {
        let name = ''
        try {
          name = releaseName(text)
        } catch {
          return
        }
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
      }),
    )
  }, 30_000)
})

describe('a user name', () => {
  test.each(['deploy', 'web.user', '_www', 'svc$', 'DOMAIN\\deploy', 'deploy@example.com'])(
    '%j is taken',
    (name) => {
      expect(userName(name)).toBe(name)
    },
  )

  test.each(['-oProxyCommand=id', 'a b', "a'b", 'a"b', 'a;id', 'a`id`', 'a\nb', '', 'a/b', '$(id)'])(
    '%j is refused',
    (name) => {
      expect(faultOf(() => userName(name))).toMatch(/is not a user name|control character/)
    },
  )

  test('what may be a password is not shown', () => {
    expect(faultOf(() => userName('deploy:hunter2'))).toBe(
      'the user holds a colon. A password belongs in ssh_password, not in a host.',
    )
  })
})

describe('release names', () => {
  test.each([
    ['v1\n\n v2 ,v1', ['v1', 'v2']],
    [
      ['v1', 'v2'],
      ['v1', 'v2'],
    ],
    [[], []],
  ])('%j are %j', (given, names) => {
    expect(releaseNames(given)).toEqual(names)
  })

  test.each([
    [['v1', '../v2'], `"../v2" is not a release name. ${rule}`],
    ['v1 v2', `"v1 v2" is not a release name. ${rule}`],
    [[20261121184358], 'must be text, not a number. Put the value in quotes.'],
  ])('%j are refused', (given, fault) => {
    expect(faultOf(() => releaseNames(given))).toBe(fault)
  })
})

test.each([
  ['main', 'main'],
  ['refs/heads/main', 'main'],
  ['feature/a-1_b.c', 'feature/a-1_b.c'],
  ['größe', 'größe'],
])('the branch %j is taken as %j', (given, name) => {
  expect(branchName(given)).toBe(name)
})

test.each([
  '-x',
  '/main',
  'main/',
  'a..b',
  'a b',
  'a~1',
  'a^',
  'a:b',
  'a*',
  'a?',
  'a[',
  'a\\b',
  'refs/heads/',
])('the branch %j is refused', (given) => {
  expect(faultOf(() => branchName(given))).toMatch(/ is not the name of a branch\. Write one branch/)
})

test('a target has a plain name', () => {
  expect(targetName('eu-west.production')).toBe('eu-west.production')
  expect(faultOf(() => targetName('a b'))).toBe(`"a b" is not a target's name. ${rule}`)
})
