// What a host offers of the release before, so that an upload begins with it: under every shell, with every set of tools.

import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { call } from '../../src/host/quote.ts'
import { start } from '../../src/host/script.ts'
import { onEveryBox } from './box.ts'
import { createSite, lockedSession, placement, type Site, type Tree } from './site.ts'

const KEY = 'key D F'
const tree: Tree = {
  same: 'same',
  other: 'other',
  old: 'old',
  'dir/deep': 'deep',
  link: ['same'],
  REVISION: 'r',
}
const hashes = [KEY, 'hS 644 ./same', 'hO 644 ./other', 'hOld 644 ./old', 'hD 644 ./dir/deep', '.', '']

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

const offer = (site: Site, release: string, basis: string, input: string, key = KEY) =>
  ask(site, call('offer', 'MARK', site.root, 'releases', 'run-2', release, basis, key), input)

onEveryBox('an offer', (box) => {
  test('is what is as it was proven, less what the runner strikes out', async () => {
    using site = createSite(box)
    const [session] = await lockedSession(site, 'run-1')
    const proof = await site.upload('a', tree)
    const kept = await ask(site, call('keep', site.root, 'run-1', 'a'), gzipSync(hashes.join('\n')))
    expect(kept.code).toBe(0)
    expect(readdirSync(site.at('.releases/content'))).toEqual(['a.run-1~'])
    await session.place({ ...placement('a', proof, '{}'), hashed: true })
    expect(readdirSync(site.at('.releases/content'))).toEqual(['a'])
    const index = site.at('.releases/index/a')
    const none = `MARK none\n`

    // As if all of it had been written in the second of the proof, then as if long before.
    const written = statSync(site.at('releases/a/same')).mtimeMs / 1000
    utimesSync(index, written, written)
    const young = await offer(site, 'b', 'a', '.\nls b\n')
    expect(young).toMatchObject({ code: 0, said: 'MARK has\nMARK all\n' })
    utimesSync(index, written + 60, written + 60)

    writeFileSync(site.at('releases/a/other'), 'changed since')
    writeFileSync(site.at('releases/a/litter'), 'litter')
    const input = '-./old\n+hN 644 ./new\n.\necho line; ls c c/dir; cat c/same\n'
    const said = await offer(site, 'c', 'a', input)
    expect(said.code).toBe(0)
    const [has, ...lines] = said.said.split('\n')
    const all = lines.indexOf('MARK all')
    expect(has).toBe('MARK has')
    expect(lines.slice(0, all).sort()).toEqual(['hD 644 ./dir/deep', 'hOld 644 ./old', 'hS 644 ./same'])
    expect(lines.slice(all + 1).join(' ')).toBe('line c: dir same  c/dir: deep same')
    expect(statSync(site.at('.releases/incoming/c/same')).ino).toBe(statSync(site.at('releases/a/same')).ino)
    const next = gunzipSync(readFileSync(site.at('.releases/content/c.run-2~')))
      .toString()
      .split('\n')
    expect([next[0], ...next.slice(1, -2).sort(), ...next.slice(-2)]).toEqual([
      KEY,
      'hD 644 ./dir/deep',
      'hN 644 ./new',
      'hS 644 ./same',
      '.',
      '',
    ])

    // Nothing to offer, or nobody wants it: an empty place, and the line is heard.
    expect(await offer(site, 'd', 'a', 'ls d\n', 'other key')).toMatchObject({ code: 0, said: none })
    expect(await offer(site, 'e', 'gone', 'ls e\n')).toMatchObject({ code: 0, said: none })
    expect((await offer(site, 'f', 'a', 'no\nls f; echo end\n')).said).toMatch(/MARK all\nend\n$/)
    // One that was cut is not begun anew; who goes away midway leaves nothing to go on from.
    expect(await offer(site, 'c', 'a', 'ls c\n')).toMatchObject({ code: 0, said: `${none}dir\nsame\n` })
    expect((await offer(site, 'g', 'a', '-./old\n')).code).toBe(74)
    expect(existsSync(site.at('.releases/incoming/g/same'))).toBe(false)
    expect(readdirSync(site.at('.releases')).filter((name) => name.startsWith('offer'))).toEqual([])

    // What belongs to nobody goes with the next sweep.
    writeFileSync(site.at('.releases/content/nobody'), 'x')
    await session.finish('', '', [])
    expect(readdirSync(site.at('.releases/content'))).toEqual(['a'])
    await session[Symbol.asyncDispose]()
  })
})
