// A step's `with:` for tests: what a good deploy needs, and what a case changes about it.

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../src/failure.ts'
import { type Reading, readSettings, type Surroundings } from '../../src/settings/read.ts'

/** A workspace with `dist` to send, an `empty` directory and a `file`. */
export const workspace = mkdtempSync(join(tmpdir(), 'workspace-'))
mkdirSync(join(workspace, 'dist'))
writeFileSync(join(workspace, 'dist', 'index.html'), 'hello')
mkdirSync(join(workspace, 'empty'))
writeFileSync(join(workspace, 'file'), '')

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
