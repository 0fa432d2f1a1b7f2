// F7, F8: the disk runs full of blocks or of inodes, becomes read-only, or is somebody else's, at any point of a deploy.

import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeAccount, mayMakeAccounts } from '../scenarios/accounts.ts'
import { openWorld, program, type Servers, startServers } from '../scenarios/world.ts'
import { asRoot, mayMount, mountMemory } from './filesystem.ts'
import { count, figure } from './measure.ts'
import { openSiege, stampedSite } from './siege.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const mounts = mayMount()

/** A remote_dir that is a small disk of its own, with two releases. */
async function openSmall(options: string) {
  const stack = new AsyncDisposableStack()
  const siege = stack.use(await openSiege(servers.one, { lock_timeout: '10' }))
  const { root } = siege.world.place
  stack.use(await mountMemory(root, options))
  await siege.recover()
  await siege.recover()
  return { siege, root, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function fillBlocks(root: string, free: number): Promise<void> {
  const { bavail, bsize } = await statfs(root)
  await writeFile(join(root, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - free)))
}

async function fillInodes(root: string, free: number): Promise<void> {
  const { ffree } = await statfs(root)
  await mkdir(join(root, 'ballast'))
  for (let at = 0; at < ffree - free - 1; at++) await writeFile(join(root, 'ballast', String(at)), '')
}

const kinds = [
  { what: 'blocks', options: 'size=700k', fill: fillBlocks, step: 16_384 },
  { what: 'inodes', options: 'size=8m,nr_inodes=130', fill: fillInodes, step: 4 },
] as const

describe.runIf(mounts).concurrent('a disk', () => {
  test.each(kinds)(
    'with ever so few $what left: nothing is lost, and it is named',
    async ({ what, ...kind }) => {
      await using small = await openSmall(kind.options)
      const { siege, root } = small
      const levels = count('LEVELS', 9, 40)
      const ends = { deployed: 0, failed: 0 }
      for (let at = 0; at < levels; at++) {
        const free = Math.round((kind.step * at * 9) / levels)
        await kind.fill(root, free)
        const { release, result } = await siege.suffer()
        await siege.survive(release, result)
        ends[result.code === 0 ? 'deployed' : 'failed']++
        if (result.code !== 0) {
          expect(result.log, 'the cause is named').toMatch(/room|space|inodes/i)
          expect(result.log, 'and it is final').not.toMatch(/goes on from what arrived/)
        }
        await rm(join(root, 'ballast'), { recursive: true, force: true })
        await siege.recover()
      }
      expect(ends.deployed).toBeGreaterThan(0)
      expect(ends.failed).toBeGreaterThan(1)
      figure(`full of ${what}`, { tried: levels, ...ends, violations: 0 })
    },
  )

  test('that is read-only from the start: nothing is changed, and it is named', async () => {
    await using small = await openSmall('size=4m')
    const { siege, root } = small
    asRoot('mount', '-o', 'remount,ro', root)
    const { release, result } = await siege.suffer()
    expect(result.outputs.status, result.log).toBe('failed')
    expect(result.log).toMatch(/read-only file system/i)
    expect(result.log).toContain('Mount the filesystem writable')
    asRoot('mount', '-o', 'remount,rw', root)
    await siege.survive(release, result)
    await siege.recover()
    figure('read-only', { tried: 1, violations: 0 })
  })

  test('that is full to the last byte is freed by a prune', async () => {
    await using small = await openSmall('size=4m')
    const { world } = small.siege
    for (let at = 0; at < 3; at++) await small.siege.recover({ release_count: '9' })
    await fillBlocks(small.root, 0)
    const { code, log, outputs } = await world.prune({ release_count: '1' })
    expect(code, log).toBe(0)
    expect(outputs.status).toBe('pruned')
    expect(await world.place.releases()).toHaveLength(2)
    await rm(join(small.root, 'ballast'))
    await world.expectSound({ artifacts: small.siege.artifacts })
    await small.siege.recover()
  })

  const fill = 'head -c 99999999 /dev/zero >"$REMOTE_DIR/ballast" 2>/dev/null'
  // A manifest that needs more room than the one that makes way for it has.
  const metadata = JSON.stringify({ note: 'x'.repeat(20_000) })
  const moments = [
    {
      name: 'in the gate',
      inputs: { metadata, pre_symlink_command: `${fill}; true` },
      status: ['reverted'],
      says: /no space left|written whole|i\/o error/i,
    },
    {
      name: 'after the switch, which is to be put back',
      inputs: { metadata, post_deploy_command: `${fill}; exit 1` },
      status: ['reverted'],
      says: /no space left|written whole|i\/o error/i,
    },
    {
      name: 'before it prunes',
      inputs: { post_deploy_command: `${fill}; true` },
      status: ['deployed'],
      says: /removed r1/,
    },
  ]

  test.each(moments)('that runs full $name', async ({ name, inputs, status, says }) => {
    await using small = await openSmall('size=4m')
    const { siege, root } = small
    const { release, result } = await siege.suffer(inputs)
    expect(status, result.log).toContain(result.outputs.status)
    expect(result.log).toMatch(says)
    await siege.survive(release, result)
    await rm(join(root, 'ballast'))
    await siege.recover()
    figure(`full ${name}`, { tried: 1, violations: 0 })
  })
})

test.runIf(mayMakeAccounts())(
  'what the ssh user may not write stops a run where it is, and is named',
  async () => {
    await using account = await makeAccount()
    await using other = await startServers(1, { users: [account.name] })
    await using world = await openWorld([{ ...other.one, user: account.name }], {
      inputs: { release_count: '2' },
    })
    await mkdir(world.place.root)
    await program('chown', ['-R', account.name, world.place.root])
    for (const release of ['one', 'two']) await world.deployed(release)
    const places = [
      'releases',
      '.releases/incoming',
      '.releases/records',
      '.releases/index',
      '.releases/trash',
      '.releases/lock',
      '.releases',
      '.',
    ]
    for (const [at, place] of places.entries()) {
      const path = join(world.place.root, place)
      const before = await world.place.serves()
      await program('chown', ['root', path])
      await program('chmod', ['go-w', path])
      await world.write(stampedSite(`p${at}`))
      const { code, log } = await world.deploy(`p${at}`)
      const served = await world.place.serves()
      expect(code === 0 ? `p${at}` : before, `${place}: ${log}`).toBe(served)
      if (code !== 0)
        expect(log, place).toMatch(
          /permission denied|not permitted|may not write|cannot have its private place/i,
        )
      await program('chown', [account.name, path])
      await program('chmod', ['u+w', path])
      await world.expectSound({ leftovers: true })
      await world.deployed(`q${at}`)
      await world.expectSound()
    }
    figure('places of another owner', { tried: places.length, violations: 0 })
  },
)
