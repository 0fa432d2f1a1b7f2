import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { keysInCache, restoreArtifact, saveArtifact } from '../../src/transfer/artifact_cache.ts'
import { readTree } from '../scenarios/tree.ts'
import { type Store, startCacheService } from '../servers/cache_service.ts'
import { type Azurite, startAzurite } from './azurite.ts'

let azurite: Azurite
let dir: string
const { signal } = new AbortController()

beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite[Symbol.asyncDispose]())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'artifact-'))
  await mkdir(join(dir, 'bin'))
  await writeFile(join(dir, 'bin/run'), '#!/bin/sh\n')
  await chmod(join(dir, 'bin/run'), 0o775)
  await symlink('bin/run', join(dir, 'start'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true })
})

async function serving(store: Store) {
  const service = await startCacheService(store)
  for (const [name, value] of Object.entries(service.env)) vi.stubEnv(name, value)
  return service
}

// Above 128 MiB the client sends blocks, and a list of them.
test.each([0, 140_000_000])('an artifact with a file of %d bytes comes back as it was', async (size) => {
  await using _ = await serving(azurite.store)
  await writeFile(join(dir, 'large'), randomBytes(size))
  expect(await saveArtifact({ keys: ['place/one'], dir, record: '{"release":"one"}' }, signal)).toBe(true)
  expect(await keysInCache(['place/one', 'place/two'], signal)).toEqual(new Set(['place/one']))
  const restored = await restoreArtifact(['place/'], signal)
  if (typeof restored === 'string') throw new Error(`it is ${restored}`)
  await using _restored = restored
  expect(restored).toMatchObject({ key: 'place/one', record: '{"release":"one"}' })
  expect(await readTree(restored.dir)).toEqual(await readTree(dir))
})

test('what it refuses to take is known not to be kept', async () => {
  await using service = await serving(azurite.expired)
  expect(await saveArtifact({ keys: ['place/one'], dir }, signal)).toBe(false)
  expect(service.keys()).toEqual([])
  expect(await restoreArtifact(['place/one'], signal)).toBe('absent')
})
