// From what was given to one frozen, typed value; all problems of a run are told together, before anything is connected.

import { Failure } from '../failure.ts'
import { accessProblems, accessWarnings } from './access.ts'
import { collisions } from './collisions.ts'
import { type Choice, readConfig, targetHint } from './config.ts'
import { type Hook, roleProblems } from './hooks.ts'
import { type Host, readHosts } from './hosts.ts'
import { givenInputs, unknownInputs } from './inputs.ts'
import { defaultOf, type Layer, located, typedValue } from './layers.ts'
import { linkProblems } from './linked_paths.ts'
import { isOneOf, type Mode, preparing } from './mode.ts'
import { attempt, type Problem } from './problem.ts'
import {
  type HostSettings,
  hostSettingNames,
  type SettingName,
  type Settings,
  schema,
  settingNames,
  settingOf,
  uses,
} from './schema.ts'
import { secretsOf } from './secrets.ts'
import { enclosed, sourceDirectory } from './source.ts'

export interface Reading {
  /** `local_dir` is absolute, and was there; undefined in a check where it was not. What the mode does not use has its default. */
  readonly settings: Settings
  /** At least one. */
  readonly hosts: readonly Host[]
  /** The config file's, the chosen target's last. */
  readonly hooks: readonly Hook[]
  /** Sentences about what was given but has no effect, or less safety than it could have. */
  readonly warnings: readonly string[]
  /** What to mask in the log. */
  readonly secrets: readonly string[]
}

export interface Surroundings {
  /** Where `GITHUB_WORKSPACE`, `SSH_AUTH_SOCK` and the names of all inputs are found. */
  readonly environment?: Readonly<NodeJS.ProcessEnv>
  /** Further problems of a host, such as a key that cannot be read; the same one of many hosts is told once. */
  readonly inspect?: (host: Host) => readonly Problem[]
}

/**
 * Reads every setting through `input`, which gives an input's text untrimmed, and '' for one that is not set; and from
 * the config file in the workspace, which inputs override.
 * @throws Failure that lists all problems, one a line.
 */
export function readSettings(
  input: (name: SettingName) => string,
  { environment = process.env, inspect = () => [] }: Surroundings = {},
): Reading {
  const problems: Problem[] = []
  const inputs = givenInputs(input)
  const workspace = environment.GITHUB_WORKSPACE || process.cwd()
  const config = readConfig(choiceIn(inputs, problems), workspace, problems)
  const given: Layer = new Map([...config.given, ...inputs])
  const mode = attempt(
    problems,
    'mode',
    () => settingOf('mode').parse(given.get('mode')?.value ?? 'deploy') as Mode,
  )
  const values: Record<string, unknown> = { mode }
  for (const name of settingNames.filter((each) => each !== 'mode')) {
    values[name] =
      attempt(problems, name, () => typedValue(name, { given, mode, doubtful: config.doubtful })) ??
      defaultOf(name)
  }
  const faulty = new Set([...config.doubtful, ...problems.map(({ where }) => where.split(',')[0] ?? '')])
  const settings = values as Settings
  const shared = Object.fromEntries(hostSettingNames.map((name) => [name, values[name]])) as HostSettings
  const inFile = given.get('hosts')?.place !== undefined
  const entries = settings.hosts ?? []
  const hosts = readHosts(entries, { mode, settings: shared, faulty, inFile }, problems)
  const warnings: string[] = []
  if (settings.local_dir !== undefined) {
    values.local_dir = artifactOf(settings.local_dir, { mode, workspace, warnings, problems })
  }
  problems.push(...accessProblems(hosts, environment.SSH_AUTH_SOCK, faulty))
  if (!pathNames.some((name) => faulty.has(name))) {
    const settled = hosts.filter((host) => host.settings.remote_dir !== undefined)
    problems.push(...settled.flatMap((host) => collisions(host, shared)))
    const source = isOneOf(preparing, settings.mode) ? settings.local_dir : undefined
    if (source !== undefined) problems.push(...enclosed(source, settled, shared, settings.exclude ?? []))
  }
  problems.push(...hosts.flatMap((host) => linkProblems(host, shared, settings.revision_file)))
  if (hosts.length > 0 && hosts.length === entries.length) {
    problems.push(...roleProblems(config.hooks, hosts, mode))
  }
  problems.push(...hosts.flatMap((host) => inspect(host)))
  if (problems.length > 0) {
    const found = problems.map((problem) => located(problem, given))
    throw failureOf([...found, ...targetHint(config, inputs, problems)])
  }
  warnings.push(...unused(inputs, mode), ...accessWarnings(hosts), ...unknownInputs(environment))
  return freeze({ settings, hosts, hooks: config.hooks, warnings, secrets: secretsOf(values, hosts) })
}

const pathNames = ['remote_dir', 'release_dir', 'public_dir', 'log_file'] as const

function choiceIn(inputs: Layer, problems: Problem[]): Choice {
  const chosen = (name: 'config' | 'target'): string | undefined => {
    const value = inputs.get(name)?.value
    return value === undefined ? undefined : attempt(problems, name, () => schema[name].parse(value))
  }
  return { path: chosen('config'), target: chosen('target') }
}

interface Build {
  readonly mode: Mode | undefined
  readonly workspace: string
  readonly warnings: string[]
  readonly problems: Problem[]
}

/** A check may run where nothing was built. */
function artifactOf(directory: string, { mode, workspace, warnings, problems }: Build): string | undefined {
  const found: Problem[] = []
  const path = attempt(found, 'local_dir', () => sourceDirectory(directory, workspace))
  if (mode === 'check') warnings.push(...found.map(({ line }) => line))
  else problems.push(...found)
  return path
}

function unused(inputs: Layer, mode: Mode | undefined): readonly string[] {
  const names = [...inputs.keys()].filter((name) => !uses(mode, name))
  return names.length === 0 ? [] : [`mode ${mode} does not use ${names.join(', ')}.`]
}

function failureOf(problems: readonly Problem[]): Failure {
  const lines = [...new Set(problems.map(({ line }) => line))]
  const count = lines.length === 1 ? '1 setting needs' : `${lines.length} settings need`
  const told = lines.length > 100 ? [...lines.slice(0, 99), `And ${lines.length - 99} more.`] : lines
  return new Failure([`${count} attention; nothing was connected.`, ...told].join('\n'))
}

/** Frozen all the way down. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
