// What a host offers of the release it serves, so that an upload begins with it: under every shell, with every set of tools.

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { call } from '../../src/host/quote.ts'
import { start } from '../../src/host/script.ts'
import { onEveryBox } from './box.ts'
import { createSite, lockedSession, opening, placement, type Site, type Tree } from './site.ts'

const KEY = 'key D F'
const tree: Tree = {
  same: 'same',
  other: 'other',
  old: 'old',
  'dir/deep': 'deep',
  link: ['same'],
  REVISION: 'r',
}
const SAME = `${createHash('sha256').update('same').digest().toString('base64url', 0, 16)} 644 ./same`
const hashes = [KEY, SAME, 'hO 644 ./other', 'hOld 644 ./old', 'hD 644 ./dir/deep', '.', '']

/** Calls a function of the upload's part; what it printed and how it ended. */
async function ask(site: Site, invocation: string, input: Buffer | string) {
  const script = start('upload', invocation)
  const channel = await site.wire.exec(script.command)
  let said = ''
  channel.stdout.on('data', (data) => {
    said += data
  })
  channel.stdin.write(script.input)
  channel.stdin.end(input)
  return { ...(await channel.exit), said }
}

const resume = (site: Site, run: string, release: string, input: string, ...command: string[]) =>
  ask(site, call('resume', site.root, run, release, KEY, ...command), input)

/** What a run is offered, in lines; null for nothing. Its session stays open until the run is over. */
async function offered(site: Site, run: string, contentKey = KEY) {
  const session = await site.session(run)
  const { offer, leftovers } = await session.open(opening('lock', { contentKey }))
  expect(leftovers).toEqual([])
  const lines = offer ? offer.toString().split('\n').slice(0, -1) : null
  return { lines, end: () => session[Symbol.asyncDispose]() }
}

onEveryBox('an offer', (box) => {
  test('is what is as it was proven, less what the runner strikes out', async () => {
    using site = createSite(box)
    const [first] = await lockedSession(site, 'run-1')
    const proof = await site.upload('a', tree)
    const kept = await ask(site, call('keep', site.root, 'run-1', 'a'), gzipSync(hashes.join('\n')))
    expect(kept.code).toBe(0)
    expect(readdirSync(site.at('.releases/content'))).toEqual(['a.run-1~'])
    await first.place({ ...placement('a', proof, '{}'), hashed: true })
    expect(readdirSync(site.at('.releases/content'))).toEqual(['a'])
    const link = { link: 'releases/a', release: 'a', previous: '', manifest: '', event: '' }
    await first.publish(link)
    await first[Symbol.asyncDispose]()
    const index = site.at('.releases/index/a')

    // As if all of it had been written in the second of the proof: only what has its hash counts; then as if long before.
    const written = statSync(site.at('releases/a/same')).mtimeMs / 1000
    utimesSync(index, written, written)
    const young = await offered(site, 'run-2')
    expect(young.lines).toEqual(['- 0 ./dir/deep', '- 0 ./old', '- 0 ./other', SAME])
    await young.end()
    utimesSync(index, written + 60, written + 60)

    writeFileSync(site.at('releases/a/other'), 'changed since')
    writeFileSync(site.at('releases/a/litter'), 'litter')
    const run = await offered(site, 'run-3')
    expect(run.lines).toEqual(['hD 644 ./dir/deep', 'hOld 644 ./old', '- 0 ./other', SAME])
    const said = await resume(
      site,
      'run-3',
      'c',
      '-./old\n+hN 644 ./new\n.\nstream',
      'sh',
      '-c',
      'ls c c/dir; cat',
    )
    expect(said.code).toBe(0)
    expect(said.said.split('\n').join(' ')).toBe('c: dir same  c/dir: deep stream')
    expect(statSync(site.at('.releases/incoming/c/same')).ino).toBe(statSync(site.at('releases/a/same')).ino)
    const next = gunzipSync(readFileSync(site.at('.releases/content/c.run-3~')))
      .toString()
      .split('\n')
    expect([next[0], ...next.slice(1, -2).sort(), ...next.slice(-2)]).toEqual([
      KEY,
      SAME,
      'hD 644 ./dir/deep',
      'hN 644 ./new',
      '.',
      '',
    ])
    // Once only, and never over one that was cut.
    expect((await resume(site, 'run-3', 'd', '.\n', 'true')).code).toBe(76)
    await run.end()

    // Nothing to offer: it was not asked for, or made with other settings.
    for (const key of ['', 'other key']) {
      const none = await offered(site, 'run-4', key)
      expect(none.lines).toBeNull()
      await none.end()
    }
    // Who goes away midway leaves nothing to go on from, and what nobody took is gone with the next sweep.
    const gone = await offered(site, 'run-5')
    expect((await resume(site, 'run-5', 'g', '-./old\n', 'true')).code).toBe(76)
    expect(existsSync(site.at('.releases/incoming/g'))).toBe(false)
    await gone.end()
    writeFileSync(site.at('.releases/content/nobody'), 'x')
    const last = await site.session('run-6')
    await last.open(opening('lock', { contentKey: KEY }))
    await last.finish('', '', [])
    expect(readdirSync(site.at('.releases/content'))).toEqual(['a'])
    expect(readdirSync(site.at('.releases/trash'))).toEqual([])
    await last[Symbol.asyncDispose]()
  })
})
