// All of an artifact comes as one stream by several channels: it becomes what it was, and whoever ends lets the others end.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Channel } from '../../src/connection/connection.ts'
import { call } from '../../src/host/quote.ts'
import { awaitShell } from '../../src/transfer/shell.ts'
import { readTree } from '../scenarios/tree.ts'
import { boxes, onEveryBox } from './box.ts'
import { createSite, plant, type Site, survivors, within } from './site.ts'

/** As in upload.sh. */
const BLOCK = 512 * 1024

const FIFOS = '.releases/trash/lanes.run-1'

async function startCall(site: Site, name: string, ...words: string[]): Promise<Channel & { said: string }> {
  const shell = awaitShell(site.wire, undefined)
  shell.run(`umask 077; ${call(name, site.root, ...words)}`)
  const channel = { ...(await shell.channel), said: '' }
  channel.stderr.on('data', (data) => {
    channel.said += data
  })
  return channel
}

/** Nothing of any call lives on. What was let end may still be on its way out when the call has ended. */
async function expectGone(site: Site): Promise<void> {
  expect(await within(15, () => site.wire.children.flatMap(survivors).length === 0)).toBe(true)
}

async function openLane(site: Site, number: number): Promise<Channel> {
  const lane = await startCall(site, 'lane', 'run-1', 'a', String(number))
  const [said] = await once(lane.stdout, 'data')
  expect(String(said)).toBe('lane-open\n')
  lane.stdout.resume()
  return lane
}

/** A stream of five blocks and some, and a call that waits for it; with a key, once it has read the head of what is left. */
async function startWeaving(site: Site, key?: string, head = '') {
  plant(site.root, { '.releases/incoming/': '', '.releases/trash/': '' })
  const root = site.at('build')
  plant(root, { 'dir/file': 'text', 'large.bin': '' })
  writeFileSync(site.at('build/large.bin'), randomBytes(5.5 * BLOCK))
  const stream = execFileSync('tar', ['-I', 'zstd', '-cf', '-', '-C', root, '.'], { maxBuffer: 6 * BLOCK })
  const first = await startCall(site, 'weave', 'run-1', 'a', ...(key === undefined ? [] : [key]))
  first.stdin.write(head)
  first.stdout.resume()
  expect(await within(10, () => existsSync(site.at(FIFOS, '3')))).toBe(true)
  const block = (at: number) => stream.subarray(at * BLOCK, (at + 1) * BLOCK)
  return { root, first, block }
}

// The others have no tar that is told to unpack such a stream.
const able = boxes.filter(({ name }) => !name.endsWith('userland'))

