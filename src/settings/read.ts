// From what was given to one frozen, typed value; all problems of a run are told together, before anything is connected.

import { Failure } from '../failure.ts'
import { accessProblems, accessWarnings } from './access.ts'
import { collisions } from './collisions.ts'
import { type Host, readHosts } from './hosts.ts'
import { givenInputs, unknownInputs } from './inputs.ts'
import { attempt, Problem } from './problem.ts'
import {
  type HostSettings,
  hostSettingNames,
  type SettingName,
  type Settings,
  settingNames,
  settingOf,
  uses,
} from './schema.ts'
import { secretsOf } from './secrets.ts'
import { type Mode, modes } from './setting.ts'
import { sourceDirectory } from './source.ts'

export interface Reading {
  /** `local_dir` is absolute, and was there. What the mode does not use has its default. */
  readonly settings: Settings
  /** At least one. */
  readonly hosts: readonly Host[]
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
 * Reads every setting through `input`, which gives an input's text untrimmed, and '' for one that is not set.
 * @throws Failure that lists all problems, one a line.
 */
export function readSettings(
  input: (name: SettingName) => string,
  { environment = process.env, inspect = () => [] }: Surroundings = {},
): Reading {
  const problems: Problem[] = []
  const given = givenInputs(input)
  const mode = attempt(problems, 'mode', () => settingOf('mode').parse(given.get('mode') ?? 'deploy') as Mode)
  const values: Record<string, unknown> = { mode }
  for (const name of settingNames.filter((each) => each !== 'mode')) {
    values[name] = attempt(problems, name, () => parsed(name, given, mode)) ?? defaultOf(name)
  }
  const faulty = new Set(problems.map(({ where }) => where.split(',')[0] ?? ''))
  const settings = values as Settings
  const shared = Object.fromEntries(hostSettingNames.map((name) => [name, values[name]])) as HostSettings
  const hosts = readHosts(settings.hosts ?? [], { mode, settings: shared, faulty }, problems)
  if (settings.local_dir !== undefined) {
    const workspace = environment.GITHUB_WORKSPACE || process.cwd()
    const directory = settings.local_dir
    values.local_dir = attempt(problems, 'local_dir', () => sourceDirectory(directory, workspace))
  }
  problems.push(...accessProblems(hosts, environment.SSH_AUTH_SOCK, faulty))
  if (!pathNames.some((name) => faulty.has(name))) {
    const settled = hosts.filter((host) => host.settings.remote_dir !== undefined)
    problems.push(...settled.flatMap((host) => collisions(host, shared)))
  }
  problems.push(...hosts.flatMap((host) => inspect(host)))
  if (problems.length > 0) throw failureOf(problems)
  const warnings = [...unused(given, mode), ...accessWarnings(hosts), ...unknownInputs(environment)]
  return freeze({ settings, hosts, warnings, secrets: secretsOf(values, hosts) })
}

const pathNames = ['remote_dir', 'release_dir', 'public_dir', 'log_file'] as const

/** A setting that the mode does not use is not looked at: a rollback at night must not fail over the build's metadata. */
function parsed(
  name: SettingName,
  given: ReadonlyMap<SettingName, unknown>,
  mode: Mode | undefined,
): unknown {
  const setting = settingOf(name)
  const value = uses(mode, name) ? given.get(name) : undefined
  if (value !== undefined) return setting.parse(value)
  if (setting.default !== undefined) return defaultOf(name)
  // One that hosts may bring themselves is missing only when some host does not: the hosts' reader knows.
  const required = modes.every((each) => setting.requiredBy?.includes(each))
    ? 'is required'
    : mode !== undefined && setting.requiredBy?.includes(mode)
      ? `is required by mode ${mode}`
      : undefined
  if (required === undefined || setting.perHost) return undefined
  throw new Problem(required, setting.description.replaceAll('`', ''))
}

function defaultOf(name: SettingName): unknown {
  const { default: text, parse } = settingOf(name)
  return text === undefined ? undefined : parse(text)
}

function unused(given: ReadonlyMap<SettingName, unknown>, mode: Mode | undefined): readonly string[] {
  const names = [...given.keys()].filter((name) => !uses(mode, name))
  return names.length === 0 ? [] : [`mode ${mode} does not use ${names.join(', ')}.`]
}

function failureOf(problems: readonly Problem[]): Failure {
  const lines = [...new Set(problems.map(({ line }) => line))]
  const count = lines.length === 1 ? '1 setting needs' : `${lines.length} settings need`
  return new Failure([`${count} attention; nothing was connected.`, ...lines].join('\n'))
}

/** Frozen all the way down. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}
