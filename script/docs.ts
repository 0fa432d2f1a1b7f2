// Writes action.yml and the README's tables from the settings, so that they cannot say anything else.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { outputs } from '../src/settings/outputs.ts'
import { settingNames, settingOf } from '../src/settings/schema.ts'
import { modes } from '../src/settings/setting.ts'

const root = new URL('../', import.meta.url)

/** The whole of action.yml. */
export function actionYml(): string {
  const inputs = settingNames.map((name) => {
    const setting = settingOf(name)
    const { description, default: value } = setting
    const required = modes.every((mode) => setting.requiredBy?.includes(mode))
    return [name, { description, required, ...(value === undefined ? {} : { default: value }) }] as const
  })
  const action = {
    name: 'Releases Deploy',
    description:
      'Atomic symlink releases over SSH and rsync: deploy to many hosts at once, roll back, prune, list.',
    author: 'The releases-deploy authors',
    branding: { icon: 'layers', color: 'blue' },
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, description]) => [name, { description }]),
    ),
    runs: { using: 'node24', main: 'dist/main.js', post: 'dist/post.js', 'post-if': 'always()' },
  }
  const yaml = stringify(action, { lineWidth: 0, singleQuote: true, defaultStringType: 'PLAIN' })
  return `# Written by \`npm run docs\` from src/settings; edit it there.\n${yaml.replace(/\n(?=(?:branding|inputs|outputs|runs):)/g, '\n\n')}`
}

/** The README's table of inputs, one heading row a group. */
export function inputsTable(): string {
  const groups = Map.groupBy(settingNames, (name) => settingOf(name).group)
  const rows = [...groups].flatMap(([group, names]) => [
    `| **${group}** | | |`,
    ...names.map((name) => {
      const { default: value, requiredBy, description } = settingOf(name)
      const required = modes.every((mode) => requiredBy?.includes(mode)) ? 'required' : ''
      return `| \`${name}\` | ${value === undefined ? required : `\`${value}\``} | ${cell(description)} |`
    }),
  ])
  return ['| input | default | meaning |', '|---|---|---|', ...rows].join('\n')
}

export function outputsTable(): string {
  const rows = Object.entries(outputs).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`)
  return ['| output | meaning |', '|---|---|', ...rows].join('\n')
}

/** `page` with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
export function withPart(page: string, name: string, part: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [page.indexOf(open), page.indexOf(close)]
  if (start === -1 || end < start) throw new Error(`README.md lacks the markers ${open} and ${close}`)
  return `${page.slice(0, start + open.length)}\n${part}\n${page.slice(end)}`
}

export function readme(page: string): string {
  return withPart(withPart(page, 'inputs', inputsTable()), 'outputs', outputsTable())
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function read(name: string): string {
  const file = new URL(name, root)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function main(check: boolean): void {
  const pages = [{ name: 'action.yml', wanted: actionYml() }]
  if (existsSync(new URL('README.md', root)))
    pages.push({ name: 'README.md', wanted: readme(read('README.md')) })
  else console.log('README.md does not exist yet; skipped')
  const stale = pages.filter(({ name, wanted }) => read(name) !== wanted)
  if (check && stale.length > 0) {
    const names = stale.map(({ name }) => name).join(' and ')
    console.error(`not what src/settings says: ${names}. Run: npm run docs`)
    process.exitCode = 1
    return
  }
  for (const { name, wanted } of stale) {
    writeFileSync(new URL(name, root), wanted)
    console.log(`${name} written`)
  }
}

if (import.meta.main) main(process.argv.includes('--check'))
