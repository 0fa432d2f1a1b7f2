// F18, F19: the power is cut. What a disk holds at each step of a deploy is copied, and mounted again as after a cut.

import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { placeAt } from '../scenarios/place.ts'
import type { Tree } from '../scenarios/soundness.ts'
import { toolbox } from '../scenarios/toolbox.ts'
import { readTree } from '../scenarios/tree.ts'
import { startSshd } from '../servers/sshd.ts'
import { changing, real } from './failpoints.ts'
import { asRoot, type Filesystem, makeImage, mayImage, mountImage } from './filesystem.ts'
import { figure, soak } from './measure.ts'
import { openSiege } from './siege.ts'

/**
 * Has the journal written, and with it nothing that nobody flushed: as another program's fsync does at any moment on a busy host. That of
 * btrfs is the file's alone; there the disk writes by itself once a second.
 */
const journal = (kind: Filesystem) =>
  kind === 'btrfs' ? `${real('sleep')} 1.3` : `echo x >>"$neighbour"; ${real('sync')} "$neighbour"`

/** Tools that before each of their calls have the journal written, and copy the disk's image. */
function openCamera(kind: Filesystem, image: string, dir: string, barrier: boolean) {
  const tools = changing.filter((tool) => !['flock', 'cat', 'gzip', 'rsync', 'tar'].includes(tool))
  const snap = (tool: string) =>
    [
      `[ -e '${dir}/on' ] || exec ${real(tool)} "$@"`,
      `read -r neighbour <'${dir}/on'`,
      journal(kind),
      `${real('cp')} --sparse=always '${image}' '${dir}/image.'$(${real('date')} +%s%N)`,
      tool === 'sync' && !barrier ? 'exit 0' : `exec ${real(tool)} "$@"`,
    ].join('\n')
  return toolbox({ fakes: Object.fromEntries(tools.map((tool) => [tool, snap(tool)])) })
}

interface Deployed {
  readonly old: string | null
  readonly release: string
  readonly artifacts: ReadonlyMap<string, Tree>
}

/** Deploys on a disk of its own, with a picture of it in `album` for each step. */
async function takePictures(
  kind: Filesystem,
  dir: string,
  album: string,
  barrier: boolean,
): Promise<Deployed> {
  const image = join(dir, 'disk')
  makeImage(image, kind)
  await using camera = await openCamera(kind, image, album, barrier)
  await using server = await startSshd({ config: [camera.path] })
  await using siege = await openSiege(server, { release_count: '2', dedupe: 'off' })
  const { root } = siege.world.place
  using _mounted = await mountImage(image, root, kind === 'xfs' ? '' : 'commit=1')
  for (let at = 0; at < 3; at++) await siege.recover()
  asRoot('sync', '-f', root)
  const old = await siege.world.place.serves()

  await writeFile(join(album, 'on'), `${join(root, 'neighbour')}\n`)
  const { release, result } = await siege.suffer()
  expect(result.code, result.log).toBe(0)
  await rm(join(album, 'on'))
  // The run has said that it succeeded.
  await copyFile(image, join(album, 'last.0'))
  for (const seconds of soak ? [2, 6, 12, 35] : [2]) {
    await new Promise((pass) => setTimeout(pass, seconds * 1000))
    await copyFile(image, join(album, `last.${seconds}`))
  }
  return { old, release, artifacts: siege.artifacts }
}

/** What a cut at each step of a deploy leaves: how many images, and what was wrong in them. */
async function cutPower(kind: Filesystem, barrier: boolean) {
  await using stack = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'power-'))
  stack.defer(() => rm(dir, { recursive: true, force: true }))
  const album = join(dir, 'album')
  await mkdir(album)
  const { old, release, artifacts } = await takePictures(kind, dir, album, barrier)

  const seen = { images: 0, old: 0, new: 0, wrong: [] as string[] }
  for (const name of (await readdir(album)).sort()) {
    seen.images++
    const dark = join(dir, 'dark')
    using _mounted = await mountImage(join(album, name), dark)
    const cut = placeAt(dark)
    const serves = await cut.serves()
    if (serves !== old && serves !== release) seen.wrong.push(`${name}: serves ${serves}`)
    else if (name.startsWith('last') && serves !== release) seen.wrong.push(`${name}: ${release} is lost`)
    else seen[serves === old ? 'old' : 'new']++
    for (const there of await cut.releases()) {
      const tree = await readTree(join(cut.releaseDir, there))
      const sent = artifacts.get(there) ?? {}
      const differ = Object.keys({ ...tree, ...sent }).filter((path) => tree[path] !== sent[path])
      if (differ.length > 0) seen.wrong.push(`${name}: ${there} differs in ${differ.join(' ')}`)
    }
    await cut.manifest().catch((error) => seen.wrong.push(`${name}: ${error.message}`))
  }
  return seen
}

const kinds: readonly Filesystem[] = soak ? ['ext4', 'xfs', 'btrfs'] : ['ext4']

for (const kind of kinds) {
  describe.runIf(mayImage(kind)).concurrent(`the power is cut at every step of a deploy, on ${kind}`, () => {
    test('the host comes back with the old release or the new one, whole, and after success with the new one', async () => {
      const seen = await cutPower(kind, true)
      expect(seen.wrong).toEqual([])
      expect(seen.old).toBeGreaterThan(3)
      expect(seen.new).toBeGreaterThan(3)
      figure(`power cuts on ${kind}`, { tried: seen.images, old: seen.old, new: seen.new, violations: 0 })
    })

    test('without its barriers the same deploy would lose files: what is looked for can be found', async () => {
      const seen = await cutPower(kind, false)
      const wrong = new Set(seen.wrong.map((what) => what.split(':')[0])).size
      figure(`power cuts on ${kind} without barriers`, { tried: seen.images, wrong })
      expect(seen.wrong.join('\n')).toMatch(/differs in/)
    })
  })
}
