// The job summary: what the log's last line says, with the tables behind it.

import { duration, figure, size } from '../wording.ts'
import { failureText } from './failures.ts'
import { block, code, table, within } from './markup.ts'
import { capped } from './plain.ts'
import { releaseCells } from './releases.ts'
import type { Environment, Sink } from './sink.ts'
import { type Run, verdict } from './verdict.ts'

// Bytes. GitHub drops a summary of more than 1 MiB whole, and nobody reads 200 KB; the parts add up to less.
const HOSTS_BUDGET = 60_000
const RELEASES_BUDGET = 80_000
const WARNINGS_BUDGET = 20_000
const FAILURE_LIMIT = 4_000
const NAME_LIMIT = 128

/**
 * The summary of a run, below 200 KB: the verdict, what failed, the hosts, the releases (list mode), the warnings.
 * It is HTML, which GitHub's Markdown passes on; see markup.ts.
 */
export function summaryMarkdown(run: Run): string {
  const { result } = run
  const listed = result.status === 'listed'
  const parts = [
    `<h3>${verdict(run, (name) => code(name, NAME_LIMIT))}</h3>`,
    run.remoteDir === undefined ? '' : `<p>In ${code(run.remoteDir)}</p>`,
    run.failures.length === 0
      ? ''
      : `<h4>What failed</h4>\n\n${block(capped(failureText(run.failures), FAILURE_LIMIT))}`,
    listed ? releaseTable(run) : hostTable(run),
    run.warnings.length === 0 ? '' : `<h4>Warnings</h4>\n${warningList(run)}`,
  ]
  // A blank line ends an HTML block, so there are some between the parts and none inside.
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`
}

function hostTable({ result }: Run): string {
  if (result.hosts.length === 0) return ''
  const titles = ['host', 'status', 'release', 'previous', 'files changed', 'sent', 'time']
  const rows = result.hosts.map((host) => [
    code(host.host),
    host.status.replace('_', ' '),
    code(host.release ?? ''),
    code(host.previous_release ?? ''),
    figure(host.files_changed),
    size(host.bytes_sent),
    duration(host.seconds),
  ])
  return table(titles, rows, HOSTS_BUDGET)
}

function releaseTable({ result }: Run): string {
  if (result.releases.length === 0) return '<p>There are no releases yet.</p>'
  const { titles, rows } = releaseCells(result.releases)
  return table(
    titles,
    rows.map((row) => row.map((cell) => code(cell))),
    RELEASES_BUDGET,
  )
}

function warningList(run: Run): string {
  const items = run.warnings.map(({ host, text }) => {
    const where = host === undefined ? '' : `${code(host)} `
    return `<li>${where}${code(text)}</li>`
  })
  return ['<ul>', ...within(items, WARNINGS_BUDGET, (count) => `<li>… ${count} more</li>`), '</ul>'].join(
    '\n',
  )
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
