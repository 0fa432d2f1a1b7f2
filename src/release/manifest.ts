// manifest.json (host.md): read without trust, changed without losing what others wrote, rendered as Statistrano reads it.

import { isPlain } from './name.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export type State = 'live' | 'bad' | 'failed' | 'staged' | 'adopted'

/** What this tool knows of a release itself; stands under the reserved key `deploy`. Unknown fields are kept. */
export interface Deploy {
  readonly schema: 1
  /** Order of creation and of activation: one counter, never a clock. */
  readonly seq: number
  readonly state: State
  /** ISO 8601, UTC; nobody knows it of some releases that another tool made. */
  readonly created_at?: string
  readonly activations: readonly number[]
  readonly activated_at: readonly string[]
  /** Why it is bad or failed. */
  readonly reason?: string
  /** The link was led to it, and what follows a switch has not been seen to end well. */
  readonly unfinished?: true
  /** URL of the workflow run whose rollback made it current last. */
  readonly rolled_back_in?: string
  /** What that one left. */
  readonly rolled_back_from?: string
  /** URL of the workflow run whose publish made it current. */
  readonly published_in?: string
  /** What it was given besides its artifact (flow/given.ts). */
  readonly given?: JsonObject
  /** The same of a staged release, as one word. */
  readonly additions?: string
  /** Commands changed it when it was staged: to stage it again is to make it anew. */
  readonly stirred?: true
  readonly [key: string]: Json | undefined
}

/** One record of the manifest, as it stands in the file. */
export type Entry = JsonObject

/** The manifest cannot be trusted: its message says why, `future` that only a newer version of the tool can read it. */
export class Damage extends Error {
  readonly future: boolean
  constructor(why: string, future = false) {
    super(why)
    this.future = future
  }
}

/** @throws Damage when the text is not what host.md describes. */
export function parseManifest(text: string): readonly Entry[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Damage(text.trim() === '' ? 'it is empty' : 'it is not JSON')
  }
  if (!Array.isArray(value)) throw new Damage('it is not a JSON array')
  for (const entry of value) {
    if (!isObject(entry)) throw new Damage('it holds something that is not a record')
    const deploy = entry.deploy
    if (deploy === undefined) continue
    if (!isObject(deploy) || typeof deploy.schema !== 'number')
      throw new Damage('a record has a broken `deploy` part')
    if (deploy.schema > 1) throw new Damage('a newer version of this tool wrote it', true)
    if (!isDeploy(deploy)) throw new Damage('a record has a broken `deploy` part')
  }
  if (isDeeper(value, DEPTH_LIMIT)) throw new Damage(`it is nested more than ${DEPTH_LIMIT} deep`)
  return recounted(ODD_NUMBER.test(text) ? exact(text, value) : (value as Entry[]))
}

/** What may be a number that would be written back otherwise than it stands there. */
const ODD_NUMBER = /(?:"\s*:|[[,])\s*(?:-0\b|-?(?:\d{16}|\d+\.\d*0\b|\d[\d.]{15}|\d[\d.]*[eE]))/

/** The same with the numbers of others as they wrote them: a build number of twenty digits is not ours to round. */
function exact(text: string, known: readonly JsonObject[]): readonly Entry[] {
  const { rawJSON } = JSON as unknown as { rawJSON: (source: string) => Json }
  const keep = (_: string, value: unknown, { source = '' }: { readonly source?: string } = {}) =>
    typeof value === 'number' && String(value) !== source ? rawJSON(source) : value
  const entries: readonly Entry[] = JSON.parse(text, keep)
  return entries.map((entry, at) => {
    const deploy = known[at]?.deploy
    return deploy === undefined ? entry : { ...entry, deploy }
  })
}

/** One record a line: short enough for people to read, valid for any reader of JSON. */
export function renderManifest(entries: readonly Entry[]): string {
  return `[${entries.map((entry) => JSON.stringify(entry)).join(',\n ')}]`
}

/** The name in a record; undefined for one without a name or with a hostile one, which is then ignored. */
export function nameOf(entry: Entry): string | undefined {
  const name = entry.release
  return isPlain(name) ? name : undefined
}

export function deployOf(entry: Entry): Deploy | undefined {
  return entry.deploy as Deploy | undefined
}

/** The user's part of a record. */
export function metadataOf(entry: Entry): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'release' && key !== 'deploy'))
}

/** As records have times: ISO 8601, UTC, to the second. */
export function utc(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** The entries with `change` applied to the tool's part of `release`'s record. */
export function amend(
  entries: readonly Entry[],
  release: string,
  change: (deploy: Deploy) => Deploy,
): readonly Entry[] {
  return entries.map((entry) => {
    const deploy = deployOf(entry)
    return nameOf(entry) === release && deploy ? { ...entry, deploy: change(deploy) as JsonObject } : entry
  })
}

export function without(entries: readonly Entry[], releases: readonly string[]): readonly Entry[] {
  const gone = new Set(releases)
  return entries.filter((entry) => {
    const name = nameOf(entry)
    return name === undefined || !gone.has(name)
  })
}

/** The next free number of the counter that orders releases and activations. */
export function nextSeq(entries: readonly Entry[]): number {
  return numbersIn(entries).reduce((highest, seq) => Math.max(highest, seq), 0) + 1
}

function numbersIn(entries: readonly Entry[]): readonly number[] {
  return entries.flatMap((entry) => {
    const deploy = deployOf(entry)
    return deploy ? [deploy.seq, ...deploy.activations] : []
  })
}

/** No counting gets there: from here on, what is written next might be too large to be read again. */
const HIGH = 2 ** 50

/** In the same order, with numbers that leave room to count on. */
function recounted(entries: readonly Entry[]): readonly Entry[] {
  const used = numbersIn(entries)
  if (used.every((seq) => Math.abs(seq) < HIGH)) return entries
  const places = new Map([...new Set(used)].sort((a, b) => a - b).map((seq, at) => [seq, at + 1]))
  const placeOf = (seq: number) => places.get(seq) as number
  return entries.map((entry) => {
    const deploy = deployOf(entry)
    if (!deploy) return entry
    const { seq, activations } = deploy
    return { ...entry, deploy: { ...deploy, seq: placeOf(seq), activations: activations.map(placeOf) } }
  })
}

function isDeploy(value: JsonObject): boolean {
  return (
    isNumber(value.seq) &&
    ['live', 'bad', 'failed', 'staged', 'adopted'].includes(value.state as string) &&
    Array.isArray(value.activations) &&
    value.activations.every(isNumber) &&
    Array.isArray(value.activated_at) &&
    value.activated_at.every((time) => typeof time === 'string')
  )
}

/** One that can be counted on from, and back, without loss. */
function isNumber(value: unknown): boolean {
  return Number.isSafeInteger(value) && Math.abs(value as number) < 2 ** 52
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Twice what a user's own metadata may have. What JSON.parse reads at any depth, JSON.stringify cannot write back. */
const DEPTH_LIMIT = 200

/** Whether arrays and objects stand in one another in more than so many levels. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

/** An object of untrusted JSON; null when it is anything else, or nested too deep. */
export function readObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && !isDeeper(value, DEPTH_LIMIT) ? value : null
  } catch {
    return null
  }
}
