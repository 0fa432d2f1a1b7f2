// What a switch changed: the release beside the one before it, and the way back.

import type { ReleaseRow, Result, Status } from '../flow/result.ts'
import { count, figure, size } from '../wording.ts'
import { compareLink, isWithin } from './links.ts'
import { code, table } from './markup.ts'
import { plain } from './plain.ts'
import { isAmount, metadataOf } from './releases.ts'

const METADATA_BUDGET = 10_000
const VALUE_LIMIT = 1_000

/** Statuses of a run that brought a release to the hosts. */
const brought: readonly Status[] = ['deployed', 'staged', 'published', 'rolled_back']

/** HTML; empty for a run that made nothing current and staged nothing. */
export function changeMarkdown(
  { status, release, previous_release, releases }: Result,
  repository: string | null,
): string {
  const row = rowOf(releases, release)
  if (!brought.includes(status) || !row) return ''
  const before = rowOf(releases, previous_release)
  const facts = [content(row, before), before ? commits(row, before, repository) : ''].filter(Boolean)
  const own = metadataOf(row).map(([key, value]) => [
    code(key, VALUE_LIMIT),
    code(typeof value === 'string' ? value : JSON.stringify(value), VALUE_LIMIT),
  ])
  return [
    facts.length === 0
      ? ''
      : `<h4>What changed</h4>\n<ul>\n${facts.map((fact) => `<li>${fact}</li>`).join('\n')}\n</ul>`,
    own.length === 0 ? '' : `<h4>Metadata</h4>\n${table(['key', 'value'], own, METADATA_BUDGET)}`,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function rowOf(rows: readonly ReleaseRow[], release: string | null): ReleaseRow | undefined {
  return rows.find((row) => row.release === release)
}

function content(row: ReleaseRow, before: ReleaseRow | undefined): string {
  const { files, bytes } = row
  if (!isAmount(files) || !isAmount(bytes)) return ''
  const now = `${count(files, 'file')}, ${size(bytes)}`
  if (!before || !isAmount(before.files) || !isAmount(before.bytes)) return now
  return `${now} (${difference(files - before.files, figure)} files, ${difference(bytes - before.bytes, size)} against ${code(before.release)})`
}

function difference(amount: number, show: (amount: number) => string): string {
  return amount < 0 ? `−${show(-amount)}` : `+${show(amount)}`
}

function commits(row: ReleaseRow, before: ReleaseRow, repository: string | null): string {
  if (!isWithin(repository, row.run) || !isWithin(repository, before.run)) return ''
  const comparison = compareLink(repository, before.revision, row.revision)
  if (comparison !== '') return `commits ${comparison}`
  return typeof row.revision === 'string' && row.revision === before.revision ? 'the same commit' : ''
}

export interface Way {
  /** `owner/name`, with the host before it when that is not github.com; null outside of GitHub. */
  readonly repository: string | null
  readonly target: string | undefined
}

/** How to go back by hand: what to fill in, and the command that does it. Empty when there is nowhere to go back to. */
export function wayBack(
  { status, release, hosts, previous_release }: Result,
  attempted: string | null,
  { repository, target }: Way,
): string {
  const went = status === 'deployed' || status === 'published' ? release : attempted
  const stuck = status === 'failed' && went !== null && hosts.some((host) => host.release === went)
  const back = stuck
    ? (hosts.find((host) => host.release === went)?.previous_release ?? null)
    : previous_release
  if (back === null || !(stuck || status === 'deployed' || status === 'published')) return ''
  const place = [
    ...(repository === null ? [] : [`--repo ${repository}`]),
    `-f environment=${target ?? 'ENVIRONMENT'}`,
  ]
  const command = ['gh workflow run rollback.yml', ...place, `-f mode=rollback -f release=${back}`].join(' ')
  const how = target === undefined ? 'or, with your environment for <code>ENVIRONMENT</code>:' : 'or:'
  const words = `<p>Start your <a href="${guide}">rollback workflow</a> with <code>release</code> ${code(back)}, ${how}</p>\n\n<pre>${code(plain(command), VALUE_LIMIT)}</pre>`
  return stuck
    ? `<h4>Roll back</h4>\n${words}`
    : `<details><summary>Roll back to ${code(back)}</summary>\n${words}\n\n</details>`
}

const guide = 'https://github.com/org/releases-deploy#roll-back'
