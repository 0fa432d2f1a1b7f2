// What can be done of a switch before it is: the link is made, and a switch renames that very link, or makes another when in doubt.

import { linkSync, lstatSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { onEveryBox } from './box.ts'
import { createSite, lockedSession, opening, placement, type Site } from './site.ts'

const to = (release: string) => ({
  link: `releases/${release}`,
  release,
  previous: '',
  manifest: '',
  event: '',
})

function staged(site: Site): string[] {
  return readdirSync(site.at('.releases')).filter((name) => name.startsWith('stage.'))
}

/** Of the link that waits to be renamed. */
function waiting(site: Site): number {
  const [stage] = staged(site)
  return lstatSync(site.at('.releases', stage as string, 'current')).ino
}

const served = (site: Site) => lstatSync(site.at('current')).ino

onEveryBox('a switch that is prepared', (box) => {
  test('a release that is placed for a switch is ready for it', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    const proof = await site.upload('a', { f: 'x' })
    const { armed } = await session.place({ ...placement('a', proof, '{}'), arm: true })
    expect(armed).toBe(true)
    expect(site.link()).toBe(null)
    const made = waiting(site)
    await session.publish({ ...to('a'), armed: true })
    expect([served(site), site.link(), staged(site)]).toEqual([made, 'releases/a', []])
  })

  test('what a command may have written since is seen to, by a link of its own', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    for (const release of ['a', 'b']) await site.deploy(session, release)
    await session.arm('a')
    // The inode must not be given out again.
    const made = waiting(site)
    const kept = join(site.base, 'kept')
    linkSync(site.at('.releases', staged(site)[0] as string, 'current'), kept)
    await session.publish(to('a'))
    expect([served(site) === made, site.link(), staged(site)]).toEqual([false, 'releases/a', []])
  })

  test('what was ready for one release does not switch to another, nor twice', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    for (const release of ['a', 'b', 'c']) await site.deploy(session, release)
    await session.arm('a')
    await session.publish({ ...to('b'), armed: true })
    expect(site.link()).toBe('releases/b')
    await session.publish({ ...to('a'), armed: true })
    expect(site.link()).toBe('releases/a')
    await session.arm('c')
    rmSync(site.at('.releases', staged(site)[0] as string), { recursive: true })
    await session.publish({ ...to('c'), armed: true })
    expect(site.link()).toBe('releases/c')
    await session.arm('b')
    rmSync(site.at('releases/b'), { recursive: true })
    await expect(session.publish({ ...to('b'), armed: true })).rejects.toThrow(/not there as a plain/)
    expect(site.link()).toBe('releases/c')
  })

  test('what cannot be made ready says why, and is not taken to be', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await expect(session.arm('gone')).rejects.toThrow(/not there as a plain/)
    await expect(session.arm('../x')).rejects.toThrow(/name is not plain/)
    const { verified, armed } = await session.open(opening('lock', { verify: 'gone' }))
    expect([verified, armed]).toEqual([null, null])
    expect(staged(site)).toEqual([])
    await expect(session.publish({ ...to('gone'), armed: true })).rejects.toThrow(/not there as a plain/)
  })

  test('a look at the release that is meant makes it ready, and nothing of it stays', async () => {
    using site = createSite(box)
    {
      const [session] = await lockedSession(site)
      await using _ = session
      for (const release of ['a', 'b']) await site.deploy(session, release)
      await session.publish({ ...to('b'), previous: 'a' })
      const proof = await site.upload('c', { f: 'x' })
      await session.place(placement('c', proof, '{}'))
    }
    // Records of one second are in no order.
    for (const [at, name] of ['a', 'b', 'c'].entries())
      utimesSync(site.at('.releases/records', `${name}.json`), 1e9 + at, 1e9 + at)
    for (const [verify, meant] of [
      ['@previous', 'a'],
      ['@staged', 'c'],
      ['b', 'b'],
    ] as const) {
      const session = await site.session()
      const { verified, armed } = await session.open(opening('lock', { verify }))
      expect(armed).toBe(meant)
      expect(verified).toMatchObject({ release: meant, missing: 0 })
      expect(waiting(site)).toBeGreaterThan(0)
      await session.open(opening('lock'))
      expect(staged(site)).toEqual([])
      expect((await session.open(opening('lock', { verify }))).leftovers).toEqual([])
      await session[Symbol.asyncDispose]()
      expect(staged(site)).toEqual([])
    }
    await using looking = await site.session()
    expect((await looking.open(opening('look', { verify: '@staged' }))).verified?.release).toBe('c')
    expect(staged(site)).toEqual([])
  })
})
