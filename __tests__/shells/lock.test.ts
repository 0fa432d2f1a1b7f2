// One run at a time on a remote_dir: who waits, who takes over, and how soon after a holder's death.

import type { ChildProcess } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import type { Messages } from '../../src/host/messages.ts'
import { onEveryBox, pathWithoutFlock } from './box.ts'
import {
  createSite,
  holder,
  killGroup,
  lockedSession,
  opening,
  pause,
  type Site,
  survivors,
  within,
} from './site.ts'

const noFlock = { path: pathWithoutFlock() }

const kinds = [
  { kind: 'flock', options: {} },
  { kind: 'no flock', options: noFlock },
]

/** Opens untyped and locks at once or not at all; the answer's words. */
async function lockOnce(messages: Messages, wait = 0): Promise<readonly string[]> {
  const { lines } = await messages.ask('open', ['lock', '', String(wait), JSON.stringify(holder), ''], 60)
  return lines.map(({ key }) => key)
}

const last = (site: Site) => site.wire.children.at(-1) as ChildProcess

/** What keeps a session alive beside its messages' own beat, which is slower than the leases here. */
function beat(site: Site): Disposable {
  const child = last(site)
  const timer = setInterval(() => child.stdin?.write('beat\n'), 300)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

for (const { kind, options } of kinds) {
  onEveryBox(`the lock, ${kind}`, (box) => {
    test('makes a second session wait, which is told who holds it', async () => {
      using site = createSite(box, options)
      const [first, state] = await lockedSession(site)
      expect(state).toMatchObject({ locked: true, takenOver: null })
      expect(state.missingTools.includes('flock')).toBe(kind === 'no flock')
      await using second = await site.session()
      expect(await second.open(opening('look'))).toMatchObject({ held: JSON.stringify(holder) })
      expect(await second.open(opening('lock'))).toMatchObject({ locked: false })
      await expect(second.settle('[]', '')).rejects.toThrow('the lock is not held')
      const told: [string, number][] = []
      const waiting = second.open(opening('lock', { wait: 20, onHeld: (...words) => told.push(words) }))
      expect(await within(15, () => told.length > 1)).toBe(true)
      // It is tried every second.
      expect(told.slice(0, 2)).toEqual([0, 1].map((waited) => [JSON.stringify(holder), waited]))
      await first[Symbol.asyncDispose]()
      expect(await waiting).toMatchObject({ locked: true, takenOver: null })
      await second.settle('[]', '')
    })

    test('is held again after it was let go, many times', async () => {
      using site = createSite(box, options)
      for (let turn = 0; turn < 3; turn++) {
        const [session, { locked, takenOver }] = await lockedSession(site, 'one-and-the-same')
        expect({ locked, takenOver }).toEqual({ locked: true, takenOver: null })
        await session[Symbol.asyncDispose]()
      }
      expect(readdirSync(site.at('.releases')).filter((name) => /turn|beat/.test(name)).length).toBeLessThan(
        3,
      )
    })

    test('ends with a session that shows no sign of life for its lease', async () => {
      using site = createSite(box, options)
      await using session = await site.messages(2)
      const child = last(site)
      expect(await lockOnce(session)).toContain('locked')
      expect(await within(15, () => survivors(child).length === 0)).toBe(true)
      await expect(session.ask('settle', ['', ''], 5)).rejects.toThrow('the connection to the host was lost')
      await using next = await site.messages(2)
      using _ = beat(site)
      expect(await lockOnce(next, 8)).toEqual(expect.arrayContaining(['takeover', 'locked']))
    })

    test('is kept by heartbeats through the waiting of others', async () => {
      using site = createSite(box, options)
      // A lease of 3 seconds ends after four: not for what a busy machine stands still, and before the other has waited long enough.
      await using session = await site.messages(3)
      using _ = beat(site)
      expect(await lockOnce(session)).toContain('locked')
      await using other = await site.messages(3)
      using __ = beat(site)
      expect(await lockOnce(other, 6)).not.toContain('locked')
      expect(await session.ask('settle', ['[]', ''], 5)).toMatchObject({ status: 0 })
    })

    test('leaves no process of one that waited and whose client is gone', async () => {
      using site = createSite(box, options)
      const [first] = await lockedSession(site)
      // A ksh does not notice that nobody listens: there the lease ends it.
      const second = await site.messages(2)
      const child = last(site)
      const waiting = lockOnce(second, 60).catch(() => 'gone')
      await pause(0.5)
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
      expect(await within(15, () => survivors(child).length === 0)).toBe(true)
      expect(await waiting).toBe('gone')
      await first.settle('[]', '')
      await first[Symbol.asyncDispose]()
    })
  })
}

onEveryBox('the lock', (box) => {
  test('is free at once when its holder is killed, and says whom it was taken from', async () => {
    using site = createSite(box)
    await lockedSession(site)
    const child = last(site)
    await using second = await site.session()
    killGroup(child)
    // Long before its lease would have ended.
    const state = await second.open(opening('lock', { wait: 10 }))
    expect(state).toMatchObject({ locked: true, takenOver: JSON.stringify(holder) })
  })

  test('is free when only the outermost shell of its holder is killed', async () => {
    using site = createSite(box)
    await lockedSession(site)
    const child = last(site)
    child.kill('SIGKILL')
    // sshd lets go of the pipes then.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
    await using second = await site.session()
    expect(await second.open(opening('lock', { wait: 5 }))).toMatchObject({ locked: true })
  })

  test('finishes what it was told before its client went', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site)
    const child = last(site)
    const text = JSON.stringify([{ release: 'a', big: 'x'.repeat(200_000) }])
    const asked = session.settle(text, '{}').catch(() => {})
    await pause(0.001)
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
    child.stdin?.end()
    await asked
    expect(await within(15, () => survivors(child).length === 0)).toBe(true)
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe(`${text}\n`)
    expect(readFileSync(site.at('releases.log'), 'utf8')).toBe('{}\n')
  })
})

