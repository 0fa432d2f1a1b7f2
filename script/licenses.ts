// The licences of what the bundle carries, because MIT and its kin ask that their texts travel along.

import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  /** How packages of before 2015 say it. */
  readonly licenses?: readonly { readonly type: string }[]
}

// `/x/node_modules/a/node_modules/@b/c/lib/d.js` -> `node_modules/a/node_modules/@b/c`
function findPackage(root: string, module: string): string | undefined {
  const inside = module.replace(/^\0/, '').replace(/\?.*$/, '')
  const match = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(inside)
  return match?.[0].startsWith(root + sep) ? match[0] : undefined
}

async function describe(directory: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest
  const names = (await readdir(directory)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  const license =
    manifest.license ?? manifest.licenses?.map(({ type }) => type).join(' or ') ?? 'no licence named'
  const text = texts.map((each) => each.replace(/\r\n?/g, '\n').trim()).join('\n\n')
  return `${manifest.name} ${manifest.version} (${license})\n\n${text || 'The package brings no licence text.'}\n`
}

/**
 * One text with the licences of every npm package that `modules` (absolute paths, as the bundler reports them) come from.
 * Packages are in the order of their names, so that the text depends on nothing but the packages.
 */
export async function collectLicenses(root: string, modules: readonly string[]): Promise<string> {
  const directories = new Set(
    modules.map((module) => findPackage(root, module)).filter((found) => found !== undefined),
  )
  const parts = await Promise.all([...directories].map(describe))
  return [...new Set(parts)].sort().join(`\n${'-'.repeat(80)}\n\n`)
}
