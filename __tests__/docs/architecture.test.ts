import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const src = join(root, 'src')
const modules = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** What each module imports of src/, types too. */
const imports = new Map(
  modules.map((file) => {
    const text = readFileSync(join(src, file), 'utf8')
    const found = [...text.matchAll(/(?:from|import\() ?'(\.[^']*\.ts)'/g)].map(([, path]) =>
      relative(src, resolve(src, dirname(file), path as string)),
    )
    return [file, found] as const
  }),
)

/** From what knows most to what knows least; who is in none of them is of all. */
const folders = ['modes', 'flow', 'transfer', 'host', 'connection', 'settings', 'release']
const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] as string) : '')

/** The first way that leads from a module back to itself. */
function circle(): readonly string[] {
  const done = new Set<string>()
  const walk = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return []
    for (const next of imports.get(file) ?? []) {
      const found = walk(next, [...way, file])
      if (found.length > 0) return found
    }
    done.add(file)
    return []
  }
  return modules.map((file) => walk(file, [])).find((found) => found.length > 0) ?? []
}

describe('the house', () => {
  test('has all its modules, and imports that lead to one', () => {
    expect(modules.length).toBeGreaterThan(200)
    for (const [file, found] of imports) {
      for (const path of found) expect(modules, `${file} imports ${path}`).toContain(path)
    }
  })

  test('has arrows that point down only', () => {
    const up = [...imports].flatMap(([file, found]) =>
      found
        .filter((path) => folders.includes(folderOf(file)) && folders.includes(folderOf(path)))
        .filter((path) => folders.indexOf(folderOf(path)) < folders.indexOf(folderOf(file)))
        .map((path) => `${file} imports ${path}`),
    )
    expect(up).toEqual([])
  })

  test('has no circle, not even of types', () => {
    expect(circle()).toEqual([])
  })

  test('has its report from results, for run.ts alone', () => {
    const others = [...imports].filter(([file]) => folderOf(file) !== 'report' && file !== 'run.ts')
    expect(others.flatMap(([, found]) => found).filter((path) => folderOf(path) === 'report')).toEqual([])
    const known = [...imports].filter(([file]) => folderOf(file) === 'report').flatMap(([, found]) => found)
    expect(new Set(known.map(folderOf))).toEqual(new Set(['', 'flow', 'report']))
  })

  test('is drawn as it is', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
    const nodes = ['run', 'settings', 'report', ...folders]
    const drawn = [...text.matchAll(/^ {2}(\w+) (?:-->|-\.->) (\w+)/gm)].filter(([, from, to]) =>
      [from, to].every((name) => nodes.includes(name as string)),
    )
    expect(drawn.length).toBeGreaterThan(8)
    for (const [, from = '', to = ''] of drawn) {
      const among = [...imports].filter(([file]) => folderOf(file) === from || file === `${from}.ts`)
      const leads = among.some(([, found]) => found.some((path) => folderOf(path) === to))
      expect(leads, `${from} to ${to}`).toBe(true)
    }
  })

  test('has the modules that ARCHITECTURE.md names', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
    const named = [...text.matchAll(/`(?:src\/)?([\w/]+\.ts)`/g)].map(([, path = '']) => path)
    const tests = readdirSync(join(root, '__tests__'), { recursive: true, encoding: 'utf8' })
    const there = [...modules, ...tests].map((file) => `/${file}`)
    const missing = named.filter((path) => !there.some((file) => file.endsWith(`/${path}`)))
    expect(missing).toEqual([])
  })
})
