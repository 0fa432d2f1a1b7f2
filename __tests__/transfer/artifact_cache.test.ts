import { expect, test } from 'vitest'
import { cacheKey, digestIn, isCacheOffered, keyPrefix } from '../../src/transfer/artifact_cache.ts'

const digest = `sha256:${'0a'.repeat(32)}`

test('a key is of the place, the name and the content, and promises the digest', () => {
  const key = cacheKey('production', '1.0', digest)
  expect(key).toMatch(/^releases-deploy\/[0-9a-f]{12}\/1\.0\/[0-9a-f]{64}$/)
  expect(digestIn(key)).toBe(digest)
  expect(key.startsWith(keyPrefix('production', '1.0'))).toBe(true)
  expect(key.startsWith(keyPrefix('production', '1'))).toBe(false)
  expect(key.startsWith(keyPrefix('staging', '1.0'))).toBe(false)
})

const v2 = { ACTIONS_CACHE_SERVICE_V2: 'true', ACTIONS_RESULTS_URL: 'http://x/', ACTIONS_RUNTIME_TOKEN: 't' }

test.each<[string, NodeJS.ProcessEnv, boolean, boolean]>([
  ['no service', {}, false, false],
  ['a service', v2, true, true],
  ['the older protocol', { ACTIONS_CACHE_URL: 'http://x/', ACTIONS_RUNTIME_TOKEN: 't' }, true, true],
  ['a service without a token', { ...v2, ACTIONS_RUNTIME_TOKEN: '' }, false, false],
  ['one to read', { ...v2, ACTIONS_CACHE_MODE: 'read' }, true, false],
  ['one to write', { ...v2, ACTIONS_CACHE_MODE: 'write-only' }, false, true],
  ['one to leave alone', { ...v2, ACTIONS_CACHE_MODE: 'none' }, false, false],
])('%s', (_, env, read, write) => {
  expect([isCacheOffered('read', env), isCacheOffered('write', env)]).toEqual([read, write])
})
