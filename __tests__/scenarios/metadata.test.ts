import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workspace } from './workspace.ts'
import { openWorld, type Servers, startServers } from './world.ts'

let servers: Servers

beforeAll(async () => {
  servers = await startServers(1)
})
afterAll(() => servers[Symbol.asyncDispose]())

const anything = {
  time: 62,
  css: '142kb',
  'key with "quotes" and \\': `it's "quoted" \`id\` $(id) %s %% \\n \\0 ! ~`,
  lines: 'one\ntwo\r\n\tthree\n\n',
  emoji: '🚀 déjà vu — ça\u2028va',
  nested: { a: [1, [2, { b: null, c: [true, false, { d: '' }] }]], empty: {}, none: [] },
  numbers: [0, -1, 1.5, 1e-7, 9007199254740991],
  yaml: 'no: yes',
  date: '2026-11-21',
  null: null,
}

test.concurrent('metadata of any nesting is kept exact: in the manifest, the record, and what list tells', async () => {
  await using world = await openWorld([servers.one])
  await world.deployed('one', { metadata: JSON.stringify(anything) })
  const yaml = [
    'plain: text',
    'folded: >-',
    '  a',
    '  b',
    'list:',
    '  - {x: 1}',
    'octal: 010',
    'yes: no',
    'big: "1e400"',
  ]
  await world.deployed('two', { metadata: yaml.join('\n') })

  const { deploy, release, ...metadata } = await world.place.record('one')
  expect(release).toBe('one')
  expect(metadata).toEqual(anything)
  const text = await world.place.read('manifest.json')
  expect(Object.keys(JSON.parse(text)[0]).filter((key) => key in anything)).toEqual(Object.keys(anything))
  expect(JSON.parse(await world.place.read('.releases/records/one.json'))).toMatchObject(anything)

  const listed = await world.list()
  const row = JSON.parse(listed.outputs.releases as string)[1]
  expect(row).toMatchObject(anything)
  expect(listed.result.releases[1]).toEqual(row)
  for (const shown of [listed.log, listed.summary]) expect(shown).toContain('css')
  expect(listed.result.releases[0]).toMatchObject({
    plain: 'text',
    folded: 'a b',
    list: [{ x: 1 }],
    octal: '010',
    yes: 'no',
    big: '1e400',
  })
  // A later run keeps it as it stands.
  await world.rollback()
  expect(await world.place.record('one')).toMatchObject(anything)
  expect((await world.list()).annotations).toEqual([])
})

test.concurrent('200 KB of it go through, and names that mean something in JavaScript are names', async () => {
  await using world = await openWorld([servers.one])
  const long = Object.fromEntries(
    Array.from({ length: 2000 }, (_, at) => [`key ${at}`, `"ä'${'x'.repeat(80)}\n`]),
  )
  const config = `{"metadata":{"__proto__":{"polluted":true},"constructor":"c","toString":1,"long":${JSON.stringify(long)}}}`
  const { way } = await workspace(world, config)
  await world.deployed('one', {}, way)
  const text = await world.place.read('manifest.json')
  expect(text).toContain('"__proto__":{"polluted":true}')
  expect(JSON.parse(text)[0]).toMatchObject({ constructor: 'c', toString: 1, long })
  await world.deployed('two')
  expect(await world.place.read('manifest.json')).toContain('"__proto__":{"polluted":true}')
  expect((await world.list()).result.releases[1].long).toEqual(long)
})

test.concurrent('commit, ref, actor and run are recorded by themselves, and are not there when nobody knows them', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one', { metadata: 'revision: mine' })
  const run = {
    revision: '0123456789abcdef0123456789abcdef01234567',
    ref: 'refs/heads/main',
    actor: 'octocat',
    run: 'https://github.com/acme/site/actions/runs/4711',
  }
  expect(await world.place.record('one')).toMatchObject({ revision: 'mine', deploy: { ...run, attempt: 1 } })
  const nobody = { GITHUB_SHA: '', GITHUB_REF: '', GITHUB_ACTOR: '', GITHUB_RUN_ID: '' }
  await world.deployed('two', {}, { env: nobody })
  const { deploy } = await world.place.record('two')
  for (const key of Object.keys(run)) expect(deploy).not.toHaveProperty(key)
  expect(deploy).toMatchObject({
    schema: 1,
    state: 'live',
    files: 3,
    digest: expect.stringMatching(/^sha256:/),
  })
  const { log } = await world.list()
  expect(log).toMatch(/octocat\s+0123456\s/)
})

test.concurrent('what someone else wrote into the manifest stays there', async () => {
  await using world = await openWorld(['local'])
  await world.deployed('one')
  const manifest = (await world.place.manifest()).map((record) => ({
    note: 'by hand',
    ...record,
    deploy: { ...record.deploy, future: { field: [1] } },
  }))
  await writeFile(join(world.place.root, 'manifest.json'), JSON.stringify(manifest, null, 4))
  await mkdir(join(world.place.releaseDir, 'stray'))
  await world.deployed('two')
  await world.rollback()
  expect(await world.place.record('one')).toMatchObject({
    note: 'by hand',
    deploy: { future: { field: [1] } },
  })
})
