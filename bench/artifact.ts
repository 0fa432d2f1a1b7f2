// Builds to deploy: the same bytes on every machine, in many sizes, text and binary, with a timestamp as fresh as a real build's.

import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface Shape {
  readonly files: number
  /** Sum of the sizes of all files, about. */
  readonly bytes: number
}

export interface Build {
  readonly dir: string
  readonly paths: readonly string[]
  readonly sizes: readonly number[]
}

export interface Change {
  readonly files: number
  readonly bytes: number
  /** Relative to the build's directory. */
  readonly paths: readonly string[]
}

const extensions = ['html', 'js', 'css', 'json', 'svg', 'php', 'png', 'woff2', 'jpg', 'gz']
const binary = new Set(['png', 'woff2', 'jpg', 'gz'])
const PER_DIRECTORY = 20
const POOL = 1 << 22

/** mulberry32: small, and the same everywhere. */
function randomness(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function makePools(): { readonly text: Buffer; readonly binary: Buffer } {
  const random = randomness(1)
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 2 + random() * 9 }, () => String.fromCharCode(97 + random() * 26)).join(''),
  )
  let text = ''
  while (text.length < POOL)
    text += `${words[Math.floor(random() * words.length)]}${random() < 0.1 ? '\n' : ' '}`
  return {
    text: Buffer.from(text.slice(0, POOL)),
    binary: Buffer.from(Uint32Array.from({ length: POOL / 4 }, () => random() * 2 ** 32).buffer),
  }
}

let pools: ReturnType<typeof makePools> | undefined

/** What is in file `index` after change number `version`: unlike all others in its first bytes, so no two are the same. */
function contentOf(index: number, version: number, path: string, size: number): Buffer {
  pools ??= makePools()
  const pool = binary.has(path.slice(path.lastIndexOf('.') + 1)) ? pools.binary : pools.text
  const start = Math.floor(randomness(index * 65_537 + version)() * (POOL / 2))
  const pieces: Buffer[] = [Buffer.from(`${index} ${version}\n`)]
  for (let at = pieces[0]?.length ?? 0; at < size; at += POOL / 2)
    pieces.push(pool.subarray(start, start + POOL / 2))
  return Buffer.concat(pieces, size)
}

/** Sizes from some bytes to a few hundred times the mean, as in real builds: most are small, a few are most of the bytes. */
function sizesOf({ files, bytes }: Shape): number[] {
  const random = randomness(2)
  const weights = Array.from({ length: files }, () => {
    const bell = random() + random() + random() + random() + random() + random() - 3
    return Math.exp(bell * 2)
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => Math.max(16, Math.round((weight / sum) * bytes)))
}

/** Makes a build in `dir`. */
export async function makeBuild(dir: string, shape: Shape): Promise<Build> {
  const random = randomness(3)
  const paths = Array.from({ length: shape.files }, (_, index) => {
    const folder = Math.floor(index / PER_DIRECTORY)
    const extension = extensions[Math.floor(random() * extensions.length)]
    return `section-${folder % 12}/part-${folder}/file-${index}.${extension}`
  })
  const build = { dir, paths, sizes: sizesOf(shape) }
  for (const folder of new Set(paths.map((path) => dirname(path))))
    await mkdir(join(dir, folder), { recursive: true })
  for (let index = 0; index < paths.length; index++) await writeOne(build, index, 0)
  return build
}

async function writeOne({ dir, paths, sizes }: Build, index: number, version: number): Promise<void> {
  const path = paths[index] as string
  await writeFile(join(dir, path), contentOf(index, version, path, sizes[index] as number))
}

/**
 * What the next build leaves there: `share` of the files with new content of the same size, and every timestamp fresh.
 * @param version counts up from 1.
 */
export async function rebuild(build: Build, version: number, share: number): Promise<Change> {
  const step = Math.round(1 / share)
  const changed =
    share === 0
      ? []
      : build.paths
          .keys()
          .filter((index) => index % step === version % step)
          .toArray()
  for (const index of changed) await writeOne(build, index, version)
  const now = new Date()
  for (const path of build.paths) await utimes(join(build.dir, path), now, now)
  return {
    files: changed.length,
    bytes: changed.reduce((sum, index) => sum + (build.sizes[index] as number), 0),
    paths: changed.map((index) => build.paths[index] as string),
  }
}
