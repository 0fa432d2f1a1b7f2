import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { layoutOf, linkText, publicPath, releasePath } from '../../src/release/layout.ts'

const root = '/srv/app'
const name = '20261121184358'

describe('a layout', () => {
  test.each([
    // release_dir, public_dir, link text, path of the link
    ['releases', 'current', `releases/${name}`, '/srv/app/current'],
    ['releases', 'public/html', `../releases/${name}`, '/srv/app/public/html'],
    ['a/b/releases', 'current', `a/b/releases/${name}`, '/srv/app/current'],
    ['a/releases', 'a/current', `releases/${name}`, '/srv/app/a/current'],
    ['releases', 'releases-current', `releases/${name}`, '/srv/app/releases-current'],
    ['releases', '/var/www/html', `/srv/app/releases/${name}`, '/var/www/html'],
    ['releases', '/html', `/srv/app/releases/${name}`, '/html'],
  ])('with %s and %s has the link text %s', (release_dir, public_dir, text, link) => {
    const layout = layoutOf({ remote_dir: root, release_dir, public_dir })
    expect(linkText(layout, name)).toBe(text)
    expect(publicPath(layout)).toBe(link)
    expect(posix.resolve(posix.dirname(link), text)).toBe(releasePath(layout, name))
  })
})