onEveryBox(
  'a stream by several channels',
  (box) => {
    test('becomes the artifact, in whatever order its blocks arrive', async () => {
      using site = createSite(box)
      const { root, first, block } = await startWeaving(site)
      // What comes by a lane may be there long before it is its turn.
      const two = await openLane(site, 2)
      two.stdin.write(block(3))
      two.stdin.write(block(4))
      const one = await openLane(site, 1)
      first.stdin.write('0\n')
      first.stdin.write(block(0))
      one.stdin.write(block(1))
      first.stdin.write('+1\n1\n')
      first.stdin.write('0\n')
      first.stdin.write(block(2))
      first.stdin.write('+2\n2\n2\n')
      first.stdin.end('1\n')
      one.stdin.end(block(5))
      expect(await first.exit).toEqual({ code: 0, signal: null })
      for (const lane of [one, two]) {
        lane.stdin.end()
        expect(await lane.exit).toEqual({ code: 0, signal: null })
      }
      expect(await readTree(site.at('.releases/incoming/a'))).toEqual(await readTree(root))
      expect(existsSync(site.at(FIFOS))).toBe(false)
    })

    test('of what is left is joined with what the session has offered', async () => {
      using site = createSite(box)
      const draft = '.releases/trash/offer.run-1'
      plant(site.root, {
        [`${draft}/kept`]: 'h 644 ./kept\nh 644 ./gone\n',
        [`${draft}/tree/kept`]: 'kept',
        [`${draft}/tree/gone`]: 'gone',
        '.releases/content/': '',
      })
      const { root, first, block } = await startWeaving(site, 'key', '-./gone\n+h 644 ./large.bin\n.\n')
      const lane = await openLane(site, 1)
      for (const at of [0, 1, 2]) {
        first.stdin.write('0\n')
        first.stdin.write(block(at))
      }
      first.stdin.write('+1\n1\n')
      lane.stdin.write(block(3))
      for (const at of [4, 5]) {
        first.stdin.write('0\n')
        first.stdin.write(block(at))
      }
      first.stdin.end()
      expect(await first.exit).toEqual({ code: 0, signal: null })
      lane.stdin.end()
      await lane.exit
      plant(root, { kept: 'kept' })
      expect(await readTree(site.at('.releases/incoming/a'))).toEqual(await readTree(root))
    })

    test('needs no lane, and may end anywhere', async () => {
      using site = createSite(box)
      const { root, first, block } = await startWeaving(site)
      for (let at = 0; at < 5; at++) {
        first.stdin.write('0\n')
        first.stdin.write(block(at))
      }
      first.stdin.write('0\n')
      first.stdin.end(block(5))
      expect(await first.exit).toEqual({ code: 0, signal: null })
      expect(await readTree(site.at('.releases/incoming/a'))).toEqual(await readTree(root))
    })

    test.each([
      ['a lane ends before its block does', 'lane'],
      ['the first channel ends', 'first'],
      ['a block of it is cut', 'block'],
      ['nobody knows what it says', 'nonsense'],
    ] as const)('is told to have failed when %s, and nothing waits for it', async (_, what) => {
      using site = createSite(box)
      const { first, block } = await startWeaving(site)
      const lane = await openLane(site, 1)
      first.stdin.write('0\n')
      first.stdin.write(block(0))
      first.stdin.write('+1\n1\n')
      lane.stdin.write(what === 'lane' ? block(1).subarray(0, 100_000) : block(1))
      if (what === 'lane') lane.stdin.end()
      if (what === 'nonsense') first.stdin.write('text\n')
      if (what === 'block') {
        first.stdin.write('0\n')
        first.stdin.write(block(2).subarray(0, 100_000))
      }
      if (what !== 'nonsense') first.stdin.end()
      expect((await first.exit).code).not.toBe(0)
      expect(first.said).toContain('tar: ')
      // Also with more to come.
      lane.stdin.write(block(2))
      lane.stdin.end()
      await lane.exit
      await expectGone(site)
    })

    test('ends its lanes when it is killed', async () => {
      using site = createSite(box)
      const { block } = await startWeaving(site)
      const lane = await openLane(site, 1)
      const [weaving] = site.wire.children
      if (weaving?.pid) process.kill(-weaving.pid, 'SIGKILL')
      lane.stdin.write(block(1))
      expect((await lane.exit).code).not.toBe(0)
    })

    test('of which only an orphan is left ends with its lanes when another upload needs its place', async () => {
      using site = createSite(box)
      const { first, block } = await startWeaving(site)
      const lane = await openLane(site, 1)
      first.stdin.write('0\n')
      first.stdin.write(block(0))
      // Nobody tells them that the runner is gone.
      const next = await startCall(site, 'upload', 'a', '', '', 'true')
      expect(await next.exit).toEqual({ code: 0, signal: null })
      expect((await first.exit).code).not.toBe(0)
      expect((await lane.exit).code).not.toBe(0)
      await expectGone(site)
    })

    test('leaves nothing in a group’s tree that only its own user could clear away', async () => {
      using site = createSite(box)
      plant(site.root, { '.releases/incoming/': '', '.releases/trash/': '' })
      chmodSync(site.at('.releases/incoming'), 0o2770)
      const { first } = await startWeaving(site)
      const [weaving] = site.wire.children
      if (weaving?.pid) process.kill(-weaving.pid, 'SIGKILL')
      await first.exit
      for (const left of [FIFOS, '.releases/incoming/a'])
        expect(statSync(site.at(left)).mode & 0o070, left).toBe(0o070)
    })

    test('has no lane where there is nothing that takes from it', async () => {
      using site = createSite(box)
      plant(site.root, { '.releases/incoming/': '', '.releases/trash/': '' })
      expect(await (await startCall(site, 'lane', 'run-1', 'a', '1')).exit).toMatchObject({ code: 74 })
      mkdirSync(site.at(FIFOS))
      expect(await (await startCall(site, 'lane', 'run-1', 'a', '1')).exit).toMatchObject({ code: 74 })
      expect(readdirSync(site.at(FIFOS))).toEqual([])
    })
  },
  able,
)
