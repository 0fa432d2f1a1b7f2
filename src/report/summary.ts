// The job summary: what the log's last line says, with the tables behind it.

import type { HostResult, ReleaseRow, Status } from '../flow/result.ts'
import { count, duration, figure, size } from '../wording.ts'
import { changeMarkdown, wayBack } from './change.ts'
import { failureText } from './failures.ts'
import { helpFor } from './help.ts'
import { commitLink, runLink } from './links.ts'
import { block, code, escaped, table, within } from './markup.ts'
import { capped } from './plain.ts'
import { releaseCells, stateOf } from './releases.ts'
import type { Environment, Sink } from './sink.ts'
import { timelineMarkdown } from './timeline.ts'
import { hasListing, type Note, type Run, verdict } from './verdict.ts'

// Bytes. GitHub drops a summary of more than 1 MiB whole, and nobody reads 200 KB; the parts add up to less.
const HOSTS_BUDGET = 50_000
const RELEASES_BUDGET = 70_000
const WARNINGS_BUDGET = 15_000
const NOTES_BUDGET = 15_000
const FAILURE_LIMIT = 4_000
const NAME_LIMIT = 128

const HELP_SHOWN = 3

/** In a row of the releases. */
const HOSTS_SHOWN = 3

/** Hosts up to which their table stands open. */
const OPEN = 25

/** Cells in which GitHub finds nothing to link; code in a table would be broken anywhere. */
const PLAIN = /^(\d{4}-\d\d-\d\d \d\d:\d\d|all \d+|live|bad|failed|staged|adopted|missing|unknown)$/

/** What a run did that has no other part to show it. */
const told: Readonly<Partial<Record<Status, string>>> = {
  planned: 'What would be done',
  pruned: 'What was done',
  repaired: 'What was done',
}

const wrong: readonly Status[] = ['failed', 'reverted']

/** As `gh --repo` takes it; one of another host than its own has that in front. */
function slugOf({ host, pathname }: URL): string {
  return host === 'github.com' ? pathname.slice(1) : `${host}${pathname}`
}

/**
 * The summary of a run, below 200 KB: the verdict, what failed, the hosts, what was done or changed, where the time went, the way back;
 * the releases in list mode; the warnings. It is HTML, which GitHub's Markdown passes on (markup.ts), but for the chart.
 */
