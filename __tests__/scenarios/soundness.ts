// What must be so on a host after every run, whatever happened: the guarantees of docs/host.md as one check that all tests share.

import { execFile } from 'node:child_process'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { Place } from './place.ts'
import { readTree } from './tree.ts'

const run = promisify(execFile)

/** A tree as `readTree` tells it. */
export type Tree = Readonly<Record<string, string>>

export interface Exceptions {
  /** Entries of releases/ that the test put there. */
  readonly strangers?: readonly string[]
  /** Releases whose content the test changed. */
  readonly changed?: readonly string[]
  /** The run failed or was cut: an upload to go on from may be left, or a prune that got as far as the trash. */
  readonly leftovers?: boolean
  /** The test damaged it. */
  readonly noManifest?: boolean
  /** All that was ever sent there, by release: what is on disk must be that, byte for byte and nothing more. */
  readonly artifacts?: ReadonlyMap<string, Tree>
}

const missing = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/** @throws the assertion of the first guarantee that does not hold. */
export async function expectSound(place: Place, exceptions: Exceptions): Promise<void> {
  if (!(await lstat(place.root).catch(missing))) return
  // First, because who holds it may still work there: a host finishes the message whose sender died.
  await expectUnlocked(place)
  await expectServing(place, exceptions)
  await expectWhole(place, exceptions)
  if (exceptions.artifacts) await expectRecorded(place, exceptions)
  if (!exceptions.leftovers) await expectTidy(place)
}

const listed = async (dir: string) => ((await readdir(dir).catch(missing)) ?? []).sort()

async function recordsOf(place: Place, { noManifest = false }: Exceptions) {
  const there = await lstat(join(place.root, 'manifest.json')).catch(missing)
  const manifest = noManifest || !there ? [] : await place.manifest()
  const records = (await listed(join(place.root, '.releases/records'))).map((name) => basename(name, '.json'))
  return { manifest, records, known: manifest.map(({ release }): string => release) }
}

/** Guarantee 4: nobody holds the lock, as soon as the host has heard that the run is over. */
async function expectUnlocked({ root }: Place): Promise<void> {
  const hidden = await listed(join(root, '.releases'))
  expect(hidden, 'no lock is held').not.toContain('lock.held')
  if (!hidden.includes('lock')) return
  const free = run('flock', ['-w', '5', join(root, '.releases/lock'), 'true'])
  await expect(free, 'the lock is free').resolves.toBeDefined()
}

/** Guarantee 1: the link leads to a whole release that is on record as live. */
async function expectServing(place: Place, exceptions: Exceptions): Promise<void> {
  if ((await place.linkText()) === null) return
  const current = await place.serves()
  expect(current, 'the link leads to a release').not.toBeNull()
  if (exceptions.noManifest) return
  const { known, manifest, records } = await recordsOf(place, exceptions)
  // Between the rename and the line after it, the record of the release vouches for it.
  if (exceptions.leftovers && records.includes(current as string)) return
  expect(known, 'the current release is in the manifest').toContain(current)
  const state = manifest.find(({ release }) => release === current)?.deploy?.state
  expect(['live', 'adopted', undefined], 'the current release is live').toContain(state)
}

/** Guarantee 2: what has a name is whole, and somebody vouches for it. */
async function expectWhole(place: Place, exceptions: Exceptions): Promise<void> {
  const { strangers = [], changed = [], artifacts } = exceptions
  const { known, manifest, records } = await recordsOf(place, exceptions)
  for (const name of await place.releases()) {
    if (!strangers.includes(name)) {
      expect([...known, ...records], `releases/${name} is on record`).toContain(name)
    }
    if (changed.includes(name)) continue
    const sent = artifacts?.get(name)
    // What a stranger put there need not even be a directory.
    if (!(await lstat(join(place.releaseDir, name))).isDirectory()) continue
    const there = await readTree(join(place.releaseDir, name))
    if (sent) expect(there, `releases/${name} is what was sent`).toEqual(sent)
    const record =
      manifest.find(({ release }) => release === name) ??
      (records.includes(name) ? JSON.parse(await place.read(`.releases/records/${name}.json`)) : undefined)
    if (record?.deploy?.files === undefined) continue
    expect(measure(there), `releases/${name} is whole`).toEqual({
      files: record.deploy.files,
      bytes: record.deploy.bytes,
    })
  }
}

/** Guarantees 3 and 5: what is on record is there, or on its way through the trash; order and log can be read. */
async function expectRecorded(place: Place, exceptions: Exceptions): Promise<void> {
  const { known, manifest, records } = await recordsOf(place, exceptions)
  const there = await place.releases()
  const bins = await listed(join(place.root, '.releases/trash'))
  const binned = (
    await Promise.all(bins.map((bin) => listed(join(place.root, '.releases/trash', bin))))
  ).flat()
  expect(new Set(known).size, 'each release is listed once').toBe(known.length)
  const states = new Map(manifest.map(({ release, deploy }) => [release, deploy?.state]))
  for (const name of known) {
    if (there.includes(name) || exceptions.changed?.includes(name)) continue
    // Deleted or about to be: its place in the list goes with the next success.
    expect(exceptions.leftovers, `${name} is listed, so it is there (${states.get(name)})`).toBe(true)
    expect(binned, `${name} was moved to the trash`).toContain(name)
  }
  const indexed = await listed(join(place.root, '.releases/index'))
  for (const name of there.filter((each) => records.includes(each))) {
    expect(indexed, `it is known what ${name} was`).toContain(name)
  }
  const seqs = manifest.flatMap(({ deploy }) => deploy?.seq ?? [])
  expect(seqs, 'the order is that of the counter').toEqual([...seqs].sort((a, b) => a - b))
  // A full disk may cut a line short; the next event has one of its own.
  const log = (await readFile(join(place.root, 'releases.log'), 'utf8').catch(missing)) ?? ''
  for (const line of log.split('\n')) expect(line.split('{"event"').length - 1, line).toBeLessThan(2)
  const previous = (await readFile(join(place.root, '.releases/previous'), 'utf8').catch(missing))?.trim()
  if (previous && !exceptions.leftovers) expect(there, 'a rollback has where to go').toContain(previous)
}

/** No half-done thing is in anybody's way, and none stays for ever. */
async function expectTidy({ root }: Place): Promise<void> {
  const hidden = await listed(join(root, '.releases'))
  expect(hidden.filter((name) => /^stage\.|~$|^uploading\.|^dead\.|^probe\./.test(name))).toEqual([])
  expect(await listed(join(root, '.releases/incoming'))).toEqual([])
  expect(await listed(join(root, '.releases/trash'))).toEqual([])
}

function measure(tree: Tree): { files: number; bytes: number } {
  const sizes = Object.values(tree).flatMap((entry) => /^file (\d+)/.exec(entry)?.[1] ?? [])
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + Number(size), 0) }
}
