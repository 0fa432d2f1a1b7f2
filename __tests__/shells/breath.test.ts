// Several messages in one breath: each is only meant if the one before ended well, and nobody said stop.

import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { PassedOver } from '../../src/host/questions.ts'
import { onEveryBox } from './box.ts'
import { createSite, lockedSession, pause, placement, survivors, within } from './site.ts'

const to = (release: string) => ({
  link: `releases/${release}`,
  release,
  previous: '',
  manifest: `["${release}"]`,
  event: release,
})

const passedOver = (end: PromiseSettledResult<unknown>) =>
  end.status === 'rejected' && end.reason instanceof Failure && end.reason.cause instanceof PassedOver

onEveryBox('what follows on a message', (box) => {
  test('is done in its order, in one round trip', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'old')
    const proof = await site.upload('a', { f: 'x' })
    const before = session.roundTrips
    const [placed, , finished] = await Promise.all([
      session.place({ ...placement('a', proof, '{}'), arm: true }),
      session.following.publish({ ...to('a'), armed: true }),
      session.following.finish('["a","pruned"]', 'pruned', ['old']),
    ])
    expect(placed.armed).toBe(true)
    expect(finished).toMatchObject({ removed: ['old'], kept: [], current: 'a' })
    expect(session.roundTrips - before).toBe(1)
    expect(site.link()).toBe('releases/a')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('["a","pruned"]\n')
    expect(readFileSync(site.at('releases.log'), 'utf8')).toBe('a\npruned\n')
  })

  test('is passed over when that fails, and so is what follows on it', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await using _ = session
    await site.deploy(session, 'old')
    await site.upload('a', { f: 'x' })
    const ends = await Promise.allSettled([
      session.place(placement('a', 'another', '{}')),
      session.following.publish(to('a')),
      session.following.finish('["a"]', '', ['old']),
    ])
    expect(ends[0]).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/not whole/) },
    })
    expect(ends.map(passedOver)).toEqual([false, true, true])
    expect([site.link(), readdirSync(site.at('releases'))]).toEqual(['releases/old', ['old']])
    // What is asked for by itself is meant.
    await session.publish(to('old'))
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('["old"]\n')
  })

  test('is passed over once nobody is there any more', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await site.deploy(session, 'old')
    const proof = await site.upload('a', { f: 'x' })
    const child = site.wire.children.at(-1) as ChildProcess
    // Nobody hears what comes of it, from before it is said.
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    const asked = Promise.allSettled([
      session.place(placement('a', proof, '{}')),
      session.following.publish(to('a')),
    ])
    await pause(0.1)
    child.stdin?.end()
    await asked
    expect(await within(15, () => survivors(child).length === 0)).toBe(true)
    // What was begun is finished. A ksh does not notice that nobody listens, and goes on.
    expect(readdirSync(site.at('releases'))).toEqual(['a', 'old'])
    if (!/ksh/.test(box.name)) expect(site.link()).toBe('releases/old')
  })

  test('is passed over once somebody has said stop', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    await site.deploy(session, 'old')
    const proof = await site.upload('a', { f: 'x' })
    session.stop()
    const ends = await Promise.allSettled([
      session.place(placement('a', proof, '{}')),
      session.following.publish(to('a')),
      session.following.finish('["a"]', '', []),
    ])
    expect(ends[0]?.status).toBe('fulfilled')
    expect(ends.map(passedOver)).toEqual([false, true, true])
    expect([site.link(), readdirSync(site.at('releases'))]).toEqual(['releases/old', ['a', 'old']])
    await session.publish(to('a'))
    expect(site.link()).toBe('releases/a')
    await session.end(true)
    expect(readdirSync(site.at('.releases')).filter((name) => name.startsWith('stop'))).toEqual([])
    // One of a session that died goes with the rest.
    const [next] = await lockedSession(site)
    await using _ = next
    next.stop()
    await next.finish('', '', [])
    expect(readdirSync(site.at('.releases')).filter((name) => name.startsWith('stop'))).toEqual([])
  })
})
