// The config file's settings and hooks: its top level, and over it the chosen target.

import { type ConfigFile, openConfig, usualPath } from './config_file.ts'
import type { Hook } from './hooks.ts'
import type { Layer } from './layers.ts'
import { nearest } from './nearest.ts'
import { attempt, Problem, show, some } from './problem.ts'
import { isGiven, settingNames, settingOf } from './schema.ts'
import { readSection } from './section.ts'
import { targetName } from './values/names.ts'
import { kindOf } from './values/text.ts'

export interface Config {
  /** Of the top level, covered by the chosen target's, each value as a whole. */
  readonly given: Layer
  /** The top level's, then the chosen target's. */
  readonly hooks: readonly Hook[]
  /** The names of all targets. */
  readonly targets: readonly string[]
  readonly path: string
  /** Settings that the file might have given, had it been right: nobody should call them missing. */
  readonly doubtful: ReadonlySet<string>
}

/** What was asked for; undefined is the usual file, and no target. */
export interface Choice {
  readonly path: string | undefined
  readonly target: string | undefined
}

/**
 * Reads the file, all targets included: keys and hooks must be right everywhere, and values are looked at when they are
 * used. Problems go to `problems`, with `path:line`.
 */
export function readConfig({ path, target }: Choice, workspace: string, problems: Problem[]): Config {
  const found: Problem[] = []
  const file = attempt(found, '', () => openConfig(path, workspace))
  problems.push(...found)
  const nothing = { given: new Map(), hooks: [], targets: [], path: path ?? usualPath }
  if (found.length > 0) return { ...nothing, doubtful: new Set(settingNames) }
  if (file === undefined) {
    if (target === undefined) return { ...nothing, doubtful: new Set() }
    const fault = `${show(target)} is chosen, but there is no ${usualPath}`
    const remedy =
      'Check the repository out in an earlier step (actions/checkout), or set config to the path.'
    problems.push(new Problem(fault, remedy, 'target'))
    return { ...nothing, doubtful: new Set(settingNames) }
  }
  return readFile(file, target, problems)
}

function readFile(file: ConfigFile, target: string | undefined, problems: Problem[]): Config {
  const doubtful = new Set<string>()
  const top = readSection(file, [], file.content, problems, doubtful)
  const targets = targetsOf(file, problems)
  const sections = Object.entries(targets).map(([name, content]) => {
    const section = readSection(file, ['targets', name], content, problems, doubtful)
    return [name, section] as const
  })
  const names = sections.map(([name]) => name)
  const chosen = sections.find(([name]) => name === target)?.[1]
  if (target !== undefined && chosen === undefined) {
    problems.push(unknownTarget(target, names, file.path))
    for (const name of settingNames) doubtful.add(name)
  }
  // What a target takes back is then as if nobody had given it.
  const given = new Map([...top.given, ...(chosen?.given ?? [])])
  return {
    given: new Map([...given].filter(([, { value }]) => isGiven(value))),
    hooks: [...top.hooks, ...(chosen?.hooks ?? [])],
    targets: names,
    path: file.path,
    doubtful,
  }
}

function unknownTarget(target: string, names: readonly string[], path: string): Problem {
  const fault = `${show(target)} is not a target of ${path}`
  if (names.length === 0) return new Problem(fault, 'It has none: add the key targets.', 'target')
  const meant = nearest(target, names)
  const guess = meant === undefined ? '' : `Did you mean ${meant}? `
  return new Problem(fault, `${guess}The targets are ${some(names, 50)}.`, 'target')
}

function targetsOf(file: ConfigFile, problems: Problem[]): Readonly<Record<string, unknown>> {
  const targets = file.content.targets ?? {}
  if (typeof targets !== 'object' || targets === null || Array.isArray(targets)) {
    const fault = `must be a mapping of names, not ${kindOf(targets)}`
    const remedy = 'Write a name such as production, and its settings below it.'
    problems.push(new Problem(fault, remedy, `${file.placeOf(['targets'])}, targets`))
    return {}
  }
  for (const name of Object.keys(targets)) {
    attempt(problems, `${file.placeOf(['targets', name])}, targets`, () => targetName(name))
  }
  return targets as Record<string, unknown>
}

/** Perhaps what is missing is there, under a name that nobody chose. */
export function targetHint(
  { targets, path }: Config,
  inputs: Layer,
  problems: readonly Problem[],
): readonly Problem[] {
  const missing = problems.some(({ message, where }) => {
    const name = settingNames.find((each) => each === where)
    return message.startsWith('is required') && name !== undefined && !settingOf(name).secret
  })
  if (!missing || targets.length === 0 || inputs.has('target')) return []
  const remedy = `One of ${path} may have what is missing: ${some(targets, 50)}.`
  return [new Problem('is not chosen', remedy, 'target')]
}
