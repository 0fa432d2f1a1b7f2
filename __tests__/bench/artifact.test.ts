import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeBuild, rebuild } from '../../bench/artifact.ts'
import { readArtifact } from '../../src/transfer/artifact.ts'
import { fingerprintOf } from '../../src/transfer/fingerprint.ts'

test('a build has the share of its files changed that is said, and none where that is nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bench-build-'))
  try {
    const build = await makeBuild(dir, { files: 200, bytes: 20_000 })
    const digest = async () => (await fingerprintOf(await readArtifact(dir, [], []))).digest
    const before = await digest()
    for (const version of [1, 2, 7]) expect((await rebuild(build, version, 0)).paths).toEqual([])
    expect(await digest()).toBe(before)
    const { files, paths } = await rebuild(build, 1, 0.01)
    expect([files, paths]).toEqual([2, [build.paths[1], build.paths[101]]])
    expect(await digest()).not.toBe(before)
  } finally {
    await rm(dir, { recursive: true })
  }
})
