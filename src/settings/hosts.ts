// The hosts of a run: what was written about each, joined with the run's own settings.

import { type Address, nameWithPort, parseAddress, placeOf } from './address.ts'
import { encounters } from './encounters.ts'
import type { HostEntry } from './entries.ts'
import type { Mode } from './mode.ts'
import { suggestion } from './nearest.ts'
import { attempt, Problem, show, some } from './problem.ts'
import {
  type HostSettingName,
  type HostSettings,
  hostSettingNames,
  isCleared,
  isGiven,
  settingNames,
  settingOf,
  uses,
} from './schema.ts'
import { secretInFile } from './secrets.ts'
import { roles } from './values/lists.ts'
import { line } from './values/text.ts'

export interface Host {
  /** Unique in the run, shown in logs: `web1.example.com`, `web1.example.com:2222`, `local`, `web1.example.com /srv/b`. */
  readonly label: string
  readonly kind: 'ssh' | 'local'
  /** Host name or address in lower case, without brackets; `local` for local. */
  readonly name: string
  /** `ssh_user` applied; undefined for local only. */
  readonly user: string | undefined
  /** `ssh_port` applied; 0 for local. */
  readonly port: number
  readonly roles: readonly string[]
  /** Every setting a host may have of its own, the host's value first. */
  readonly settings: HostSettings
}

/** What a host's own entry calls some settings, beside their own names. */
export const shortNames: Readonly<Record<string, HostSettingName>> = { user: 'ssh_user', port: 'ssh_port' }
const keys = ['host', 'roles', ...Object.keys(shortNames), ...hostSettingNames]

interface Draft extends Omit<Address, 'port'> {
  /** Its place in the list, from 1. */
  readonly entry: number
  readonly port: number
  readonly roles: readonly string[]
  readonly settings: HostSettings
}

/** What every host starts from. */
export interface Shared {
  readonly mode: Mode | undefined
  /** The run's own values, as far as they are known. */
  readonly settings: HostSettings
  /** The settings that were given and refused: nobody should call them missing. */
  readonly faulty: ReadonlySet<string>
  /** Whether the list is in the config file, which is no place for secrets. */
  readonly inFile: boolean
}

/** The hosts that `entries` describe. Problems go to `problems`; a host whose entry has one is left out. */
export function readHosts(
  entries: readonly HostEntry[],
  shared: Shared,
  problems: Problem[],
): readonly Host[] {
  const drafts = entries.flatMap((entry, index) => {
    const found: Problem[] = []
    const draft = attempt(found, `hosts, entry ${index + 1}`, () =>
      readEntry(entry, index + 1, shared, found),
    )
    problems.push(...found)
    return draft === undefined || found.length > 0 ? [] : [draft]
  })
  problems.push(...homeless(entries, shared), ...nameless(drafts, shared.faulty), ...encounters(drafts))
  const places = Map.groupBy(drafts, placeOf)
  return drafts.map((draft) => hostOf(draft, places.get(placeOf(draft))?.length !== 1))
}

function readEntry(entry: HostEntry, number: number, shared: Shared, problems: Problem[]): Draft {
  const mapping = typeof entry === 'string' ? { host: entry } : entry
  if (!isGiven(mapping.host)) throw new Problem('names no host', 'Give it the key host.')
  const address = parseAddress(line(mapping.host))
  const where = `hosts, entry ${number} (${address.name})`
  const own: Record<string, unknown> = {}
  if (address.user !== undefined) own.ssh_user = address.user
  if (address.port !== undefined) own.ssh_port = address.port
  for (const [key, value] of Object.entries(mapping)) {
    if (key === 'host' || key === 'roles') continue
    attempt(problems, where, () => {
      const name = settingNamed(key)
      if (shared.inFile && settingOf(name).secret) throw secretInFile(name)
      if (!uses(shared.mode, name)) return
      if (isCleared(name, value)) own[name] = undefined
      if (!isGiven(value)) return
      if (Object.hasOwn(own, name)) throw new Problem(`${key} is given twice`, 'Keep one of the two.')
      own[name] = attempt(problems, `${where}, ${key}`, () => settingOf(name).parse(value))
    })
  }
  if (address.name === 'local' && (own.ssh_user ?? own.ssh_port) !== undefined) {
    throw new Problem('gives the runner itself a user or a port', 'Leave them out: local uses no SSH.')
  }
  const given = isGiven(mapping.roles) ? attempt(problems, `${where}, roles`, () => roles(mapping.roles)) : []
  const settings: HostSettings = { ...shared.settings, ...own }
  const { ssh_user: user, ssh_port: port } = settings
  return { entry: number, name: address.name, user, port, roles: given ?? [], settings }
}

function settingNamed(key: string): HostSettingName {
  const name = Object.hasOwn(shortNames, key)
    ? shortNames[key]
    : hostSettingNames.find((each) => each === key)
  if (name !== undefined) return name
  if (settingNames.some((each) => each === key)) {
    throw new Problem(`${key} is the same for all hosts`, `Set ${key} for the whole run instead.`)
  }
  throw new Problem(`${show(key)} is not a key of a host`, suggestion(key, keys, 'keys'))
}

/** One problem for all entries that end up without a `remote_dir`. */
function homeless(entries: readonly HostEntry[], { settings, faulty }: Shared): readonly Problem[] {
  if (settings.remote_dir !== undefined || faulty.has('remote_dir')) return []
  const lacking = entries.flatMap((entry, index) =>
    typeof entry !== 'string' && isGiven(entry.remote_dir) ? [] : [`entry ${index + 1}`],
  )
  if (entries.length > 0 && lacking.length === 0) return []
  const who = lacking.length === entries.length ? '' : ` by ${some(lacking)} of hosts`
  return [new Problem(`is required${who}`, 'Set it to a directory such as /srv/app.', 'remote_dir')]
}

/** One problem for all hosts that nobody names a user for. */
function nameless(drafts: readonly Draft[], faulty: ReadonlySet<string>): readonly Problem[] {
  const names = drafts
    .filter(({ name, user }) => name !== 'local' && user === undefined)
    .map(({ name }) => name)
  if (names.length === 0 || faulty.has('ssh_user')) return []
  const fault = `is required, as no user is named for ${some([...new Set(names)])}`
  return [new Problem(fault, 'Set ssh_user, or write user@host.', 'ssh_user')]
}

function hostOf({ name, user, port, roles, settings }: Draft, sharesPlace: boolean): Host {
  const place = nameWithPort({ name, port })
  const label = sharesPlace ? `${place} ${settings.remote_dir}` : place
  return name === 'local'
    ? { label, kind: 'local', name, user: undefined, port: 0, roles, settings }
    : { label, kind: 'ssh', name, user, port, roles, settings }
}
