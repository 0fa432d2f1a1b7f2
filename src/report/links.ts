// Addresses on GitHub that a report leads to; only ever within the run's own repository.

import { code } from './markup.ts'

const COMMIT = /^[0-9a-f]{7,64}$/

/** `repository` is its URL, from the runner. */
export function compareLink(repository: string | null, from: unknown, to: unknown): string {
  if (!repository || !isCommit(from) || !isCommit(to) || from === to) return ''
  return link(
    `${repository}/compare/${from}...${to}`,
    `<code>${from.slice(0, 7)}</code> … <code>${to.slice(0, 7)}</code>`,
  )
}

/** `home` is the address of the run that deployed the commit: another repository's commits are not in this one. */
export function commitLink(repository: string | null, revision: unknown, home: unknown): string {
  if (!isCommit(revision)) return code(typeof revision === 'string' ? revision : '')
  const short = `<code>${revision.slice(0, 7)}</code>`
  return isWithin(repository, home) ? link(`${repository}/commit/${revision}`, short) : short
}

/** The page of a workflow run; where it is another repository's, its address alone. */
export function runLink(repository: string | null, page: string): string {
  const id = /\/actions\/runs\/(\d+)$/.exec(page)?.[1]
  const ours = id !== undefined && page === `${repository}/actions/runs/${id}`
  return ours ? link(page, `run ${id}`) : code(page)
}

/** Whether `address` is of a page of `repository`. */
export function isWithin(repository: string | null, address: unknown): boolean {
  return repository !== null && typeof address === 'string' && address.startsWith(`${repository}/`)
}

function isCommit(text: unknown): text is string {
  return typeof text === 'string' && COMMIT.test(text)
}

function link(address: string, html: string): string {
  return `<a href="${encodeURI(address)}">${html}</a>`
}
