// F8: the ssh user's quota is used up. The disk itself has room, so that nothing warns of it before it happens.

import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Servers, startServers } from '../scenarios/world.ts'
import { asRoot, makeImage, mayImage, mountImage } from './filesystem.ts'
import { count, figure } from './measure.ts'
import { openSiege } from './siege.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

/** Bytes that all of a remote_dir may take, which btrfs counts for any user and needs nothing of the kernel's quotas for. */
const QUOTA = 4_000_000

/** A remote_dir with a quota, and two releases. */
async function openNarrow() {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'quota-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  makeImage(join(dir, 'disk'), 'btrfs')
  const siege = stack.use(await openSiege(servers.one, { lock_timeout: '10' }))
  const { root } = siege.world.place
  stack.use(await mountImage(join(dir, 'disk'), root, 'nobarrier'))
  asRoot('btrfs', 'quota', 'enable', root)
  asRoot('btrfs', 'qgroup', 'limit', String(QUOTA), root)
  await siege.recover()
  await siege.recover()
  const kept = stack.move()
  return { siege, root, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Uses the quota up but for some bytes. */
async function fill(root: string, free: number): Promise<void> {
  asRoot('sync', '-f', root)
  const used = Number(/^0\/5\s+(\d+)/m.exec(asRoot('btrfs', 'qgroup', 'show', '--raw', root))?.[1])
  expect(used).toBeGreaterThan(0)
  await using ballast = await open(join(root, 'ballast'), 'w')
  const chunk = Buffer.alloc(16_384, 'x')
  try {
    for (let size = used; size + chunk.length <= QUOTA - free; size += chunk.length)
      await ballast.write(chunk)
  } catch (error) {
    // It takes a little more than the bytes themselves.
    expect(String(error)).toMatch(/quota|-122/)
  }
  asRoot('sync', '-f', root)
}

describe.runIf(mayImage('btrfs'))('a quota', () => {
  test('with ever so little of it left, nothing is lost, and it is named', async () => {
    await using narrow = await openNarrow()
    const { siege, root } = narrow
    const levels = count('LEVELS', 4, 24)
    const ends = { deployed: 0, failed: 0 }
    for (let at = 0; at < levels; at++) {
      await fill(root, Math.round((300_000 * at) / (levels - 1)))
      const { release, result } = await siege.suffer()
      await siege.survive(release, result)
      ends[result.code === 0 ? 'deployed' : 'failed']++
      if (result.code !== 0) {
        expect(result.log, 'the cause is named').toMatch(/quota|room|space/i)
        expect(result.log, 'and it is final').not.toMatch(/goes on from what arrived/)
      }
      await rm(join(root, 'ballast'))
      asRoot('sync', '-f', root)
      await siege.recover()
    }
    expect(ends.deployed).toBeGreaterThan(0)
    expect(ends.failed).toBeGreaterThan(1)
    figure('quota used up', { tried: levels, ...ends, violations: 0 })
  })
})
