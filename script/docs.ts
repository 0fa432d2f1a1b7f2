// Writes what is said a second time, so that it cannot differ: action.yml, the README's tables and the config file's schema from the
// settings, docs/performance.md's tables and plots from docs/performance.json.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stringify } from 'yaml'
import { plot } from '../bench/plot.ts'
import type { Published } from '../bench/published.ts'
import { markdownTable } from '../bench/table.ts'
import { resultSchema } from '../src/report/result_schema.ts'
import { configSchema } from '../src/settings/json_schema.ts'
import { modes } from '../src/settings/mode.ts'
import { outputs } from '../src/settings/outputs.ts'
import { settingNames, settingOf } from '../src/settings/schema.ts'
import { count } from '../src/wording.ts'

const root = new URL('../', import.meta.url)

/**
 * The whole of action.yml. No input has a default there: one that is left out must not cover the config file, and
 * which are required depends on the file too.
 */
export function actionYml(): string {
  const inputs = settingNames.map((name) => {
    const { description, default: value } = settingOf(name)
    const told = value === undefined ? description : `${description} Default: \`${value}\`.`
    return [name, { description: told, required: false }] as const
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

/** The whole of docs/releases.schema.json. */
export function schemaJson(): string {
  return formatted(configSchema())
}

/** The whole of docs/result.schema.json. */
export function resultSchemaJson(): string {
  return formatted(resultSchema())
}

/** The whole of src/report/explained.ts: the headings of the page of errors, each with what else stands under it. */
export function explainedTs(page: string): string {
  const [errors = ''] = page.split('\n## It worked, but\n')
  const sections = [...errors.matchAll(/^### (.+)\n\n(?:Also: (.+?)\. )?/gm)].map(
    ([, heading = '', also = '']) =>
      [heading, ...[...also.matchAll(/\*([^*]+)\*/g)].map(([, words = '']) => words)].join('\n'),
  )
  const text = sections.join('\n\n').replace(/[\\`$]/g, '\\$&')
  return `// Written by \`npm run docs\` from docs/troubleshooting.md: headings, and other words under the same heading.\n\nexport const explained = \`${text}\`\n`
}

/** As the formatter would have it: a list of words on one line, if it fits. */
function formatted(schema: object): string {
  const json = JSON.stringify(schema, null, 2)
  const words = /^(.*\[)\n\s*("[^"\n]*"(?:,\n\s*"[^"\n]*")*)\n\s*(\],?)$/gm
  const short = json.replace(words, (list, open, items, close) => {
    const joined = open + items.replace(/\n\s*/g, ' ') + close
    return joined.length > 110 ? list : joined
  })
  return `${short}\n`
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

/** `page` with what stands between `<!-- name -->` and `<!-- /name -->` replaced; `where` is the page's own name. */
export function withPart(page: string, name: string, part: string, where = 'README.md'): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [page.indexOf(open), page.indexOf(close)]
  if (start === -1 || end < start) throw new Error(`${where} lacks the markers ${open} and ${close}`)
  return `${page.slice(0, start + open.length)}\n${part}\n${page.slice(end)}`
}

export function readme(page: string): string {
  return withPart(withPart(page, 'inputs', inputsTable()), 'outputs', outputsTable())
}

/** docs/performance.md with the tables of what was measured, and the plots it shows. */
function performancePages(page: string, measured: Published): readonly Page[] {
  const scenarios = Object.entries(measured)
  const plots = scenarios.flatMap(([id, { title, figures }]) => {
    const svg = plot(title, figures)
    return svg === null ? [] : [{ name: `docs/performance/${id}.svg`, wanted: svg }]
  })
  const wanted = scenarios.reduce((text, [id, { at, title, rounds, machine, figures }]) => {
    const drawn = plots.some(({ name }) => name.endsWith(`/${id}.svg`))
      ? [`![${title}](performance/${id}.svg)`]
      : []
    const { cpus, model, kernel, node, rsync } = machine
    const where = `${at.slice(0, 10)}, ${count(rounds, 'round')}; ${cpus} × ${model}, Linux ${kernel}, node ${node}, ${rsync}`
    const part = [markdownTable(figures), '', ...drawn, '', `<sub>${where}</sub>`].join('\n')
    return withPart(text, id, part, 'docs/performance.md')
  }, page)
  return [{ name: 'docs/performance.md', wanted }, ...plots]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

export interface Page {
  readonly name: string
  /** Undefined when it must be written by hand first. */
  readonly wanted: string | undefined
}

/**
 * The pages that are not as they should be; `read` gives a file's text, or undefined when there is none.
 * @throws Error when the README has no place for its tables.
 */
export function stalePages(read: (name: string) => string | undefined): readonly Page[] {
  const page = read('README.md')
  const errors = read('docs/troubleshooting.md')
  const pages: Page[] = [
    { name: 'action.yml', wanted: actionYml() },
    { name: 'docs/releases.schema.json', wanted: schemaJson() },
    { name: 'docs/result.schema.json', wanted: resultSchemaJson() },
    { name: 'src/report/explained.ts', wanted: errors === undefined ? undefined : explainedTs(errors) },
    { name: 'README.md', wanted: page === undefined ? undefined : readme(page) },
  ]
  const measured = read('docs/performance.json')
  const performance = read('docs/performance.md')
  if (measured !== undefined && performance !== undefined) {
    pages.push(...performancePages(performance, JSON.parse(measured) as Published))
  }
  return pages.filter(({ name, wanted }) => wanted === undefined || read(name) !== wanted)
}

function main(check: boolean): void {
  const stale = stalePages((name) => {
    const file = new URL(name, root)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  })
  if (check && stale.length > 0) {
    const names = stale.map(({ name, wanted }) => (wanted === undefined ? `${name} (missing)` : name))
    console.error(
      `not what src/settings or docs/performance.json say: ${names.join(', ')}. Run: npm run docs`,
    )
    process.exitCode = 1
    return
  }
  for (const { name, wanted } of stale) {
    if (wanted === undefined) {
      console.log(`${name} does not exist yet; skipped`)
      continue
    }
    mkdirSync(new URL('.', new URL(name, root)), { recursive: true })
    writeFileSync(new URL(name, root), wanted)
    console.log(`${name} written`)
  }
}

if (import.meta.main) main(process.argv.includes('--check'))
