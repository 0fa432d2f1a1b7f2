// The config file on disk: found, small enough, and plain YAML.

import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problem, show } from './problem.ts'
import { kindOf } from './values/text.ts'
import { openYaml, type YamlPath } from './values/yaml.ts'

/** Read when no other is named. */
export const usualPath = '.github/releases.yml'

/** In bytes. */
const limit = 1024 * 1024

export interface ConfigFile {
  /** As it was named: relative to the workspace, or absolute. */
  readonly path: string
  /** Empty for a file that says nothing. */
  readonly content: Readonly<Record<string, unknown>>
  /** `path:line` of the key or item that `steps` lead to. */
  placeOf(steps: YamlPath): string
}

/**
 * @param named undefined for the usual path, where there may be none: then the answer is undefined.
 * @throws Problem that says where: `path:line` for what is in the file, `config` for the file itself.
 */
export function openConfig(named: string | undefined, workspace: string): ConfigFile | undefined {
  const path = named ?? usualPath
  const source = sourceOf(path, workspace)
  if (source === undefined) {
    if (named === undefined) return undefined
    const remedy =
      'The path is relative to the workspace; check the repository out in an earlier step (actions/checkout).'
    throw new Problem(`${show(path)} does not exist`, remedy, 'config')
  }
  const { fault, value, lineOf } = openYaml(source, isMetadata)
  if (fault !== undefined) {
    const remedy = fault.name === 'tab as indent' ? 'Indent with spaces.' : 'Correct it there.'
    const message = `is not plain YAML: ${fault.name} at column ${fault.column}`
    throw new Problem(message, remedy, `${path}:${fault.line}`)
  }
  let content: unknown
  try {
    content = value(100) ?? {}
  } catch (error) {
    throw error instanceof Problem ? error.in(path) : error
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    const remedy = 'Write settings as "name: value", one a line.'
    throw new Problem(`must be a mapping, not ${kindOf(content)}`, remedy, `${path}:${lineOf([])}`)
  }
  const placeOf = (steps: YamlPath): string => `${path}:${lineOf(steps)}`
  return { path, content: content as Record<string, unknown>, placeOf }
}

/** Whether what lies below these keys is the user's own record, in the file itself or in one of its targets. */
function isMetadata(keys: readonly unknown[]): boolean {
  return keys[keys[0] === 'targets' ? 2 : 0] === 'metadata'
}

/** Its text, or undefined when there is no such file. */
function sourceOf(path: string, workspace: string): string | undefined {
  const found = (fault: string, remedy: string): Problem =>
    new Problem(`${show(path)} ${fault}`, remedy, 'config')
  let bytes: Buffer
  try {
    const full = resolve(workspace, path)
    const file = statSync(full)
    // Asked before it is read: a pipe would never end.
    if (!file.isFile()) throw found('is not a file', 'Name a YAML file.')
    if (file.size > limit) {
      throw found(`has ${file.size} bytes, more than ${limit}`, 'Keep settings in it and nothing else.')
    }
    bytes = readFileSync(full)
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw found(`cannot be read (${code})`, 'Let the user of the runner read it.')
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw found('is not text in UTF-8', 'Save it as UTF-8.')
  }
}
