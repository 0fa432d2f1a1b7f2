// What GitHub tells of the workflow run that this is a step of.

import type { Origin } from './flow/context.ts'

/** One of GitHub's default variables; none of them is needed. */
function given(name: string): string | null {
  return process.env[name] || null
}

export function repositoryUrl(): string | null {
  const server = given('GITHUB_SERVER_URL')
  const repository = given('GITHUB_REPOSITORY')
  return server && repository ? `${server}/${repository}` : null
}

export function origin(): Origin {
  const repository = repositoryUrl()
  const id = given('GITHUB_RUN_ID')
  return {
    revision: given('GITHUB_SHA'),
    ref: given('GITHUB_REF'),
    actor: given('GITHUB_ACTOR'),
    attempt: Number(given('GITHUB_RUN_ATTEMPT') ?? 1) || 1,
    run: repository && id ? `${repository}/actions/runs/${id}` : null,
  }
}
