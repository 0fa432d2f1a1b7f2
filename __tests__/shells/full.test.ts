// A disk that runs full at any step: what is there stays whole, what failed is told, and the next run works.

import { execFileSync } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Box, onEveryBox } from './box.ts'
import { createSite, lockedSession, opening, placement, type Site } from './site.ts'

/** A filesystem of its own; null where nobody may mount one. */
function tinyDisk(kilobytes: number): (Disposable & { readonly dir: string }) | null {
  const dir = mkdtempSync(join(tmpdir(), 'tiny-'))
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const asRoot = (...words: string[]) => {
    const [command = '', ...args] = [...root, ...words]
    execFileSync(command, args, { stdio: 'ignore' })
  }
  try {
    asRoot('mount', '-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=1777`, 'tiny', dir)
  } catch {
    rmSync(dir, { recursive: true })
    return null
  }
  return {
    dir,
    [Symbol.dispose]() {
      asRoot('umount', '-l', dir)
      rmSync(dir, { recursive: true })
    },
  }
}

/** Leaves `free` bytes, to a page. */
function fill(site: Site, free: number): void {
  rmSync(join(site.base, 'ballast'), { force: true })
  const { bavail, bsize } = statfsSync(site.base)
  const size = Math.max(0, bavail * bsize - free)
  if (size > 0) writeFileSync(join(site.base, 'ballast'), Buffer.alloc(size))
}

const manifest = (size: number) => JSON.stringify([{ release: 'a', pad: 'x'.repeat(size) }])

async function survives(box: Box, disk: string): Promise<void> {
  using site = createSite(box, { dir: disk })
  const [session] = await lockedSession(site)
  await using _ = session
  await site.deploy(session, 'a')
  await session.settle(manifest(20_000), '')
  const proof = await site.upload('b', { f: 'b' })
  const to = (release: string, size: number) => ({
    link: `releases/${release}`,
    release,
    previous: '',
    manifest: manifest(size),
    event: '{}',
  })
  const record = JSON.stringify({ release: 'b', pad: 'x'.repeat(30_000) })
  let failures = 0
  const tell = () => {
    failures++
  }
  for (let free = 0; free <= 60_000; free += 12_000) {
    fill(site, free)
    await session.settle(manifest(20_000 + free), '{}').catch(tell)
    expect(JSON.parse(readFileSync(site.at('manifest.json'), 'utf8'))).toHaveLength(1)
    await session.place(placement('b', proof, record)).catch(tell)
    if (readdirSync(site.at('releases')).includes('b')) {
      expect(readFileSync(site.at('releases/b/f'), 'utf8')).toBe('b')
      expect(JSON.parse(readFileSync(site.at('.releases/records/b.json'), 'utf8')).release).toBe('b')
      await session.publish(to('b', 25_000)).catch(tell)
    } else {
      await session.publish(to('a', 25_000)).catch(tell)
    }
    expect(['releases/a', 'releases/b']).toContain(readlinkSync(site.at('current')))
    expect(JSON.parse(readFileSync(site.at('manifest.json'), 'utf8'))).toHaveLength(1)
    await session.finish(manifest(22_000), '{}', []).catch(tell)
    expect(
      readFileSync(site.at('current/', site.link() === 'releases/a' ? 'index.html' : 'f'), 'utf8'),
    ).toMatch(/^[ab]$/)
    await site.upload('b', { f: 'b' }).catch(() => {})
  }
  expect(failures).toBeGreaterThan(2)
  rmSync(join(site.base, 'ballast'))
  expect(await session.open(opening('lock'))).toMatchObject({ manifest: 'present', damage: null })
  await session.publish(to('a', 10))
  expect(await session.finish('', '', ['b'])).toMatchObject({ left: 0 })
  expect(readdirSync(site.at('.releases')).filter((name) => /~|stage/.test(name))).toEqual([])
}

onEveryBox('a full disk', (box) => {
  test('leaves everything whole', async () => {
    using disk = tinyDisk(400)
    if (disk) return await survives(box, disk.dir)
    if (process.env.CI) throw new Error('neither root nor sudo: no small filesystem can be made')
    process.stderr.write(`NOT TESTED: a full disk under ${box.name}: neither root nor sudo\n`)
  })
})
