// Artifacts in the Actions cache: best effort, within a deadline of our own, and never a reason for a run to fail.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ownProgram, plainLocale } from '../environment.ts'

/** What the courier (courier.ts) is sent for. */
export interface Errand {
  readonly verb: 'save' | 'restore' | 'look'
  /** To restore: the exact key, then beginnings of others; to look: all that are asked for. */
  readonly keys: readonly string[]
  /** To save: the artifact, and what rsync leaves out of it. */
  readonly dir?: string
  readonly selection?: readonly string[]
  readonly record?: string
}

export interface Restored extends AsyncDisposable {
  /** Where the artifact is. */
  readonly dir: string
  readonly key: string
  readonly record: string
}

/** Seconds for an errand at most; the courier gives up a service that stands still long before (stall.ts). */
const LIMIT = { save: 600, restore: 600, look: 15 } as const

/**
 * The key of an artifact: of its name among the releases of one place, and its content. `scope` tells that place from others that may
 * have a release of the same name.
 */
export function cacheKey(scope: string, release: string, digest: string): string {
  return `${keyPrefix(scope, release)}${digest.replace('sha256:', '')}`
}

/** What the keys of all artifacts of that name begin with. */
export function keyPrefix(scope: string, release: string): string {
  const place = createHash('sha256').update(scope).digest('hex').slice(0, 12)
  return `releases-deploy/${place}/${release}/`
}

/** The digest that a key promises. */
export function digestIn(key: string): string {
  return `sha256:${key.slice(key.lastIndexOf('/') + 1)}`
}

/** Whether a runner offers a cache that may be read (or written): without one, nothing is tried and nothing is waited for. */
export function isCacheOffered(to: 'read' | 'write', env: NodeJS.ProcessEnv = process.env): boolean {
  // The older protocol is used whatever the first variable says where the server is not GitHub's own: GHES, Gitea.
  const service = (env.ACTIONS_CACHE_SERVICE_V2 && env.ACTIONS_RESULTS_URL) || env.ACTIONS_CACHE_URL
  const mode = env.ACTIONS_CACHE_MODE || 'write'
  const allowed =
    to === 'read' ? mode === 'read' || mode === 'write' : mode === 'write' || mode === 'write-only'
  return Boolean(service && env.ACTIONS_RUNTIME_TOKEN) && allowed
}

/** @returns whether it is in the cache now. Never throws. */
export async function saveArtifact(errand: Omit<Errand, 'verb'>, signal: AbortSignal): Promise<boolean> {
  const dir = await workspace()
  try {
    const saved = await send({ ...errand, verb: 'save' }, dir, signal)
    return saved !== null && saved.length > 0
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** @returns `absent` when the cache does not have it, `silent` when it did not say or send it in time. */
export async function restoreArtifact(
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Restored | 'absent' | 'silent'> {
  const dir = await workspace()
  const remove = () => rm(dir, { recursive: true, force: true })
  const found = await send({ verb: 'restore', keys }, dir, signal)
  const key = found?.[0]
  if (key === undefined) {
    await remove()
    return found === null ? 'silent' : 'absent'
  }
  const record = await readFile(join(dir, 'record.json'), 'utf8').catch(() => '')
  return { dir: join(dir, 'tree'), key, record, [Symbol.asyncDispose]: remove }
}

/** Those of `keys` that the cache has, as far as it told in time; null when it told nothing. */
export async function keysInCache(
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string> | null> {
  if (keys.length === 0) return new Set()
  const dir = await workspace()
  try {
    const found = await send({ verb: 'look', keys }, dir, signal)
    return found === null ? null : new Set(found)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function workspace(): Promise<string> {
  const temp = process.env.RUNNER_TEMP
  return mkdtemp(join(temp && existsSync(temp) ? temp : tmpdir(), 'releases-cache-'))
}

/** The courier's findings, as far as it got in its time; null when it had none to tell. It and what it started end with `signal`. */
async function send(errand: Errand, dir: string, signal: AbortSignal): Promise<readonly string[] | null> {
  const program = fileURLToPath(ownProgram('courier'))
  const child = spawn(process.execPath, [program, JSON.stringify(errand)], {
    cwd: dir,
    // The one program that speaks to the cache, and so the one that gets its token.
    env: plainLocale({
      GITHUB_WORKSPACE: dir,
      RUNNER_TEMP: dir,
      ACTIONS_RUNTIME_TOKEN: process.env.ACTIONS_RUNTIME_TOKEN ?? '',
    }),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const kill = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT[errand.verb] * 1000)])
  if (limit.aborted) kill()
  limit.addEventListener('abort', kill, { once: true })
  await once(child, 'close').catch(() => undefined)
  limit.removeEventListener('abort', kill)
  try {
    return JSON.parse(await readFile(join(dir, 'found'), 'utf8'))
  } catch {
    return null
  }
}
