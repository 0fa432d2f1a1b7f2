// A remote_dir on this machine that real uploads go to: real rsync, the host's own sh, no SSH.

import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectLocal } from '../../src/connection/local.ts'
import { startSession } from '../../src/host/session.ts'
import { layoutOf } from '../../src/release/layout.ts'
import { readArtifact } from '../../src/transfer/artifact.ts'
import { contentKey, createRemainders } from '../../src/transfer/content.ts'
import { fingerprintOf } from '../../src/transfer/fingerprint.ts'
import type { Sent, Upload } from '../../src/transfer/sending.ts'
import { createTarballs } from '../../src/transfer/tarball.ts'
import { sendArtifact } from '../../src/transfer/upload.ts'

export interface Yard extends AsyncDisposable {
  readonly build: string
  /** The newest release; null before the first. */
  readonly basis: string | null
  release(name: string): string
  /** How many uploads went as an archive. */
  readonly archives: number
  /** A file that the tool keeps of a release: `content/NAME`, `index/NAME`. */
  kept(path: string): string
  /** Uploads the build as the next release, and gives it its name. */
  deploy(
    more?: Partial<Upload> & {
      readonly exclude?: readonly string[]
      readonly flags?: readonly string[]
      /** What becomes of an archive on the way. */
      readonly damage?: (tarball: Buffer) => Buffer
    },
  ): Promise<Sent>
  /** The newest release was proven well after its files were written, as far as anyone can tell. */
  age(): void
}

/** What an upload is unless it is said otherwise. */
const plainly = { dedupe: 'hardlink', dirPermissions: undefined, filePermissions: undefined } as const

export async function openYard(): Promise<Yard> {
  const dir = mkdtempSync(join(tmpdir(), 'yard-'))
  const root = join(dir, 'host')
  const build = join(dir, 'build')
  mkdirSync(build)
  const layout = layoutOf({ remote_dir: root, release_dir: 'releases', public_dir: 'current' })
  const connection = await connectLocal()
  const start = () =>
    startSession(connection, { label: 'local', logFile: '', become: undefined }, layout, 'run-1')
  const holder = { run: '', actor: '', mode: 'deploy', since: '' }
  const opening = { access: 'create', wait: 0, holder, verify: '', shared: [], onHeld: () => {} } as const
  let count = 0
  let archives = 0
  let basis: string | null = null
  const kept = (path: string) => join(root, '.releases', path)
  return {
    build,
    get basis() {
      return basis
    },
    release: (name) => join(root, 'releases', name),
    kept,
    get archives() {
      return archives
    },
    async deploy({ exclude = [], flags = [], damage = (tarball: Buffer) => tarball, ...more } = {}) {
      count += 1
      const release = `r${count}`
      await using session = await start()
      const key = contentKey({ ...plainly, plain: flags.length === 0, ...more })
      const { offer, knows } = await session.open({ ...opening, uploads: true, contentKey: key })
      const artifact = await readArtifact(build, exclude, flags)
      const fingerprint = fingerprintOf(artifact)
      const sent = await sendArtifact(
        {
          dir,
          connection,
          host: 'local',
          layout,
          fingerprint,
          remainderOf: createRemainders(fingerprint, more.own ?? null),
          tarballOf: async (rest) => {
            const tarball = await createTarballs(build, dir)(rest)
            if (tarball !== null) archives += 1
            return tarball && { data: tarball.data.then((data) => data && damage(data)) }
          },
          onProgress: () => {},
          signal: new AbortController().signal,
        },
        {
          artifact,
          release,
          basis,
          ...plainly,
          leftover: null,
          become: undefined,
          run: 'run-1',
          own: null,
          offer: offer ?? null,
          xxh128: knows?.includes('xxh128') === true,
          fresh: false,
          compression: null,
          tar: flags.length === 0,
          stream: false,
          ...more,
        },
      )
      const { proof } = await fingerprint
      const placing = {
        release,
        proof,
        record: '{}',
        hashed: sent.hashed,
        revisionFile: '',
        revision: '',
        fileMode: '',
        dirMode: '',
        links: [],
      }
      await session.place(placing)
      basis = release
      const link = `releases/${release}`
      await session.publish({ link, release, previous: '', manifest: '', event: '' })
      return sent
    },
    age() {
      const index = kept(`index/${basis}`)
      const later = statSync(index).mtimeMs / 1000 + 10
      utimesSync(index, later, later)
    },
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]()
      unlock(dir)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Directories that nobody may write into can be removed then. */
function unlock(dir: string): void {
  chmodSync(dir, 0o755)
  for (const entry of readdirSync(dir, { withFileTypes: true }))
    if (entry.isDirectory()) unlock(join(dir, entry.name))
}