onEveryBox('the lock without flock', (box) => {
  const options = noFlock

  test('has one winner of ten who find it free', async () => {
    using site = createSite(box, options)
    const all = await Promise.all(Array.from({ length: 10 }, () => site.messages(30)))
    const answers = await Promise.all(all.map((messages) => lockOnce(messages)))
    expect(answers.filter((words) => words.includes('locked'))).toHaveLength(1)
  })

  test('has one winner of ten who find its holder dead', async () => {
    using site = createSite(box, options)
    plantDead(site)
    const all = await Promise.all(Array.from({ length: 10 }, () => site.messages(30)))
    const answers = await Promise.all(all.map((messages) => lockOnce(messages)))
    expect(answers.filter((words) => words.includes('locked'))).toHaveLength(1)
    expect(readdirSync(site.at('.releases')).filter((name) => name.startsWith('turn'))).toEqual(['turn.8'])
  })

  test('is not taken from one who lives, and one who was robbed does nothing more', async () => {
    using site = createSite(box, options)
    const [session] = await lockedSession(site)
    await session.settle('[1]', '')
    symlinkSync('somebody-else', site.at('.releases/turn.2'))
    await expect(session.settle('[2]', '')).rejects.toThrow('the lock is not held (any more)')
    expect(readFileSync(site.at('manifest.json'), 'utf8')).toBe('[1]\n')
    await session[Symbol.asyncDispose]()
    expect(readdirSync(site.at('.releases'))).toContain('turn.2')
    expect(readFileSync(site.at('.releases/lock'), 'utf8')).not.toBe('')
  })

  test('goes to the same run again when its first session died', async () => {
    using site = createSite(box, options)
    const first = await site.messages(1, 'run-1')
    expect(await lockOnce(first)).toContain('locked')
    killGroup(last(site))
    await using second = await site.messages(1, 'run-1')
    using _ = beat(site)
    expect(await lockOnce(second, 8)).toContain('locked')
  })
})

onEveryBox('the lock of one who has no flock', (box) => {
  test('is respected by one who has', async () => {
    using site = createSite(box)
    await using messages = await site.messages(30)
    mkdirSync(site.at('.releases'), { recursive: true })
    symlinkSync('alive', site.at('.releases/turn.1'))
    writeFileSync(site.at('.releases/beat.alive'), '')
    expect(await lockOnce(messages)).not.toContain('locked')
    symlinkSync('-', site.at('.releases/turn.2'))
    expect(await lockOnce(messages)).toContain('locked')
  })

  test('is free when its last sign of life is of a time to come', async () => {
    using site = createSite(box, noFlock)
    plantDead(site)
    const late = Date.now() / 1000 + 100_000
    utimesSync(site.at('.releases/beat.dead.7'), late, late)
    await using next = await site.messages(30)
    expect(await lockOnce(next)).toContain('locked')
  })
})

/** The seventh holder died long ago; lower turns and an odd name lie about. */
function plantDead(site: Site): void {
  mkdirSync(site.at('.releases'))
  symlinkSync('dead.7', site.at('.releases/turn.7'))
  symlinkSync('older', site.at('.releases/turn.6'))
  writeFileSync(site.at('.releases/beat.dead.7'), '')
  appendFileSync(site.at('.releases/lock'), 'somebody\n')
  const old = Date.now() / 1000 - 61
  utimesSync(site.at('.releases/beat.dead.7'), old, old)
}
