// What other deploy tools wrote down below a remote_dir, read as one history: who was live when, by whom, from what (coming-from.md).

import { readObject, utc } from './manifest.ts'
import { isPlain } from './name.ts'

/** Texts as they stand on a host. Untrusted; lines that no known tool writes are passed over. */
export interface Traces {
  /** Capistrano: `revisions.log`. */
  readonly revisions?: string
  /** Deployer 7 and later: `.dep/releases_log`. */
  readonly deployer?: string
  /** Deployer up to 6: `.dep/releases`. */
  readonly deployerOld?: string
  /** Release to its `BAD_RELEASE`, which Deployer leaves in one that it rolled back from. */
  readonly bad?: ReadonlyMap<string, string>
  /** Release to its `REVISION`, which both write. */
  readonly revision?: ReadonlyMap<string, string>
  /** Where Deployer's link `release` leads: a release that never got done. */
  readonly unfinished?: string | null
}

/** A release that some tool's history tells of. */
export interface Vouched {
  readonly release: string
  readonly revision?: string
  /** As the tool wrote it: a branch, a tag or a commit. */
  readonly ref?: string
  readonly actor?: string
  /** ISO 8601, UTC. */
  readonly created_at?: string
  /** Numbers of its activations in the common order of all releases, oldest first, at least one. */
  readonly activations: readonly number[]
  /** Why it is bad: it was rolled back from. */
  readonly reason?: string
}

type Facts = Omit<Vouched, 'release' | 'activations'>

/** A release became current. `back`: by a rollback. */
interface Switch extends Facts {
  readonly release: string
  readonly back: boolean
}

/**
 * The releases that the logs tell of, in the order of their first activation, whether they are still on the disk or not.
 * @param current what the link serves: a log that knows it is the younger one, where two tools worked in one place.
 */
export function vouchedBy(traces: Traces, current: string | null): readonly Vouched[] {
  const capistrano = linesOf(traces.revisions).flatMap(readRevision)
  const deployer = deployerSwitches(traces)
  const knows = (switches: readonly Switch[]) => switches.some(({ release }) => release === current)
  const switches =
    knows(capistrano) && !knows(deployer) ? [...deployer, ...capistrano] : [...capistrano, ...deployer]
  const facts = new Map<string, Facts>()
  const activations = new Map<string, number[]>()
  let live: string | undefined
  for (const [at, { release, back, ...told }] of switches.entries()) {
    // Going forward again by a "rollback" is no verdict on what was left.
    const left = back && live !== undefined && earlier(activations, release, live) ? live : undefined
    if (left !== undefined) facts.set(left, { ...facts.get(left), reason: rolledBack(release, told.actor) })
    const { reason: _, ...known } = facts.get(release) ?? {}
    facts.set(release, back ? known : { ...known, ...told })
    activations.set(release, [...(activations.get(release) ?? []), at + 1])
    live = release
  }
  return [...activations].map(([release, numbers]) => ({
    release,
    ...withFiles(release, facts.get(release) ?? {}, traces),
    activations: numbers,
  }))
}

function earlier(activations: ReadonlyMap<string, readonly number[]>, a: string, b: string): boolean {
  return (activations.get(a)?.[0] ?? 0) < (activations.get(b)?.[0] ?? 0)
}

function rolledBack(release: string, actor: string | undefined): string {
  return `rolled back to ${release}${actor ? ` by ${actor}` : ''}`
}

function withFiles(release: string, facts: Facts, { bad, revision }: Traces): Facts {
  const commit = facts.revision ?? revision?.get(release)?.trim()
  // BAD_RELEASE: `2021-11-06T21:00:50+0000,Anton Medvedev`
  const mark = bad?.get(release)
  const who = mark?.slice(mark.indexOf(',') + 1).trim()
  return {
    ...facts,
    ...(commit && /^[\w.-]{1,128}$/.test(commit) ? { revision: commit } : {}),
    ...(mark === undefined ? {} : { reason: `rolled back${who ? ` by ${who}` : ''}` }),
  }
}

