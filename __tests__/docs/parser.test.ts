// GitHub's own parser reads every workflow that people copy or call, and what it finds is what they would be shown.

import type { ActionReference } from '@actions/languageservice/action'
import { validate } from '@actions/languageservice/validate'
import { validateAction } from '@actions/languageservice/validate-action'
import { describe, expect, test } from 'vitest'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'
import { type Example, ownWorkflows, readText, workflows } from './workflows.ts'

/** The inputs that our workflows give to other people's actions, as their action.yml has them. */
const others: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout': ['persist-credentials', 'fetch-depth', 'ref', 'path'],
  'actions/attest-build-provenance': ['subject-path'],
  'actions/dependency-review-action': ['fail-on-severity'],
  'github/codeql-action': ['languages', 'build-mode', 'queries', 'config', 'category'],
  'actions/upload-artifact': ['name', 'path', 'include-hidden-files', 'if-no-files-found', 'retention-days'],
  'actions/download-artifact': ['name', 'path'],
  'shivammathur/setup-php': ['php-version', 'php-version-file', 'extensions', 'coverage', 'tools'],
}

async function fetchActionMetadata({ owner, name }: ActionReference) {
  if (owner === 'org' && name === 'releases-deploy') return parse(readText('action.yml'))
  const known = others[`${owner}/${name}`]
  if (known === undefined) return undefined
  const inputs = Object.fromEntries(known.map((input) => [input, { description: '' }]))
  return { name, description: '', inputs }
}

/** Workflows that are called: `org/releases-deploy/.github/workflows/…@v1`. */
async function getFileContent(reference: { readonly path: string }) {
  return { name: reference.path, content: readText(reference.path) }
}

let documents = 0

/** Its objections, `line: text`. The parser remembers documents by their address, so each has its own. */
async function objections({ name, text }: Example, check = validate): Promise<readonly string[]> {
  documents += 1
  const document = TextDocument.create(`file:///${documents}/${name.replace(/.*\//, '')}`, 'yaml', 1, text)
  const found = await check(document, {
    actionsMetadataProvider: { fetchActionMetadata },
    fileProvider: { getFileContent },
  })
  return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`)
}

const all = [...ownWorkflows(), ...workflows()]

test.each(all)('$name', async (workflow) => {
  expect(await objections(workflow)).toEqual([])
})

test('action.yml', async () => {
  const text = readText('action.yml')
  expect(await objections({ name: 'action.yml', text }, validateAction)).toEqual([])
})

describe('what it would object to', () => {
  const deploy = readText('examples/deploy.yml')
  const changed = (from: string | RegExp, to: string) => {
    expect(deploy).toMatch(from)
    return objections({ name: 'deploy.yml', text: deploy.replace(from, to) })
  }

  test('an input that the action does not have', async () => {
    expect(await changed('local_dir:', 'local_directory:')).toContainEqual(
      expect.stringContaining("Invalid action input 'local_directory'"),
    )
  })

  test('a queue that there is not', async () => {
    expect(await changed('queue: max', 'queue: longest')).not.toEqual([])
  })

  test('an expression that cannot be', async () => {
    expect(await changed(/secrets\.SSH_PRIVATE_KEY/, 'sekrets.SSH_PRIVATE_KEY')).not.toEqual([])
  })

  test('an unknown runtime of an action', async () => {
    const text = readText('action.yml').replace('using: node24', 'using: node99')
    expect(await objections({ name: 'action.yml', text }, validateAction)).not.toEqual([])
  })

  test('an input that a called workflow does not have', async () => {
    const calling = all.find(({ text }) => text.includes('/fleet.yml@')) as Example
    const text = calling.text.replace(/^( +)shards:/m, '$1shardz:')
    expect(text).not.toBe(calling.text)
    expect(await objections({ name: 'calling.yml', text })).not.toEqual([])
  })
})
