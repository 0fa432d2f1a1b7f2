// A step's `with:` for tests: what a good deploy needs, and what a case changes about it.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Failure } from '../../src/failure.ts'
import { type Reading, readSettings, type Surroundings } from '../../src/settings/read.ts'

/** A workspace of its own with `dist` to send, and with `files`, texts by their paths. */
export function createWorkspace(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'workspace-'))
  for (const [path, text] of Object.entries({ 'dist/index.html': 'hello', ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return dir
}

/** Also with an `empty` directory and a `file`. */
export const workspace = createWorkspace({ file: '' })
mkdirSync(join(workspace, 'empty'))

export const deploy: Readonly<Record<string, string>> = {
  hosts: 'deploy@web1',
  remote_dir: '/srv/app',
  local_dir: 'dist',
  ssh_private_key: 'a key',
  ssh_known_hosts: 'web1 ssh-ed25519 AAAA',
}

export const rollback: Readonly<Record<string, string>> = { ...deploy, local_dir: '', mode: 'rollback' }

export function read(inputs: Readonly<Record<string, string>>, surroundings: Surroundings = {}): Reading {
  const environment = { GITHUB_WORKSPACE: workspace, ...surroundings.environment }
  return readSettings((name) => inputs[name] ?? '', { ...surroundings, environment })
}

/** A workspace with this config file, for `Surroundings`. */
export function withConfig(text: string | Uint8Array, path = '.github/releases.yml'): Surroundings {
  return { environment: { GITHUB_WORKSPACE: createWorkspace({ [path]: text }) } }
}

/** The lines of the failure, without the first, which counts them. */
export function faults(
  inputs: Readonly<Record<string, string>>,
  surroundings?: Surroundings,
): readonly string[] {
  return messageOf(inputs, surroundings).split('\n').slice(1)
}

export function messageOf(inputs: Readonly<Record<string, string>>, surroundings?: Surroundings): string {
  try {
    read(inputs, surroundings)
  } catch (error) {
    if (error instanceof Failure) return error.message
    throw error
  }
  return ''
}