/** Sought apart from what follows it: in one pattern, a line full of it would be gone over again for each. */
const branch = /\bBranch /
const deployed =
  /^(?<ref>.*?)(?: \(at (?<revision>[^()\s]*)\))? deployed as release (?<release>\S+) by ?(?<actor>.*)$/s
const rolled = /^(?<actor>.*?) ?rolled back to release (?<release>\S+)$/

/** A line of Capistrano 3, all of whose versions differ only in the commit (since 3.0.1) and a time in front of it (once). */
function readRevision(line: string): readonly Switch[] {
  const forward = deployed.exec(behind(branch, line))
  const { release, ref, revision, actor } = (forward ?? rolled.exec(line))?.groups ?? {}
  if (!isPlain(release)) return []
  return [
    { release, back: forward === null, ...given({ ref, revision, actor, created_at: timeOfName(release) }) },
  ]
}

/** What of a line comes after the first match; nothing where there is none. */
function behind(pattern: RegExp, line: string): string {
  const found = pattern.exec(line)
  return found ? line.slice(found.index + found[0].length) : ''
}

/** Deployer notes a release when it begins to make it; which of them failed later it does not say, but of the last one. */
function deployerSwitches(traces: Traces): readonly Switch[] {
  const recent = linesOf(traces.deployer).flatMap(readRelease)
  const named = new Set(recent.map(({ release }) => release))
  // On its way to 7 a project may have copied the old file into the new one.
  const old = linesOf(traces.deployerOld).flatMap(readOldRelease)
  return [...old.filter(({ release }) => !named.has(release)), ...recent].filter(
    ({ release }) => release !== traces.unfinished,
  )
}

/** `{"created_at":"2021-11-06T20:51:45+0000","release_name":"1","user":"Anton Medvedev","target":"HEAD"}` */
function readRelease(line: string): readonly Switch[] {
  const { release_name: name, user, target, created_at: time } = readObject(line) ?? {}
  const release = typeof name === 'number' ? String(name) : name
  if (!isPlain(release)) return []
  const text = (word: unknown) => (typeof word === 'string' ? word : undefined)
  const ref = target === 'HEAD' ? undefined : text(target)
  return [
    { release, back: false, ...given({ ref, actor: text(user), created_at: readTime(text(time) ?? '') }) },
  ]
}

/** `20211106205145,1`; its time is the host's own, of an unknown zone. */
function readOldRelease(line: string): readonly Switch[] {
  const [, release] = /^"?\d{14}"?,"?([^",]+)"?/.exec(line) ?? []
  return isPlain(release) ? [{ release, back: false }] : []
}

/** A name that is a time in UTC: Capistrano's and this tool's `YYYYMMDDHHMMSS`, Statistrano's seconds since 1970. */
export function timeOfName(name: string): string | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(name) ?? []
  if (parts.length === 6) {
    const [year, month, day, hour, minute, second] = parts
    return readTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  }
  return /^1\d{9}$/.test(name) ? iso(new Date(Number(name) * 1000)) : undefined
}

function readTime(time: string): string | undefined {
  const [, clock, sign, minutes] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|([+-]\d\d):?(\d\d))$/.exec(time) ?? []
  return clock === undefined ? undefined : iso(new Date(`${clock}${sign ? `${sign}:${minutes}` : 'Z'}`))
}

function iso(time: Date): string | undefined {
  return Number.isNaN(time.getTime()) ? undefined : utc(time)
}

/** Characters; no known tool writes longer lines. */
const LINE_LIMIT = 4_096

function linesOf(text: string | undefined): readonly string[] {
  const lines = text === undefined ? [] : text.split('\n')
  return lines.filter((line) => line.length <= LINE_LIMIT).map((line) => line.replace(/\r$/, ''))
}

/** Without what is not known; a tool that knows nothing writes nothing in its place. */
function given(facts: { readonly [K in keyof Facts]: Facts[K] | undefined }): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value?.trim())) as Facts
}