export function summaryMarkdown(run: Run): string {
  const { result, failures, repository = null } = run
  const slug = repository === null ? null : slugOf(new URL(repository))
  const parts = [
    `<h3>${mark(run)} ${verdict(run, (name) => code(name, NAME_LIMIT))}</h3>`,
    run.remoteDir === undefined ? '' : `<p>In ${code(run.remoteDir)}</p>`,
    failures.length === 0
      ? ''
      : `<h4>What failed</h4>\n\n${block(capped(failureText(failures), FAILURE_LIMIT))}\n\n${helpLinks(failures)}`,
    wrong.includes(result.status)
      ? wayBack(result, run.attempted ?? null, { repository: slug, target: run.target })
      : '',
    result.status === 'listed' ? '' : hostTable(run),
    doings(run),
    hasListing(run) ? listing(run) : '',
    changeMarkdown(result, repository),
    run.warnings.length === 0 ? '' : `<h4>Warnings</h4>\n${noteList(run.warnings, WARNINGS_BUDGET)}`,
    timelineMarkdown(run.timeline ?? [], run.seconds),
    wrong.includes(result.status) ? '' : wayBack(result, null, { repository: slug, target: run.target }),
  ]
  // A blank line ends an HTML block, so there are some between the parts and none inside.
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`
}

/** In a block an address cannot be followed. */
function helpLinks(failures: Run['failures']): string {
  const addresses = [...new Set(failures.map(({ message }) => helpFor(message)))].slice(0, HELP_SHOWN)
  const links = addresses.map((address) => `<a href="${address}">${escaped(address.split('#')[1] ?? '')}</a>`)
  return `<p>More on: ${links.join(', ')}</p>`
}

/** So that a glance is enough. */
function mark({ result, failures, warnings }: Run): string {
  if (failures.length > 0 || wrong.includes(result.status)) return '❌'
  return warnings.length > 0 ? '⚠️' : '✅'
}

/** The hosts, those in trouble first; a long table is folded. */
function hostTable({ result }: Run): string {
  const hosts = worstFirst(result.hosts)
  if (hosts.length === 0) return ''
  const columns: Record<string, (host: HostResult) => string> = {
    host: ({ host }) => code(host),
    status: statusCell,
    release: ({ release }) => code(release ?? ''),
    ...(hosts.some((host) => host.previous_release) && {
      previous: ({ previous_release }) => code(previous_release ?? ''),
    }),
    ...(hosts.some((host) => host.bytes_sent > 0) && {
      'files changed': ({ files_changed }) => figure(files_changed),
      sent: ({ bytes_sent }) => size(bytes_sent),
    }),
    time: ({ seconds }) => duration(seconds),
  }
  const reads = Object.values(columns)
  const rows = hosts.map((host) => reads.map((read) => read(host)))
  const html = table(Object.keys(columns), rows, HOSTS_BUDGET)
  if (hosts.length <= OPEN) return html
  const bad = hosts.filter(isBad).length
  const some = bad === 0 ? '' : `, ${figure(bad)} in trouble`
  return `<details><summary>${count(hosts.length, 'host')}${some}</summary>\n${html}\n</details>`
}

/** Of a run that failed, a host that did not fail itself is not to blame. */
function isBad({ error }: HostResult): boolean {
  return error !== null
}

function statusCell(host: HostResult): string {
  const words = host.status.replace('_', ' ')
  if (isBad(host)) return `❌ ${words}`
  return host.status === 'reverted' ? `↩️ ${words}` : words
}

function worstFirst(hosts: readonly HostResult[]): readonly HostResult[] {
  const rank = (host: HostResult) => (isBad(host) ? 0 : host.status === 'reverted' ? 1 : 2)
  return hosts.toSorted((a, b) => rank(a) - rank(b))
}

/** The releases; which host serves what, where they differ. */
function listing({ result, repository = null, unseen = [] }: Run): string {
  const seen = result.hosts.filter(({ host }) => !unseen.includes(host))
  const differ = new Set(seen.map(({ release }) => release)).size > 1
  const rows = result.hosts.map(({ host, release }) => [
    code(host),
    release === null ? (unseen.includes(host) ? 'not known' : 'nothing') : code(release),
  ])
  const drift = differ
    ? `<h4>The hosts differ</h4>\n${table(['host', 'serves'], rows, HOSTS_BUDGET)}\n\n<h4>Releases</h4>\n`
    : ''
  return `${drift}${releaseTable(result.releases, repository)}`
}

function releaseTable(releases: Run['result']['releases'], repository: string | null): string {
  if (releases.length === 0) return '<p>There are no releases yet.</p>'
  const { titles, rows } = releaseCells(releases)
  const cells = rows.map((row, index) =>
    row.map((text, column) => {
      const release = releases[index]
      const title = titles[column]
      // A table that is wider than the page hides its last columns.
      const cell = title === 'created (UTC)' ? text.replace(/(?<= \d\d:\d\d):\d\d$/, '') : text
      if (cell === '' || PLAIN.test(cell)) return cell
      if (title === 'state' && release) return stateCell(release, repository)
      if (title === 'revision') return commitLink(repository, release?.revision, release?.run)
      if (title === 'current on') return hostList(release?.current ?? [])
      if (title === 'hosts') return hostList(release?.hosts ?? [])
      return title === 'release' && release?.current.length ? `<b>${code(cell)}</b>` : code(cell)
    }),
  )
  return table(titles, cells, RELEASES_BUDGET)
}

function stateCell(release: ReleaseRow, repository: string | null): string {
  const { words, page } = stateOf(release)
  return page === null ? code(words) : `${code(words)} ${runLink(repository, page)}`
}

/** Some hosts of a table's row, one below the other. */
function hostList(hosts: readonly string[]): string {
  const shown = hosts.length > HOSTS_SHOWN ? hosts.slice(0, HOSTS_SHOWN - 1) : hosts
  const more = hosts.length - shown.length
  return [...shown.map((host) => code(host)), ...(more > 0 ? [`and ${figure(more)} more`] : [])].join('<br>')
}

function doings({ result, notes = [] }: Run): string {
  const title = told[result.status]
  return title === undefined || notes.length === 0
    ? ''
    : `<h4>${title}</h4>\n${noteList(notes, NOTES_BUDGET)}`
}

function noteList(notes: readonly Note[], budget: number): string {
  const items = notes.map(({ host, text }) => {
    const where = host === undefined ? '' : `${code(host)} `
    return `<li>${where}${code(text)}</li>`
  })
  return ['<ul>', ...within(items, budget, (count) => `<li>… ${count} more</li>`), '</ul>'].join('\n')
}

/** Adds `markdown` to the job summary where there is one. A summary that cannot be written is a warning. */
export async function writeSummary(
  markdown: string,
  sink: Sink,
  env: Environment = process.env,
): Promise<void> {
  if (!env.GITHUB_STEP_SUMMARY) return
  try {
    await sink.summary.addRaw(markdown).write()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    sink.warning(`The job summary could not be written: ${reason}`, { title: 'releases-deploy' })
  }
}
