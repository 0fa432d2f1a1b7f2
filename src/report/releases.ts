// The releases of a fleet as a table of safe text, for the log and for the summary.

import type { ReleaseRow } from '../flow/result.ts'
import { count, series, size } from '../wording.ts'
import { capped, plain } from './plain.ts'

/** What the tool itself records with a release; every other key is the user's metadata. */
const RECORDED = new Set([
  'release',
  'current',
  'hosts',
  'created_at',
  'state',
  'revision',
  'ref',
  'actor',
  'run',
  'files',
  'bytes',
  'digest',
  'reason',
  'activated_at',
  'missing_on',
  'attempt',
  'unfinished',
  'rolled_back_in',
  'rolled_back_from',
  'published_in',
])

const sound = new Set(['live', 'adopted', 'staged'])

const STATE_LIMIT = 80

/** At the end of a reason; a shortened address would lead nowhere. */
const RUN_PAGE = /(?<= )https:\/\/[\w.:-]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/actions\/runs\/\d{1,20}$/

const TABLE_LIMIT = 2_000

export interface Table {
  readonly titles: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** One row a release in the given order; columns in which no row has anything are left out. */
export function releaseCells(rows: readonly ReleaseRow[]): Table {
  const fleet = new Set(rows.flatMap(({ current, hosts }) => [...current, ...hosts])).size
  const everywhere = fleet > 1 && rows.every(({ hosts }) => hosts.length === fleet)
  const columns: Record<string, (row: ReleaseRow) => string> = {
    release: (row) => cell(row.release, 128),
    state: (row) => {
      const { words, page } = stateOf(row)
      return page === null ? words : `${words} ${page}`
    },
    'current on': (row) => places(row.current, fleet),
    hosts: (row) => (everywhere ? '' : places(row.hosts, fleet)),
    'created (UTC)': (row) => created(row.created_at),
    by: (row) => cell(row.actor, 40),
    revision: (row) => revision(row.revision),
    content: content,
    metadata: metadata,
  }
  const used = Object.entries(columns).filter(([, read]) => rows.some((row) => read(row) !== ''))
  return { titles: used.map(([title]) => title), rows: rows.map((row) => used.map(([, read]) => read(row))) }
}

/** The lines of an aligned table for the log, of 2,000 releases at most; `*` marks a release that some host serves. */
export function releasesTable(rows: readonly ReleaseRow[]): string[] {
  if (rows.length === 0) return ['There are no releases yet.']
  const { titles, rows: cells } = releaseCells(rows.slice(0, TABLE_LIMIT))
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const aligned = (row: readonly string[]) =>
    row.map((text, index) => text.padEnd(widths[index] ?? 0)).join('  ')
  const lines = [`  ${aligned(titles)}`]
  for (const [index, row] of cells.entries()) {
    lines.push(`${rows[index]?.current.length ? '*' : ' '} ${aligned(row)}`)
  }
  if (rows.length > TABLE_LIMIT) lines.push(`  … ${count(rows.length - TABLE_LIMIT, 'more release')}`)
  return lines.map((line) => line.trimEnd())
}

function cell(value: unknown, limit: number): string {
  if (value === undefined || value === null) return ''
  return capped(plain(typeof value === 'string' ? value : JSON.stringify(value)), limit)
}

/** What became of a release, and the page of the run that did it, where its reason ends in one. */
export function stateOf({ state, reason }: ReleaseRow): {
  readonly words: string
  readonly page: string | null
} {
  // Of one that is well, a reason is the user's own.
  if (!reason || sound.has(state)) return { words: cell(state, STATE_LIMIT), page: null }
  const text = plain(`${state}: ${reason}`)
  const page = RUN_PAGE.exec(text)?.[0] ?? null
  const words = page === null ? text : text.slice(0, -page.length).trimEnd()
  return { words: capped(words, STATE_LIMIT), page }
}

function places(labels: readonly string[], fleet: number): string {
  if (fleet > 1 && labels.length === fleet) return `all ${fleet}`
  return series(labels.map(plain), 3)
}

function created(at: string | null): string {
  const text = cell(at, 40)
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? text.slice(0, 19).replace('T', ' ') : text
}

function revision(value: unknown): string {
  const text = cell(value, 40)
  return /^[0-9a-f]{12,}/.test(text) ? text.slice(0, 7) : text
}

function content({ files, bytes }: ReleaseRow): string {
  const parts = [isAmount(files) ? count(files, 'file') : '', isAmount(bytes) ? size(bytes) : '']
  return parts.filter((part) => part !== '').join(', ')
}

// Comes from a host's manifest, so it may be anything.
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

/** What the user stored with a release. */
export function metadataOf(row: ReleaseRow): readonly (readonly [string, unknown])[] {
  return Object.entries(row).filter(([key, value]) => !RECORDED.has(key) && value !== undefined)
}

function metadata(row: ReleaseRow): string {
  const own = metadataOf(row)
  return cell(own.map(([key, value]) => `${plain(key)}=${cell(value, 80)}`).join(' '), 160)
}
