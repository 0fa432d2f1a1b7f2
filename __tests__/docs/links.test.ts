import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const skipped = new Set(['node_modules', 'dist', '.git', 'coverage', 'tmp'])

function pagesIn(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : pagesIn(join(dir, entry.name))
    return entry.name.endsWith('.md') ? [join(dir, entry.name)] : []
  })
}

/** Markdown without what GitHub shows as code, where brackets link nowhere. */
function prose(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/^( *)```[\s\S]*?^\1```$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()#]/g, ' '))
}

/** The anchors that GitHub gives to headings; a second one of the same name gets `-1`. */
function anchorsOf(path: string): ReadonlySet<string> {
  const text = readFileSync(path, 'utf8').replace(/^( *)```[\s\S]*?^\1```$/gm, '')
  const seen = new Map<string, number>()
  const headings = [...text.matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, title = '']) => {
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, name = '']) => name)
  return new Set([...headings, ...named])
}

interface Link {
  readonly page: string
  readonly target: string
}

function linksOf(page: string): readonly Link[] {
  const inline = [...prose(page).matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?)\)/g)]
  return inline.map(([, target = '']) => ({ page, target })).filter(({ target }) => !/^[a-z]+:/i.test(target))
}

function faultOf({ page, target }: Link): string | undefined {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : resolve(dirname(page), decodeURIComponent(path))
  if (relative(root, file).startsWith('..')) return 'leads out of the repository'
  if (!existsSync(file)) return 'does not exist'
  if (anchor === undefined) return undefined
  if (statSync(file).isDirectory() || !file.endsWith('.md')) return 'has an anchor, and is no page'
  return anchorsOf(file).has(anchor) ? undefined : 'has no such heading'
}

const pages = pagesIn(root).map((path) => ({ name: relative(root, path), path }))

test('there are pages', () => {
  expect(pages.map(({ name }) => name)).toContain('README.md')
})

describe.each(pages)('$name', ({ path }) => {
  test('links only to what is there', () => {
    const broken = linksOf(path).flatMap((link) => {
      const fault = faultOf(link)
      return fault === undefined ? [] : [`${link.target} ${fault}`]
    })
    expect(broken).toEqual([])
  })

  test('has no heading twice', () => {
    const twice = [...anchorsOf(path)].filter(
      (anchor) => /-\d+$/.test(anchor) && anchorsOf(path).has(anchor.replace(/-\d+$/, '')),
    )
    expect(path.endsWith('CHANGELOG.md') ? [] : twice).toEqual([])
  })
})
