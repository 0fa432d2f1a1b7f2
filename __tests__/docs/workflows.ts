// The workflows that people copy: those in examples/, and the YAML blocks of the README and docs/ that are one.

import { readdirSync, readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'

const root = new URL('../../', import.meta.url)

export interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string | number | boolean>>
}

interface Job {
  /** A workflow that is called. */
  readonly uses?: string
  readonly permissions?: unknown
  readonly steps?: readonly Step[]
}

export interface Workflow {
  readonly permissions?: unknown
  readonly on?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

export interface Example {
  /** The file, and for a block the line it begins on. */
  readonly name: string
  readonly text: string
}

export function readText(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

/** Parsed as YAML 1.2 with unique keys. @throws when it is not. */
export function parseWorkflow({ name, text }: Example): Workflow {
  const document = parseDocument(text, { uniqueKeys: true })
  const [error] = [...document.errors, ...document.warnings]
  if (error) throw new Error(`${name}: ${error.message}`)
  return document.toJS() as Workflow
}

export function stepsOf(workflow: Workflow): readonly Step[] {
  return Object.values(workflow.jobs).flatMap((job) => job.steps ?? [])
}

/** Every workflow, whole. */
export function workflows(): readonly Example[] {
  const files = readdirSync(new URL('examples/', root)).filter((file) => file.endsWith('.yml'))
  const examples = files.map((file) => ({ name: `examples/${file}`, text: readText(`examples/${file}`) }))
  return [...examples, ...blocks()].filter(({ text }) => /^jobs:/m.test(text))
}

/** The project's own workflows: what it runs, and what others call. */
export function ownWorkflows(): readonly Example[] {
  const dir = '.github/workflows/'
  return readdirSync(new URL(dir, root)).map((file) => ({
    name: `${dir}${file}`,
    text: readText(`${dir}${file}`),
  }))
}

/** Every block of YAML in the README and docs/, also those that are only a part. */
export function blocks(): readonly Example[] {
  const pages = readdirSync(new URL('docs/', root)).filter((file) => file.endsWith('.md'))
  return ['README.md', ...pages.map((file) => `docs/${file}`)].flatMap((page) => {
    const text = readText(page)
    return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => ({
      name: `${page}:${text.slice(0, match.index).split('\n').length}`,
      text: match[1] as string,
    }))
  })
}
